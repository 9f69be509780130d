#!/usr/bin/env bash
# A BERT with relative positions (position_embedding_type "relative_key"), as version 4 saved it (transformers 5.24.0,
# torch 2.15.0).
# Expected: its maps as version 4 had them, or an error.
# Seen: the distance embeddings are left out as unexpected and the model runs with absolute positions alone: other maps.
# What follows for us: position_embedding_type other than "absolute" is refused by name.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python torch==2.15.0 transformers==5.24.0 numpy==2.4.6 <<'PYTHON'
import json
import pathlib

import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertModel

sizes = dict(vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2)
absolute = BertModel(BertConfig(**sizes, max_position_embeddings=32)).eval()
folder = pathlib.Path("relative")
absolute.save_pretrained(folder)
config = json.loads((folder / "config.json").read_text())
(folder / "config.json").write_text(json.dumps({**config, "position_embedding_type": "relative_key"}))
weights = load_file(folder / "model.safetensors")
for layer in range(2):
    weights[f"encoder.layer.{layer}.attention.self.distance_embedding.weight"] = torch.randn(63, 8)
save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
relative = BertModel.from_pretrained(folder).eval()
ids = torch.tensor([[5, 6, 7, 8]])
with torch.no_grad():
    change = float((absolute(ids).last_hidden_state - relative(ids).last_hidden_state).abs().max())
print("changed by the distance embeddings:", change)
assert change == 0
PYTHON
