"""Writes sentence_offsets.json.gz: a small BPE vocabulary with tokens for bytes, as SentencePiece makes them, cut as
Llama 2, as a Metaspace and as Gemma do, and what the tokenizers library makes with it of the strings of
byte_level_offsets.json.gz.

    pip install tokenizers==0.22.2 && python sentence_offsets.py
"""

import gzip
import json
import pathlib

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

FOLDER = pathlib.Path(__file__).parent
SPECIALS = ["<unk>", "<s>", "</s>"]
REPLACE = normalizers.Replace(" ", "▁")

# name: normalizer, pre-tokenizer
KINDS = {
    "llama": (normalizers.Sequence([normalizers.Prepend("▁"), REPLACE]), None),
    "metaspace": (None, pre_tokenizers.Metaspace(prepend_scheme="first", split=True)),
    "gemma": (REPLACE, pre_tokenizers.Split(" ", "merged_with_previous")),
}


def utf16_offsets(text, offsets):
    before = [0]
    for character in text:
        before.append(before[-1] + len(character.encode("utf-16-le")) // 2)
    return [[before[start], before[end]] for start, end in offsets]


def train(texts):
    """A vocabulary: special tokens, bytes, and what BPE merges; and its merges."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    plain = [text.replace("</s>", "") for text in texts]
    tokenizer.train_from_iterator(
        plain, trainers.BpeTrainer(vocab_size=900, show_progress=False, limit_alphabet=200)
    )
    model = json.loads(tokenizer.to_str())["model"]
    learnt = sorted(model["vocab"], key=model["vocab"].get)
    tokens = SPECIALS + [f"<0x{byte:02X}>" for byte in range(256)] + learnt
    return tokens, [tuple(merge) for merge in model["merges"]]


def main():
    """Asks each kind."""
    texts = json.loads(gzip.decompress((FOLDER / "byte_level_offsets.json.gz").read_bytes()))["texts"]
    tokens, merges = train(texts)
    vocab = {token: id for id, token in enumerate(tokens)}
    kinds = {}
    for name, (normalizer, pre_tokenizer) in KINDS.items():
        tokenizer = Tokenizer(models.BPE(vocab, merges, byte_fallback=True, unk_token="<unk>", fuse_unk=True))
        tokenizer.add_special_tokens(SPECIALS)
        if normalizer is not None:
            tokenizer.normalizer = normalizer
        if pre_tokenizer is not None:
            tokenizer.pre_tokenizer = pre_tokenizer
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
        encoded = tokenizer.encode_batch(texts)
        kinds[name] = {
            "tokenizer": json.loads(tokenizer.to_str()),
            "answers": [
                [encoding.ids, utf16_offsets(text, encoding.offsets)]
                for text, encoding in zip(texts, encoded)
            ],
        }
        print(name, sum(len(encoding.ids) for encoding in encoded), "tokens")
    # A GGUF has scores: what is merged first has the highest.
    scores = [0.0] * 259 + [-float(rank) for rank in range(len(tokens) - 259)]
    data = json.dumps(
        {"tokens": tokens, "scores": scores, "kinds": kinds}, separators=(",", ":"), ensure_ascii=False
    )
    path = FOLDER / "sentence_offsets.json.gz"
    path.write_bytes(gzip.compress(data.encode(), 9, mtime=0))
    print(path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
