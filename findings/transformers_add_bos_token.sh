#!/usr/bin/env bash
# A folder whose tokenizer_config.json says "add_bos_token": true, with a tokenizer.json that has no post-processor, as
# DeepSeek-R1's distilled models have them (transformers 5.24.0, tokenizers 0.23.3).
# Expected: a text begins with the bos token, as in version 4 with LlamaTokenizerFast.
# Seen: none is put there, whatever class the file names, and the tokenizer says add_bos_token is false. No warning.
# What follows for us: ids are those of AutoTokenizer, so none is put there either.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python torch==2.15.0 transformers==5.24.0 tokenizers==0.23.3 numpy==2.4.6 <<'PYTHON'
import json
import pathlib

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoTokenizer

folder = pathlib.Path("tokenizer")
folder.mkdir()
made = Tokenizer(models.BPE({"a": 0, "b": 1, "<s>": 2, "</s>": 3}, []))
made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
made.decoder = decoders.ByteLevel()
made.add_special_tokens(["<s>", "</s>"])
made.save(str(folder / "tokenizer.json"))
config = {"add_bos_token": True, "bos_token": "<s>", "eos_token": "</s>"}
for name in ("LlamaTokenizerFast", "PreTrainedTokenizerFast", "Qwen2TokenizerFast", "GPT2TokenizerFast"):
    (folder / "tokenizer_config.json").write_text(json.dumps({**config, "tokenizer_class": name}))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer("ab").input_ids
    print(name, ids, "add_bos_token:", tokenizer.add_bos_token)
    assert ids == [0, 1] and not tokenizer.add_bos_token
PYTHON
