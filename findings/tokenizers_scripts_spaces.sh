#!/usr/bin/env bash
# The pre-tokenizer UnicodeScripts on a text that doesn't begin with a letter (PyPI tokenizers 0.23.3).
# Expected: it cuts a text where the script changes, and every character is in one of the pieces.
# Seen: what stands before the first character that has a script of its own is gone, and a text of spaces gives no piece.
# What follows for us: ours drops it too, since ids must be the library's.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python tokenizers==0.23.3 <<'PYTHON'
from tokenizers import pre_tokenizers

scripts = pre_tokenizers.UnicodeScripts()
for text, pieces in (("   ", []), ("  a b", ["a b"]), ("a  b", ["a  b"])):
    found = [piece for piece, _ in scripts.pre_tokenize_str(text)]
    print(repr(text), found)
    assert found == pieces
PYTHON
