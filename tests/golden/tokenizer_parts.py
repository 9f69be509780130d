"""Writes tokenizer_parts.json.gz: every normaliser, pre-tokenizer, post-processor and decoder of the tokenizers library,
with its settings, and many patterns; what each makes of texts, and where in the text that comes from.

    pip install tokenizers==0.23.3 && python tokenizer_parts.py
"""

import base64
import gzip
import json
import pathlib
import struct

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

FOLDER = pathlib.Path(__file__).parent
PATH = FOLDER / "tokenizer_parts.json.gz"

TEXTS = [
    "",
    " ",
    "Hello world",
    "  two  spaces at both ends ",
    "line\nbreaks\r\n\n and\ttabs\x0b\x0c",
    "don't WE'LL it’s 'tis ſ'S",
    "1 23 456 7890 ٣٤ ⅳ½² 3.14",
    "a_b-c.d!?…—«x»“y”",
    "Ünïcödé café cafe\u0301 A\u030a \u212b \u1e9e İi̇ ΤΕΛΟΣ",
    "ﬁne ﬀ ① ㎏ ㍿ ｶﾞ ﾊﾟ ﻻ ½",
    "\u1112\u1161\u11ab 한국어 각 \u1100\u1161\u11a8",
    "中文字符，日本語カタカナ ー ｱ",
    "עִבְרִית اَلْعَرَبِيَّة हिन्दी क्षि ไทยกำ",
    "👩‍👩‍👧 🏳️‍🌈 𝕳𝖊𝖑𝖑𝖔 𓀀 😀",
    "x\u00a0y\u2003z\u3000w\u0085v\u2028u\u200bt\ufeffs\u1680r",
    "\u0001a\u007fb\u009fc\ufffdd\u00ade",
    "▁a ▁▁b a▁b Ġx",
    "<s>x</s> <s> y [SEP]",
    "snake_case camelCase x86_64 a1b2",
    "\u0344\u0f73\u0958 \u1e69\u0323 q\u0307\u0323 ᾳ ΐ",
    "𑄯 𑂚 𝅘𝅥𝅱 \U000110b9\U000110ba",
    "ꟊꟋ 𞤀 ᲀ Ა\u1df6\u0ecd\u0e33",
    "if (x) {\n\treturn a[0] += 1;\n}\n",
]


def charsmap():
    """A small precompiled map: a double array of the bytes of four keys, and what they become."""
    entries = {
        "ﬁ".encode(): b"fi",
        "\u00a0".encode(): b" ",
        "A\u030a".encode(): "Å".encode(),
        "½".encode(): "1⁄2".encode(),
    }
    return precompiled(entries)


def precompiled(entries):
    """The double array that darts-clone would read, and its replacements."""
    blob, places = b"", {}
    for key, value in entries.items():
        places[key] = len(blob)
        blob += value + b"\0"
    trie = {}
    for key in entries:
        node = trie
        for byte in key:
            node = node.setdefault(byte, {})
        node[None] = places[key]
    units = [0] * 1024
    used = {0}
    top = [1]

    def place(node, index):
        children = {(0 if label is None else label): child for label, child in node.items()}
        base = top[0]
        while True:
            slots = [base ^ label for label in children]
            if base not in used and not any(slot in used or slot >= len(units) for slot in slots):
                break
            base += 1
        used.update(slots)
        offset = index ^ base
        units[index] |= offset << 10 if offset < 1 << 21 else (offset >> 8) << 10 | 1 << 9
        if None in node:
            units[index] |= 1 << 8
        for label, child in children.items():
            if label == 0:
                units[base ^ label] = child | 1 << 31
            else:
                units[base ^ label] = label
        for label, child in children.items():
            if label != 0:
                place(child, base ^ label)

    place(trie, 0)
    array = struct.pack("<1024I", *units)
    return base64.b64encode(struct.pack("<I", len(array)) + array + blob).decode()


