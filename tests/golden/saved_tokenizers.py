"""Writes saved_tokenizers.json.gz: small tokenizers of the classes of transformers, trained and saved by them, and what
AutoTokenizer makes of texts in their folders, and the tokenizers library of their tokenizer.json alone.

    pip install transformers==5.24.0 tokenizers==0.23.3 sentencepiece && python saved_tokenizers.py
"""

import gzip
import json
import pathlib
import tempfile

import transformers as T
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, trainers

FOLDER = pathlib.Path(__file__).parent
PATH = FOLDER / "saved_tokenizers.json.gz"

TEXTS = [
    "Hello world",
    " Hello",
    "Hello  world ",
    "line one\n\nline two\r\n\tend",
    "I've DON'T we'll it’s",
    "12 345 6789 ٣٤ ½ ⅳ",
    "Ünïcödé cafe\u0301 Straße İ ΤΕΛΟΣ ﬁ",
    "中文字符，日本語 한국어",
    "x\u00a0y\u3000z\u200bw\u0001v",
    "👩‍👩‍👧 𝕳 🦙🦙",
    "▁a a▁b ▁▁",
    "<s>x</s> <mask> y [MASK] z<unk>",
    "a <tool>b< tool> swords word",
    "_id__x {a: [1, 2.5]} != c++;",
]
CORPUS = [
    "Hello world, the quick brown fox jumps over the lazy dog and the cat sat on the mat.",
    "I've seen that we don't know what they'll say, it's 12 o'clock; 345 words in 2024!",
    "line one and line two of the text: a word, another word, and some more words.",
    "Straße café naïve über ÜBER 中文字符 日本語 한국어 ½ x y z",
] * 4
PAIRS = [["Hello world", "the cat sat"], ["x", ""]]


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return read_bpe(tokenizer)


def read_bpe(tokenizer):
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(merge) for merge in model["merges"]]


def sentence_bpe():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=250, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    learnt, merges = read_bpe(tokenizer)
    tokens = ["<unk>", "<s>", "</s>", "<pad>", "<bos>", "<eos>", "<mask>"]
    tokens += [f"<0x{byte:02X}>" for byte in range(256)] + sorted(learnt, key=learnt.get)
    return {token: i for i, token in enumerate(tokens)}, merges


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(CORPUS + [line.lower() for line in CORPUS], trainer)
    return json.loads(tokenizer.to_str())["model"]["vocab"]


def unigram(special):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=200, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return [(piece, score) for piece, score in json.loads(tokenizer.to_str())["model"]["vocab"]]


