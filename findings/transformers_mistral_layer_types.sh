#!/usr/bin/env bash
# A Mistral folder whose config.json names layer_types (transformers 5.24.0).
# Expected: AutoModelForCausalLM and MistralForCausalLM load the same model from one folder.
# Seen: the two are different classes with different maps: by AutoModelForCausalLM it becomes a Ministral, whose layers
# have a window as layer_types says; by MistralForCausalLM every layer has the window.
# What follows for us: layer_types is honoured, as AutoModelForCausalLM does.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python torch==2.15.0 transformers==5.24.0 numpy==2.4.6 <<'PYTHON'
import json
import pathlib

import torch
from transformers import AutoModelForCausalLM, MistralConfig, MistralForCausalLM

sizes = dict(vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2)
folder = pathlib.Path("mistral")
MistralForCausalLM(MistralConfig(**sizes, num_key_value_heads=2, sliding_window=2)).save_pretrained(folder)
config = json.loads((folder / "config.json").read_text())
config["layer_types"] = ["full_attention", "sliding_attention"]
(folder / "config.json").write_text(json.dumps(config))
seen = {}
for loader in (AutoModelForCausalLM, MistralForCausalLM):
    model = loader.from_pretrained(folder, attn_implementation="eager").eval()
    with torch.no_grad():
        layers = model(torch.tensor([[5, 6, 7, 8]]), output_attentions=True).attentions
    seen[loader.__name__] = type(model).__name__, [bool(layer[0, 0, -1, 0] > 0) for layer in layers]
    print(loader.__name__, "makes", *seen[loader.__name__])
assert seen == {
    "AutoModelForCausalLM": ("MinistralForCausalLM", [True, False]),
    "MistralForCausalLM": ("MistralForCausalLM", [False, False]),
}
PYTHON
