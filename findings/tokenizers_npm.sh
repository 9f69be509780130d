#!/usr/bin/env bash
# The same tokenizer.json through the library of Python and through the package of npm (PyPI tokenizers 0.23.3, npm
# @huggingface/tokenizers 0.2.0).
# Expected: the same ids, or an error in the package of npm that names the part it doesn't know.
# Seen: other ids, or undefined ones, without a word: Split by a string isolates whatever its behavior says; Metaspace
# doesn't split; an unknown word of WordLevel gets no number; Lowercase ends a Greek word with ς where Python writes σ;
# an added token with single_word is found inside words.
# What follows for us: text/ has its own parts, compared with Python's; the package of npm isn't used.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
packages=$(mktemp -d)
npm install --silent --no-audit --no-fund --prefix "$packages" @huggingface/tokenizers@0.2.0
cat >"$packages/ids.mjs" <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
const cases = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(cases.map(([json, text]) => new Tokenizer(json, {}).encode(text).ids.map((id) => id ?? null))));
SCRIPT
export packages
with_python tokenizers==0.23.3 <<'PYTHON'
import json
import os
import shutil
import subprocess

from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

WORDS = ["[UNK]", "a", "b", "a ", "b ", " b", "  ", "x", "▁a", "▁b", "ασ", "ας"]
VOCABULARY = {word: number for number, word in enumerate(WORDS)}


def tokenizer(pre_tokenizer=None, normalizer=None, added=()):
    made = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizer or pre_tokenizers.Whitespace()
    if normalizer is not None:
        made.normalizer = normalizer
    made.add_tokens(list(added))
    return made


def split(behavior):
    return tokenizer(pre_tokenizers.Split(" ", behavior))


cases = {
    "Split, removed": (split("removed"), "a b", [1, 2], [1, None, 2]),
    "Split, merged with previous": (split("merged_with_previous"), "a b", [3, 2], [1, None, 2]),
    "Split, merged with next": (split("merged_with_next"), "a b", [1, 5], [1, None, 2]),
    "Split, contiguous": (split("contiguous"), "a  b", [1, 6, 2], [1, None, None, 2]),
    "Metaspace": (tokenizer(pre_tokenizers.Metaspace()), "a b", [8, 9], [None]),
    "WordLevel, unknown": (tokenizer(), "a zz b", [1, 0, 2], [1, None, 2]),
    "Lowercase": (tokenizer(normalizer=normalizers.Lowercase()), "ΑΣ", [10], [11]),
    "single_word": (tokenizer(added=[AddedToken("x", single_word=True)]), "x ax", [7, 0], [7, 1, 7]),
}
given = json.dumps([[json.loads(made.to_str()), text] for made, text, _, _ in cases.values()])
folder = os.environ["packages"]
answer = subprocess.run(
    ["node", "ids.mjs"], cwd=folder, input=given, capture_output=True, text=True, check=True
).stdout
shutil.rmtree(folder)
for (name, (made, text, python, npm)), found in zip(cases.items(), json.loads(answer)):
    ids = made.encode(text).ids
    print(f"{name}: {text!r} Python {ids}, npm {found}")
    assert (ids, found) == (python, npm), name
PYTHON