def utf16(text):
    """For each character of a text, where it begins in UTF-16 units; and the end."""
    before = [0]
    for character in text:
        before.append(before[-1] + len(character.encode("utf-16-le")) // 2)
    return before


def places(text, offsets):
    before = utf16(text)
    return [[before[start], before[end]] for start, end in offsets]


def part_of(tokenizer, name):
    return json.loads(tokenizer.to_str())[name]


N, P = normalizers, pre_tokenizers
NORMALIZERS = {
    "bert": N.BertNormalizer(),
    "bert cased": N.BertNormalizer(lowercase=False),
    "bert accents kept": N.BertNormalizer(strip_accents=False),
    "bert unclean": N.BertNormalizer(clean_text=False, handle_chinese_chars=False),
    "bert only accents": N.BertNormalizer(
        clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False
    ),
    "NFC": N.NFC(),
    "NFD": N.NFD(),
    "NFKC": N.NFKC(),
    "NFKD": N.NFKD(),
    "NFD, StripAccents, NFKC": N.Sequence([N.NFD(), N.StripAccents(), N.NFKC()]),
    "lowercase": N.Lowercase(),
    "strip": N.Strip(),
    "strip left": N.Strip(left=True, right=False),
    "strip right": N.Strip(left=False, right=True),
    "strip accents": N.StripAccents(),
    "prepend": N.Prepend("▁"),
    "prepend two": N.Prepend("ab"),
    "replace string": N.Replace(" ", "▁"),
    "replace by more": N.Replace("a", "<a>"),
    "replace by nothing": N.Replace("e", ""),
    "replace pattern": N.Replace(Regex(r"\s+"), " "),
    "replace behind": N.Replace(Regex(r"(?<=l)"), "-"),
    "nmt": N.Nmt(),
    "byte level": N.ByteLevel(),
    "llama": N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")]),
    "T5-like": N.Sequence([N.Nmt(), N.NFKC(), N.Replace(Regex(" {2,}"), " "), N.Strip()]),
    "precompiled": N.Precompiled(base64.b64decode(charsmap())),
}
BEHAVIOURS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
PRE_TOKENIZERS = {
    "bert": P.BertPreTokenizer(),
    "byte level": P.ByteLevel(add_prefix_space=False),
    "byte level, prefix": P.ByteLevel(add_prefix_space=True),
    "byte level, whole": P.ByteLevel(add_prefix_space=False, use_regex=False),
    "metaspace": P.Metaspace(),
    "metaspace first": P.Metaspace(prepend_scheme="first"),
    "metaspace never": P.Metaspace(prepend_scheme="never"),
    "metaspace whole": P.Metaspace(split=False),
    "metaspace _": P.Metaspace(replacement="_"),
    "punctuation": P.Punctuation(),
    "whitespace": P.Whitespace(),
    "whitespace split": P.WhitespaceSplit(),
    "digits": P.Digits(),
    "each digit": P.Digits(individual_digits=True),
    "delimiter": P.CharDelimiterSplit("a"),
    "scripts": P.UnicodeScripts(),
    "length": P.FixedLength(3),
    "falcon": P.Sequence(
        [
            P.Punctuation("contiguous"),
            P.ByteLevel(add_prefix_space=False),
            P.Digits(individual_digits=True),
            P.Split(Regex("[0-9][0-9][0-9]"), "isolated"),
        ]
    ),
    "xlm-r": P.Sequence([P.WhitespaceSplit(), P.Metaspace()]),
    **{f"punctuation {b}": P.Punctuation(b) for b in BEHAVIOURS},
    **{f"split spaces {b}": P.Split(" ", b) for b in BEHAVIOURS},
    **{f"split pattern {b}": P.Split(Regex(r"\s+|\d"), b) for b in BEHAVIOURS},
    **{f"split inverted {b}": P.Split(Regex(r"\p{L}+|\d"), b, invert=True) for b in BEHAVIOURS},
    "split nothing": P.Split("", "isolated"),
}
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
PATTERNS = [
    LLAMA3,
    r"[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}",
    r"(?i)'s|'t|x",
    r"a(?i)b|c(?-i)d|e",
    r"(?i:\p{Lu}+|x)",
    r"(?i:[k-s]+)",
    r"(?i:[^a-m])",
    r"(?i:ss|st|fi)",
    r"(?i:é|Σ)",
    r"\h+|\H+",
    r"[\h]+",
    r"[[:alpha:]]+|[[:digit:]]+|[^[:alnum:]]+",
    r"[[:punct:]]|[[:space:]]+",
    r"[[:^upper:]]+",
    r"[[:word:]]+|[[:cntrl:]]",
    r"\p{Han}+|\p{Latin}+|[^\p{Han}\p{Latin}]+",
    r"\p{hani}|\p{HIRAGANA}|\p{Katakana}+",
    r"\p{Letter}+|\p{^L}",
    r"\P{L}+",
    r"\p{Alpha}+|\p{Punct}|\p{Space}",
    r"[\p{L}&&[^a-z]]+|[a-z]+|[^\p{L}]+",
    r"[a-z&&[^aeiou]&&[^l-n]]+",
    r"[^a-z&&[^e]]",
    r"[[a-f]x-z]+|[]\-a]",
    r"^\s+|\s+$|\S+|\s+",
    r"^.|.$",
    r"\A.|.\z|.\Z",
    r".+",
    r"(?m).+",
    r"(?x) \s + # spaces",
    r"\b",
    r"\B",
    r"\w+|\W+",
    r"[\w]+",
    r"[^\w\s]+",
    r"\d+|\D",
    r"\S+\s*",
    r"a*",
    r"|l",
    r"l{,1}",
    r"l{2}",
    r"(?:l{1,2})+?o",
    r"l{1,2}+o",
    r"(?>l+)lo|.",
    r"(l)\1|(o) ",
    r"(?<x>[a-z])\k<x>",
    r"(?<=\d)(?=(?:\d{2})+\b)|\p{L}+|\s+|.",
    r"(?<!l)l|(?<=e|ll)o",
    r"\x41|\u0061|\x{1F600}|\t|\141",
    r"\R",
    r"\N+|\n",
    r"(?#a comment)e",
    r"[^\n]\n",
    r"\p{N}{1,3}|[一-龥぀-ゟ゠-ヿ]+",
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}|\s+",
    "\\s?[!-/:-~！-／：-～‘-‟　-。]+|\\s?[A-Za-zµÀ-ÖØ-öø-ƺ]+",
]
REFUSED = [r"\X", r"\G\d", r"a\Kb", r"(?~abc)", r"\y", r"(?<x>a\g<x>?b)", r"\p{InBasicLatin}", r"\Qa\E"]


