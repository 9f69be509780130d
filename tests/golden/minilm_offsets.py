"""Writes minilm_offsets.json.gz: 3,000 random Unicode strings with the ids that AutoTokenizer gives them for
all-MiniLM-L6-v2, without truncation or padding, and its offsets in UTF-16 units.

    pip install transformers==4.57.1 && python minilm_offsets.py FOLDER

FOLDER is the model's Hugging Face folder.
"""

import gzip
import json
import pathlib
import random
import sys

from transformers import AutoTokenizer

STRINGS = 3000
PIECES = 9  # at most, of a string
RUN = 6  # characters at most, of a script's run

WORDS = (
    "the cat attention unaffable embeddings Internationalisation don't e-mail 3.14159 1,000,000 $5 C++ a_b x² "
    "constructor toString __proto__ hasOwnProperty <script> &amp; https://example.org/?q=%20#top user@example.org "
    "Crème brûlée naïve Ångström Größe STRASSE Straße œuvre Æsir ĳsberg ﬁnance eﬀect ﬅ İstanbul ISPARTA ırmak "
    "ΟΔΥΣΣΕΥΣ ὈΔΥΣΣΕΎΣ σοφός Ἀθῆναι Привет ёлка Йод Україна שָׁלוֹם עולם مرحبًا العربيّة کتاب हिन्दी क्षत्रिय ไทย ภาษาไทย "
    "日本語 テキスト がぎぐ ｶﾞｷﾞｸﾞ 漢字 中文 豈更 한국어 각 Việt tiếng ＦＵＬＬ ｗｉｄｔｈ ①② Ⅷ ½ ㎏ ℡ 𝒜𝓁𝑔𝑒𝒷𝓇𝒶 𝟙𝟚𝟛 𝔘𝔫𝔦 ǅ ŉ ẞ Ǆ ﬄ ﷺ"
).split()
EMOJI = "😂 🍕 ❤️ ☺︎ 👍🏽 👩🏾‍🚀 👩‍👩‍👧‍👦 🏳️‍🌈 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇫🇷 🇯🇵🇧🇷 1️⃣ #️⃣ 🤷🏻‍♀️ 🫠 🅰 🀄".split()
SPECIAL = "[CLS] [SEP] [MASK] [PAD] [UNK] [mask] [CLS [[SEP]] [MASK][MASK] ##ing".split()
BLANKS = list("\t\n\r\u00a0\u1680\u2003\u2009\u2028\u2029\u202f\u205f\u3000")
SPACES = [" "] * 8 + [""] * 4 + BLANKS + ["  ", "\r\n"]
INVISIBLE = list("\0\x01\x07\b\v\f\x1b\x1f\x7f\x85\x9f\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u202e\u2060")
INVISIBLE += list("\u2066\ufe0f\ufeff\ufff9\ufffc\ufffd\U000e0001\U000e0041\U000e0100")
PRIVATE = list("\ue000\uf8ff\U000f0000\U0010fffd")
UNASSIGNED = list("\u0378\u0530\ufdd0\ufffe\uffff\U0001fffe\U0010ffff")
MARKS = list(
    "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0315\u031b\u0323\u0327\u0328\u0338\u0345\u0360\u3099"
)
# Marks, punctuation and a format that came after Unicode 8, and U+166D, which was punctuation until Unicode 12.
LATE = list("\u08e2\u166d\u1df6\ua8c5\u2e43\U0001144b\U00011c3f\U00011c41\U0001e000\U0001e944\U0001e95e")

