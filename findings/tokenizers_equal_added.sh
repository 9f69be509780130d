#!/usr/bin/env bash
# Added tokens that a normaliser makes equal (PyPI tokenizers 0.23.3).
# Expected: one tokenizer.json always gives the same ids; of "USA" and "usa" under Lowercase the first or the last wins.
# Seen: which of them wins changes from load to load of the same file in one process.
# What follows for us: the first of the file wins, always.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python tokenizers==0.23.3 <<'PYTHON'
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

made = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1}, unk_token="[UNK]"))
made.normalizer = normalizers.Lowercase()
made.pre_tokenizer = pre_tokenizers.Whitespace()
made.add_tokens([AddedToken(word, normalized=True) for word in ("USA", "usa", "Usa", "uSa")])
text = made.to_str()
seen = {tuple(Tokenizer.from_str(text).encode("usa").ids) for _ in range(200)}
print("200 loads of one file give", sorted(seen))
assert len(seen) > 1
PYTHON