def normalized():
    """Each character that a normaliser makes, with its place."""
    rows = {}
    for name, normalizer in NORMALIZERS.items():
        tokenizer = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
        tokenizer.normalizer = normalizer
        tokenizer.pre_tokenizer = P.Split(Regex("(?m)."), "isolated")
        answers = []
        for text in TEXTS:
            answers.append([normalizer.normalize_str(text), places(text, tokenizer.encode(text).offsets)])
        rows[name] = {"part": part_of(tokenizer, "normalizer"), "answers": answers}
    return rows


def cut(part):
    tokenizer = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    tokenizer.pre_tokenizer = part
    answers = [
        [[piece, *places(text, [offsets])[0]] for piece, offsets in part.pre_tokenize_str(text)]
        for text in TEXTS
    ]
    return {"part": part_of(tokenizer, "pre_tokenizer"), "answers": answers}


def patterns():
    """The pieces that a pattern cuts each text into, by their ends."""
    rows = {}
    for pattern in PATTERNS:
        split = P.Split(Regex(pattern), "isolated")
        rows[pattern] = [
            [end for _, end in places(text, [o for _, o in split.pre_tokenize_str(text)])] for text in TEXTS
        ]
    return rows


def byte_level_vocabulary():
    return {character: i for i, character in enumerate(sorted(P.ByteLevel.alphabet()))}