SCRIPTS = [
    [(0x21, 0x7E)],
    [(0x41, 0x5A), (0x61, 0x7A)],
    [(0xA1, 0x17F), (0x180, 0x24F)],
    [(0x250, 0x2AF), (0x2B0, 0x2FF)],
    [(0x370, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x391, 0x3A1), (0x3A3, 0x3FF), (0x1F20, 0x1F45)],
    [(0x400, 0x4FF)],
    [(0x531, 0x556), (0x561, 0x587), (0x10D0, 0x10FA)],
    [(0x591, 0x5C7), (0x5D0, 0x5EA), (0xFB1D, 0xFB36)],
    [(0x60C, 0x61B), (0x61E, 0x66F), (0x671, 0x6D3), (0xFB50, 0xFBB1), (0xFE70, 0xFE74), (0xFE76, 0xFEFC)],
    [(0x901, 0x94D), (0x958, 0x970), (0x985, 0x98C), (0x9C0, 0x9C4), (0xB85, 0xB8A), (0xBBE, 0xBC2)],
    [(0xE01, 0xE3A), (0xE3F, 0xE5B), (0xE81, 0xE82), (0xF40, 0xF47), (0xF71, 0xF84), (0x1000, 0x104F)],
    [(0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2), (0xAC00, 0xD7A3)],
    [(0x3001, 0x301C), (0x302A, 0x303D), (0x3041, 0x3096), (0x3099, 0x30FF), (0xFF66, 0xFF9F)],
    [
        (0x3400, 0x34FF),
        (0x4E00, 0x9FA5),
        (0x20000, 0x200FF),
        (0x2A700, 0x2A7FF),
        (0xF900, 0xFA2D),
        (0x2F800, 0x2F8FF),
    ],
    [(0x1E00, 0x1EF9), (0x2C60, 0x2C7F), (0xFB00, 0xFB06), (0xFF01, 0xFF5E)],
    [
        (0x2010, 0x2027),
        (0x2030, 0x205E),
        (0x2190, 0x21FF),
        (0x2200, 0x22FF),
        (0x20A0, 0x20BE),
        (0x2E00, 0x2E42),
    ],
    [(0x2460, 0x24FF), (0x2500, 0x25FF), (0x2600, 0x27BF), (0x3200, 0x321E), (0x3300, 0x33FF)],
    [(0x1D15E, 0x1D172), (0x1D400, 0x1D454), (0x1D4D0, 0x1D505), (0x1D6A8, 0x1D7CB), (0x1D7CE, 0x1D7FF)],
    [(0x1F300, 0x1F3FA), (0x1F3FB, 0x1F3FF), (0x1F400, 0x1F4FF), (0x1F600, 0x1F64F), (0x1F1E6, 0x1F1FF)],
    [(0x10330, 0x1034A), (0x10400, 0x1044F), (0x12000, 0x12036), (0x13000, 0x1303F), (0x1F000, 0x1F02B)],
]

draw = random.Random(3)


def script():
    ranges = draw.choice(SCRIPTS)
    return "".join(chr(draw.randint(*draw.choice(ranges))) for _ in range(draw.randint(1, RUN)))


def marked():
    base = draw.choice([draw.choice(WORDS), script()])
    return "".join(
        character + "".join(draw.choices(MARKS, k=draw.choice([0, 0, 1, 2]))) for character in base
    )


def hidden():
    word = draw.choice([draw.choice(WORDS), script()])
    place = draw.randint(0, len(word))
    return word[:place] + draw.choice(INVISIBLE + PRIVATE + UNASSIGNED) + word[place:]


def long_word():
    # A word of more than 100 characters is unknown.
    return draw.choice(["a", "é", "e\u0301", "я", "각", "𝒜", "ab"]) * draw.choice([50, 99, 100, 101, 130])


KINDS = [
    (30, lambda: draw.choice(WORDS)),
    (30, script),
    (12, marked),
    (10, hidden),
    (8, lambda: draw.choice(EMOJI)),
    (5, lambda: draw.choice(SPECIAL)),
    (0.4, long_word),
    (0.15, lambda: f" cat{draw.choice(LATE)} "),
]
WEIGHTS, MAKERS = zip(*KINDS)


def string():
    pieces = [make() for make in draw.choices(MAKERS, WEIGHTS, k=draw.randint(1, PIECES))]
    return "".join(piece + draw.choice(SPACES) for piece in pieces)


def utf16_offsets(text, offsets):
    before = [0]
    for character in text:
        before.append(before[-1] + len(character.encode("utf-16-le")) // 2)
    return [[before[start], before[end]] for start, end in offsets]


tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
texts = [string() for _ in range(STRINGS)]
encoded = tokenizer(texts, return_offsets_mapping=True, truncation=False, padding=False)
strings = [
    {"text": text, "ids": ids, "offsets": utf16_offsets(text, offsets)}
    for text, ids, offsets in zip(texts, encoded["input_ids"], encoded["offset_mapping"])
]
data = json.dumps(strings, separators=(",", ":"), ensure_ascii=False).encode()
path = pathlib.Path(__file__).parent / "minilm_offsets.json.gz"
path.write_bytes(gzip.compress(data, 9, mtime=0))
print(
    len(strings),
    "strings,",
    sum(len(string["ids"]) for string in strings),
    "tokens,",
    path.stat().st_size,
    "bytes",
)