def cases():
    """name: model_type, a tokenizer, what is changed in tokenizer_config.json."""
    vocab, merges = byte_level()
    spelt, spelt_merges = sentence_bpe()
    words = word_piece()
    bytes_of = {"vocab": vocab, "merges": merges}
    sentence = {"vocab": spelt, "merges": spelt_merges}
    mask = AddedToken("<mask>", lstrip=True, special=True, normalized=False)
    tools = T.GPT2Tokenizer(**bytes_of)
    tools.add_tokens([AddedToken("<tool>", lstrip=True), AddedToken("word", single_word=True), "c++"])
    fairseq = ["<s>", "<pad>", "</s>", "<unk>"]
    return {
        "bert": ("bert", T.BertTokenizer(vocab=words), {}),
        "bert cased": ("bert", T.BertTokenizer(vocab=words, do_lower_case=False), {}),
        "bert of another config": ("bert", T.BertTokenizer(vocab=words), {"do_lower_case": False}),
        "bert, accents kept": ("bert", T.BertTokenizer(vocab=words, strip_accents=False), {}),
        "bert, ideographs together": ("bert", T.BertTokenizer(vocab=words, tokenize_chinese_chars=False), {}),
        "distilbert": ("distilbert", T.DistilBertTokenizer(vocab=words), {}),
        "gpt2": ("gpt2", T.GPT2Tokenizer(**bytes_of), {}),
        "gpt2, prefix": ("gpt2", T.GPT2Tokenizer(**bytes_of, add_prefix_space=True), {}),
        "gpt2, first token": ("gpt2", T.GPT2Tokenizer(**bytes_of, add_bos_token=True), {}),
        "gpt2, tokens": ("gpt2", tools, {}),
        "roberta": ("roberta", T.RobertaTokenizer(**bytes_of, mask_token=mask), {}),
        "roberta, prefix": ("roberta", T.RobertaTokenizer(**bytes_of, add_prefix_space=True), {}),
        "llama": ("llama", T.LlamaTokenizer(**sentence), {}),
        "llama, legacy": ("llama", T.LlamaTokenizer(**sentence, legacy=True), {}),
        "llama, no prefix": ("llama", T.LlamaTokenizer(**sentence, add_prefix_space=False), {}),
        "llama of another config": (
            "llama",
            T.LlamaTokenizer(**sentence),
            {"legacy": True, "add_bos_token": True},
        ),
        "mistral": ("mistral", T.LlamaTokenizer(**sentence), {"legacy": True}),
        "gemma": ("gemma2", T.GemmaTokenizer(**sentence), {}),
        "qwen2": ("qwen2", T.Qwen2Tokenizer(**bytes_of), {}),
        "qwen2 by another name": (
            "qwen2",
            T.Qwen2Tokenizer(**bytes_of),
            {"tokenizer_class": "LlamaTokenizerFast", "add_bos_token": True},
        ),
        "deberta": ("deberta", T.DebertaTokenizer(**bytes_of), {}),
        "xlm-roberta": ("bert", T.XLMRobertaTokenizer(vocab=unigram(fairseq)), {}),
        "t5": ("t5", T.T5Tokenizer(vocab=unigram(["<pad>", "</s>", "<unk>"]), extra_ids=2), {}),
        "albert": (
            "albert",
            T.AlbertTokenizer(vocab=unigram(["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"])),
            {},
        ),
        "mbart": ("mbart", T.MBartTokenizer(vocab=unigram(fairseq), src_lang="en_XX", tgt_lang="ro_RO"), {}),
    }


# Classes that make their parts anew in AutoTokenizer, and whose models aren't loaded here: tokenizer.json alone counts.
ALONE = ["deberta", "t5", "albert", "mbart"]


def utf16(text):
    before = [0]
    for character in text:
        before.append(before[-1] + len(character.encode("utf-16-le")) // 2)
    return before


def places(text, encoding):
    before = utf16(text)
    return [
        [0, 0] if sequence is None else [before[start], before[end]]
        for (start, end), sequence in zip(encoding.offsets, encoding.sequence_ids)
    ]


def answer(tokenizer, text):
    encoding = tokenizer.encode(text)
    return [encoding.ids, [place for pair in places(text, encoding) for place in pair]]


def main():
    rows = {}
    for name, (model_type, tokenizer, changes) in cases().items():
        with tempfile.TemporaryDirectory() as folder:
            tokenizer.save_pretrained(folder)
            path = pathlib.Path(folder)
            (path / "config.json").write_text(json.dumps({"model_type": model_type}))
            config = json.loads((path / "tokenizer_config.json").read_text()) | changes
            (path / "tokenizer_config.json").write_text(json.dumps(config))
            auto = T.AutoTokenizer.from_pretrained(folder)
            alone = Tokenizer.from_file(str(path / "tokenizer.json"))
            rows[name] = {
                "modelType": model_type,
                "config": config,
                "tokenizer": json.loads((path / "tokenizer.json").read_text()),
                "alone": [answer(alone, text) for text in TEXTS],
                "pairs": [[e.ids, e.type_ids] for pair in PAIRS for e in [alone.encode(*pair)]],
                "auto": None if name in ALONE else [auto(text)["input_ids"] for text in TEXTS],
            }
        apart = (
            0 if name in ALONE else sum(a != b[0] for a, b in zip(rows[name]["auto"], rows[name]["alone"]))
        )
        print(name, type(auto).__name__, "differs from tokenizer.json on", apart, "texts")
    text = json.dumps(
        {"texts": TEXTS, "pairs": PAIRS, "cases": rows}, separators=(",", ":"), ensure_ascii=False
    )
    PATH.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(PATH.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
