#!/usr/bin/env bash
# A decoder whose config.json says "is_causal": null, or false (transformers 5.24.0, torch 2.15.0, eager).
# Expected: null is no value, as elsewhere in a config, and the model looks back as its class does.
# Seen: null counts as false: every query looks at later tokens too.
# What follows for us: null looks both ways here too, and model.info.isCausal says so.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python torch==2.15.0 transformers==5.24.0 numpy==2.4.6 <<'PYTHON'
import json
import pathlib

import torch
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

sizes = dict(vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2)
folder = pathlib.Path("llama")
LlamaForCausalLM(LlamaConfig(**sizes)).save_pretrained(folder)
config = json.loads((folder / "config.json").read_text())
ahead = {}
for value in ("left out", True, None, False):
    changed = config if value == "left out" else {**config, "is_causal": value}
    (folder / "config.json").write_text(json.dumps(changed))
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
    with torch.no_grad():
        weights = model(torch.tensor([[5, 6, 7, 8]]), output_attentions=True).attentions[0]
    ahead[value] = float(weights.triu(1).max())
    print("is_causal", value, "largest weight on a later token:", round(ahead[value], 3))
assert ahead["left out"] == ahead[True] == 0 < ahead[None] == ahead[False]
PYTHON
