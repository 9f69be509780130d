"""Writes piece_models.json.gz: small models of every kind that cuts words into pieces, each with its settings, and what
the tokenizers library makes with them of the strings of byte_level_offsets.json.gz, whole and cut at spaces; and
a small map of characters, compiled by SentencePiece, with what the library's normaliser makes of strings by it.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 && python piece_models.py
"""

import base64
import gzip
import json
import pathlib
import random
import tempfile

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, models, normalizers, trainers

FOLDER = pathlib.Path(__file__).parent
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
# What becomes what; of some keys the beginning is a key too.
RULES = {
    "\t": " ",
    "\n": " ",
    "\r\n": " ",
    "\u00a0": " ",
    "\u200b": "",
    "ﬁ": "fi",
    "…": "...",
    "ｱ": "ア",
    "é": "e",
    "e\u0301": "É",
    "o": "0",
    "o\u0308": "ö",
    "\u1112\u1161\u11ab": "한",
    "한": "han",
    "👩": "woman",
    "½": "1⁄2",
}


def utf16_offsets(text, offsets):
    before = [0]
    for character in text:
        before.append(before[-1] + len(character.encode("utf-16-le")) // 2)
    return [[before[start], before[end]] for start, end in offsets]


def trained(model, trainer, words):
    tokenizer = Tokenizer(model)
    tokenizer.train_from_iterator(words, trainer)
    return json.loads(tokenizer.to_str())["model"]


def make_models(words):
    """name: the model as a tokenizer.json has it"""
    some = words[::3]
    bpe = trained(models.BPE(), trainers.BpeTrainer(vocab_size=300, show_progress=False), some)
    tokens = ["<unk>"] + sorted(bpe["vocab"], key=bpe["vocab"].get)
    vocab = {token: id for id, token in enumerate(tokens)}
    merges = [tuple(merge) for merge in bpe["merges"]]
    with_bytes = {**vocab, **{token: len(vocab) + i for i, token in enumerate(BYTES)}}
    some_bytes = {**vocab, **{token: len(vocab) + i for i, token in enumerate(BYTES[:0xC0])}}
    parts = trained(
        models.BPE(continuing_subword_prefix="##", end_of_word_suffix="</w>"),
        trainers.BpeTrainer(
            vocab_size=400,
            show_progress=False,
            special_tokens=["<unk>"],
            continuing_subword_prefix="##",
            end_of_word_suffix="</w>",
        ),
        some,
    )
    word_piece = trained(
        models.WordPiece(unk_token="[UNK]"),
        trainers.WordPieceTrainer(vocab_size=400, show_progress=False, special_tokens=["[UNK]"]),
        some,
    )
    unigram = trained(
        models.Unigram(),
        trainers.UnigramTrainer(
            vocab_size=500, show_progress=False, special_tokens=["<unk>"], unk_token="<unk>"
        ),
        some,
    )
    scored = [tuple(entry) for entry in unigram["vocab"]]
    # Ties, an unknown token that isn't the first, and a token so bad that unknown characters are better.
    tied = [(token, float(round(score))) for token, score in scored[1:]] + [("<unk>", 0.0), ("ｱ的", -99.0)]
    made = {
        "bpe": models.BPE(vocab, merges),
        "bpe with an unknown token": models.BPE(vocab, merges, unk_token="<unk>"),
        "bpe with unknown ones as one": models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True),
        "bpe with bytes": models.BPE(
            with_bytes, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True
        ),
        "bpe with some bytes": models.BPE(
            some_bytes, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True
        ),
        "bpe with whole words": models.BPE(vocab, merges[::3], unk_token="<unk>", ignore_merges=True),
        "bpe with a prefix and a suffix": models.BPE(
            parts["vocab"],
            [tuple(merge) for merge in parts["merges"]],
            unk_token="<unk>",
            continuing_subword_prefix="##",
            end_of_word_suffix="</w>",
        ),
        "word piece": models.WordPiece(word_piece["vocab"], unk_token="[UNK]", max_input_chars_per_word=30),
        "word level": models.WordLevel(
            {word: i for i, word in enumerate(dict.fromkeys(["<unk>"] + words[::3]))}, "<unk>"
        ),
        "unigram": models.Unigram(scored, 0, False),
        "unigram with ties": models.Unigram(tied, len(tied) - 2, False),
        "unigram with bytes": models.Unigram(scored + [(token, 0.0) for token in BYTES], 0, True),
    }
    return {name: json.loads(Tokenizer(model).to_str())["model"] for name, model in made.items()}


def compile_map(rules):
    """A SentencePiece model's precompiled_charsmap for such rules."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        points = lambda text: " ".join(f"{ord(character):X}" for character in text)
        (folder / "rules.tsv").write_text(
            "".join(f"{points(key)}\t{points(by)}\n" for key, by in rules.items())
        )
        (folder / "text").write_text("\n".join("abcdefgh"[i:] for i in range(8)))
        sentencepiece.SentencePieceTrainer.train(
            input=str(folder / "text"),
            model_prefix=str(folder / "model"),
            vocab_size=12,
            hard_vocab_limit=False,
            normalization_rule_tsv=str(folder / "rules.tsv"),
        )
        model = sentencepiece_model_pb2.ModelProto.FromString((folder / "model.model").read_bytes())
        return model.normalizer_spec.precompiled_charsmap


def main():
    """Asks each model and the map."""
    texts = json.loads(gzip.decompress((FOLDER / "byte_level_offsets.json.gz").read_bytes()))["texts"]
    words = list(dict.fromkeys(word for text in texts for word in [text, *text.split(" ")] if len(word) < 40))
    words = [word for word in words if word][::11] + ["a" * 500, "the" * 300]
    answers = {}
    for name, model in make_models(words).items():
        tokenizer = Tokenizer.from_str(json.dumps({"version": "1.0", "model": model}))
        encoded = tokenizer.encode_batch(words)
        answers[name] = {
            "model": model,
            "answers": [
                [encoding.ids, utf16_offsets(word, encoding.offsets)]
                for word, encoding in zip(words, encoded)
            ],
        }
        print(name, sum(len(encoding.ids) for encoding in encoded), "pieces")
    charsmap = compile_map(RULES)
    draw = random.Random(7)
    keys = [*RULES, "e", "\u0301", "\u0308", "\r", "\u200d", "👧", "x", " ", "的", "a", "\u1112", "\u1161"]
    strings = ["".join(draw.choices(keys, k=draw.randint(1, 9))) for _ in range(400)]
    normalizer = normalizers.Precompiled(charsmap)
    data = json.dumps(
        {
            "words": words,
            "models": answers,
            "map": base64.b64encode(charsmap).decode(),
            "normalized": [[text, normalizer.normalize_str(text)] for text in strings],
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )
    path = FOLDER / "piece_models.json.gz"
    path.write_bytes(gzip.compress(data.encode(), 9, mtime=0))
    print(path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