TEMPLATE = processors.TemplateProcessing(
    single="<s> $A </s>", pair="<s> $A </s> $B:1 </s>:1 <s>:2", special_tokens=[("<s>", 300), ("</s>", 301)]
)
POST_PROCESSORS = {
    "none": None,
    "template": TEMPLATE,
    "bert": processors.BertProcessing(("</s>", 301), ("<s>", 300)),
    "roberta": processors.RobertaProcessing(("</s>", 301), ("<s>", 300)),
    "roberta untrimmed": processors.RobertaProcessing(("</s>", 301), ("<s>", 300), trim_offsets=False),
    "roberta, no prefix": processors.RobertaProcessing(("</s>", 301), ("<s>", 300), add_prefix_space=False),
    "byte level": processors.ByteLevel(trim_offsets=True),
    "byte level untrimmed": processors.ByteLevel(trim_offsets=False),
    "sequence": processors.Sequence([processors.ByteLevel(trim_offsets=True), TEMPLATE]),
}
PAIRS = [
    ["Hello world", " a b c "],
    ["x", "  two  spaces and more than before"],
    ["", "y"],
    ["what? 😀", "\u3000that. "],
]


def encoded(encoding, texts):
    """Ids, places, and types; places in the second of two texts count from the beginning of the first."""
    starts = []
    for (start, end), sequence in zip(encoding.offsets, encoding.sequence_ids):
        own = texts[sequence or 0]
        shift = 0 if not sequence else utf16(texts[0])[-1] + 1
        before = utf16(own)
        # The library's trimming counts characters; what it leaves beyond the end is the end.
        starts.append([before[start] + shift, before[end] + shift] if sequence is not None else [0, 0])
    return [encoding.ids, starts, encoding.type_ids]


def processed():
    rows = {}
    for name, processor in POST_PROCESSORS.items():
        tokenizer = Tokenizer(models.BPE(byte_level_vocabulary(), []))
        tokenizer.pre_tokenizer = P.ByteLevel(add_prefix_space=False)
        if processor is not None:
            tokenizer.post_processor = processor
        singles = [encoded(tokenizer.encode(text), [text]) for text in TEXTS]
        pairs = [encoded(tokenizer.encode(*pair), pair) for pair in PAIRS]
        cuts = []
        for most in (4, 7, 8, 11):
            tokenizer.enable_truncation(most)
            cuts.append([[tokenizer.encode(*pair).ids for pair in PAIRS], most])
        rows[name] = {
            "part": part_of(tokenizer, "post_processor"),
            "singles": singles,
            "pairs": pairs,
            "cuts": cuts,
        }
    return rows


ADDED = [
    ("plain", [AddedToken("ell")]),
    ("left", [AddedToken("<s>", lstrip=True)]),
    ("right", [AddedToken("<s>", rstrip=True)]),
    (
        "both, special",
        [AddedToken("<s>", lstrip=True, rstrip=True, special=True), AddedToken("</s>", special=True)],
    ),
    ("single word", [AddedToken("a", single_word=True), AddedToken("x", single_word=True)]),
    ("normalized", [AddedToken("HELLO", normalized=True), AddedToken("É", normalized=True)]),
    ("as written", [AddedToken("Hello", normalized=False), AddedToken("CAF", normalized=False)]),
    (
        "longest",
        [
            AddedToken("two", normalized=False),
            AddedToken("two  spaces", normalized=False),
            AddedToken("o  ", normalized=False),
        ],
    ),
    (
        "odd",
        [
            AddedToken("a_b-c"),
            AddedToken("[SEP]"),
            AddedToken(".*"),
            AddedToken("\\"),
            AddedToken("(x)"),
            AddedToken("^"),
        ],
    ),
    ("spaces", [AddedToken("  "), AddedToken(" ", normalized=False), AddedToken("\n", normalized=False)]),
    ("with spaces of the one before", [AddedToken("<s>", rstrip=True), AddedToken(" y"), AddedToken(" x")]),
]


def added():
    """Tokens that are found in texts, in small letters where they are normalised."""
    rows = {}
    for name, tokens in ADDED:
        tokenizer = Tokenizer(models.BPE(byte_level_vocabulary(), []))
        tokenizer.normalizer = N.Lowercase()
        tokenizer.pre_tokenizer = P.ByteLevel(add_prefix_space=False)
        tokenizer.add_tokens(tokens)
        answers = [
            [encoding.ids, places(text, encoding.offsets)]
            for text in TEXTS
            for encoding in [tokenizer.encode(text)]
        ]
        rows[name] = {"tokens": part_of(tokenizer, "added_tokens"), "answers": answers}
    return rows


