"""Writes byte_level_offsets.json.gz: small byte-level BPE vocabularies with the pre-tokenizers of GPT-2, Llama 3,
Qwen2, SmolLM and RoBERTa, each as a tokenizer.json and as the lists of a GGUF, and what the tokenizers library makes
with them of random Unicode strings: those of minilm_offsets.json.gz, and some of spaces, digits and lines.

    pip install tokenizers==0.22.2 && python byte_level_offsets.py
"""

import gzip
import json
import pathlib
import random

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FOLDER = pathlib.Path(__file__).parent
VOCAB_SIZE = 700
STRINGS = 500
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIALS = ["<s>", "</s>", "<|im_start|>"]


def split(pattern):
    """A pattern's matches, as bytes."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def byte_level():
    return pre_tokenizers.ByteLevel(add_prefix_space=False)


# name: pre-tokenizer, normalizer, post-processor, tokenizer.ggml.pre
KINDS = {
    "gpt-2": (byte_level(), None, None, "gpt-2"),
    "llama3": (split(LLAMA3), None, None, "llama-bpe"),
    "qwen2": (split(LLAMA3.replace("{1,3}", "")), normalizers.NFC(), None, "qwen2"),
    "smollm": (
        pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level()]),
        None,
        None,
        "smollm",
    ),
    "roberta": (byte_level(), None, processors.RobertaProcessing(("</s>", 1), ("<s>", 0)), None),
}


def make_texts():
    """Random strings of all scripts, and of spaces, digits, contractions and lines."""
    known = json.loads(gzip.decompress((FOLDER / "minilm_offsets.json.gz").read_bytes()))
    draw = random.Random(5)
    pieces = [
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "\u00a0",
        "\u0085",
        "1",
        "23",
        "4567",
        "x",
        "don't",
        "WE'LL",
        "é",
        "e\u0301",
    ]
    pieces += [
        "👩‍👩‍👧",
        "한",
        "\u1112\u1161\u11ab",
        "的",
        "…",
        "!?",
        "<|im_start|>",
        "</s>",
        "_",
        "a1b2",
        "\u212b",
    ]
    made = ["".join(draw.choices(pieces, k=draw.randint(1, 12))) for _ in range(STRINGS // 2)]
    return [entry["text"] for entry in known[: STRINGS // 2]] + made


def utf16_offsets(text, offsets):
    before = [0]
    for character in text:
        before.append(before[-1] + len(character.encode("utf-16-le")) // 2)
    return [[before[start], before[end]] for start, end in offsets]


def main():
    """Trains and asks each kind."""
    texts = make_texts()
    kinds = {}
    for name, (pre_tokenizer, normalizer, post_processor, pre) in KINDS.items():
        tokenizer = Tokenizer(models.BPE(ignore_merges=name == "llama3"))
        tokenizer.pre_tokenizer = pre_tokenizer
        tokenizer.decoder = decoders.ByteLevel()
        if normalizer is not None:
            tokenizer.normalizer = normalizer
        trainer = trainers.BpeTrainer(
            vocab_size=VOCAB_SIZE,
            special_tokens=SPECIALS,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(texts, trainer)
        if post_processor is not None:
            tokenizer.post_processor = post_processor
        encoded = tokenizer.encode_batch(texts)
        kinds[name] = {
            "tokenizer": json.loads(tokenizer.to_str()),
            "pre": pre,
            "answers": [
                [encoding.ids, utf16_offsets(text, encoding.offsets)]
                for text, encoding in zip(texts, encoded)
            ],
        }
        print(name, sum(len(encoding.ids) for encoding in encoded), "tokens")
    data = json.dumps({"texts": texts, "kinds": kinds}, separators=(",", ":"), ensure_ascii=False).encode()
    path = FOLDER / "byte_level_offsets.json.gz"
    path.write_bytes(gzip.compress(data, 9, mtime=0))
    print(path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
