"""Writes web/lib/text/unicode/library_tables.ts: the classes of characters that the Python library tokenizers has, of
several versions of Unicode, asked of it for every code point. A JavaScript engine has its own.

    pip install tokenizers==0.23.3 && python library_tables.py
"""

import pathlib

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

OUTPUT = pathlib.Path(__file__).parents[2] / "web/lib/text/unicode/library_tables.ts"
CODE_POINTS = [code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
NFD, NFKD = normalizers.NFD(), normalizers.NFKD()
# A mark of the lowest combining class but one, and one of the highest.
LOW, HIGH = "\u0334", "\u0345"


def bert(**switches):
    """BertNormalizer with all switches off but those given."""
    off = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    return normalizers.BertNormalizer(**(off | switches))


def is_mark_of_order(character):
    """Whether it has a combining class, by which the marks behind a letter are put in order."""
    if character in (LOW, HIGH):
        return True
    moves_back = NFD.normalize_str("a" + character + LOW) == "a" + LOW + character
    return moves_back or NFD.normalize_str("a" + HIGH + character) == "a" + character + HIGH


def attaching():
    """Those that become one with what stands before them, or change places with it, in a normal form."""
    seconds = {second for code in CODE_POINTS for second in NFD.normalize_str(chr(code))[1:]}
    first = {chr(code) for code in CODE_POINTS if is_mark_of_order(chr(code))} | seconds
    return [code for code in CODE_POINTS if NFKD.normalize_str(chr(code))[0] in first]


def where(holds):
    """The code points of characters of which something holds."""
    return [code for code in CODE_POINTS if holds(chr(code))]


def tables():
    """name: what it holds, code points."""
    clean, accents = bert(clean_text=True), bert(strip_accents=True)
    strip = normalizers.StripAccents()
    punctuation = pre_tokenizers.Punctuation("removed")
    scripts = pre_tokenizers.UnicodeScripts()
    unassigned = pre_tokenizers.Split(Regex(r"\p{Cn}"), "removed")
    return {
        "BERT_DROPPED": (
            "What BertNormalizer's clean_text drops.",
            where(lambda c: clean.normalize_str("a" + c) == "a"),
        ),
        "BERT_ACCENTS": (
            "What BertNormalizer's strip_accents drops.",
            where(lambda c: accents.normalize_str("a" + c) == "a"),
        ),
        "MARKS": ("What StripAccents drops.", where(lambda c: strip.normalize_str(c) == "")),
        "PUNCTUATION": (
            "Punctuation to BertPreTokenizer and Punctuation.",
            where(lambda c: [p for p, _ in punctuation.pre_tokenize_str("a" + c)] == ["a"]),
        ),
        "DECOMPOSED": (
            "What the normal forms take apart.",
            where(lambda c: NFKD.normalize_str(c) != c),
        ),
        "ATTACHING": ("What in a normal form joins what stands before it.", attaching()),
        "SCRIPTLESS": (
            "Of no script to UnicodeScripts.",
            where(lambda c: scripts.pre_tokenize_str(c) == []),
        ),
        "UNASSIGNED": (
            "No characters yet to the patterns of the library.",
            where(lambda c: unassigned.pre_tokenize_str(c) == []),
        ),
    }


def base36(number):
    """A number as JavaScript's toString(36) writes it."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def packed(codes):
    """Lengths in turns, in base 36: of what isn't in the table, and of what is."""
    lengths, end = [], 0
    ranges = []
    for code in codes:
        if ranges and ranges[-1][1] == code:
            ranges[-1][1] += 1
        else:
            ranges.append([code, code + 1])
    for start, stop in ranges:
        lengths += [start - end, stop - start]
        end = stop
    return " ".join(map(base36, lengths))


def main():
    """Asks and writes."""
    lines = [
        f"// Made by tools/tokenizer/library_tables.py with tokenizers {tokenizers.__version__}.",
        "",
    ]
    for name, (about, codes) in tables().items():
        text = f"export const {name} =\n  '{packed(codes)}';\n"
        lines.append(f"/** {about} */\n{text}")
        print(name, len(codes))
    OUTPUT.write_text("\n".join(lines))


if __name__ == "__main__":
    main()