DECODERS = {
    "byte level": (decoders.ByteLevel(), ["Hello", "Ġw", "Ã", "¶", "rld"]),
    "word piece": (decoders.WordPiece(cleanup=False), ["play", "##ing", "the", "##re"]),
    "metaspace": (decoders.Metaspace(prepend_scheme="never"), ["▁play", "ing", "▁▁the"]),
    "bpe": (decoders.BPEDecoder(), ["play", "ing</w>", "the</w>"]),
    "sentence": (
        decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]),
        ["a", "▁b", "<0xC3>", "<0xB6>", "c"],
    ),
    "replace": (
        decoders.Sequence([decoders.Replace(Regex("[ab]+"), "-"), decoders.Strip("_", 1, 1)]),
        ["_abc_", "__x"],
    ),
    "ctc": (decoders.CTC(), ["<pad>", "h", "h", "e", "<pad>", "l", "<pad>", "l", "|", "o"]),
    "fuse": (decoders.Fuse(), ["a", "b"]),
}


def decoded():
    rows = {}
    for name, (decoder, tokens) in DECODERS.items():
        tokenizer = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
        tokenizer.decoder = decoder
        rows[name] = {"part": part_of(tokenizer, "decoder"), "tokens": tokens, "text": decoder.decode(tokens)}
    return rows


def whole(model, texts, normalizer=None, pre_tokenizer=None, post_processor=None, added=()):
    """A tokenizer of parts that have to do with each other, and its answers."""
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    if post_processor is not None:
        tokenizer.post_processor = post_processor
    tokenizer.add_tokens(list(added))
    return {
        "json": json.loads(tokenizer.to_str()),
        "texts": texts,
        "answers": [encoded(tokenizer.encode(text), [text]) for text in texts],
    }


def wholes():
    words = models.WordLevel({"?": 0, "a": 1, " ": 2}, unk_token="?")
    trimmed = processors.ByteLevel(trim_offsets=True)
    pieces = [("?", 0.0), ("a", -1.0), ("b", -2.0), ("a", -3.0), ("\n", -4.0)]
    return {
        # Its token has no spaces, whatever stands there.
        "an unknown word beside spaces": whole(
            words, ["a x \n a", " x  "], pre_tokenizer=P.Split("a", "isolated"), post_processor=trimmed
        ),
        "Unigram's unknown word beside spaces": whole(
            models.Unigram(pieces, unk_id=0), ["ax\t a", "a \u00a0"], post_processor=trimmed
        ),
        "more spaces in a token than before its end": whole(
            models.WordLevel({"?": 0, "é  ": 1}, unk_token="?"),
            ["é"],
            normalizer=N.Replace("é", "é  "),
            post_processor=trimmed,
        ),
        "a token that is listed twice": whole(
            models.Unigram(pieces, unk_id=0), ["a<x>b"], added=[AddedToken("<x>")]
        ),
        "spaces that the token before has taken": whole(
            words, ["a\n\n", "a\n\na"], added=[AddedToken("\n", lstrip=True, rstrip=True)]
        ),
        "a single word beside what had no class yet": whole(
            words, ["<s>\u1ad8", "<s>\u1ac0"], added=[AddedToken("<s>", single_word=True)]
        ),
        "a mark that had no script yet": whole(words, ["ب\u061cب"], pre_tokenizer=P.UnicodeScripts()),
    }


def main():
    data = {
        "wholes": wholes(),
        "texts": TEXTS,
        "pairs": PAIRS,
        "normalizers": normalized(),
        "preTokenizers": {name: cut(part) for name, part in PRE_TOKENIZERS.items()},
        "patterns": patterns(),
        "refused": REFUSED,
        "postProcessors": processed(),
        "added": added(),
        "decoders": decoded(),
    }
    for pattern in REFUSED:
        Regex(pattern)
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    PATH.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(PATH.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
