#!/usr/bin/env bash
# The attention of padding in front of a text (transformers 5.24.0, torch 2.15.0, eager).
# Expected: a row of padding, which may see no key, has no weights, or weights on the keys up to itself.
# Seen: a forbidden cell is the least finite number, not minus infinity, so that the row of a token that sees nothing
# spreads its weight evenly over all keys, those of padding and those behind it too: a causal model's map that looks ahead.
# What follows for us: a fully masked row is zeros here; arrays exported with padding in front show such rows as they are.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python torch==2.15.0 transformers==5.24.0 numpy==2.4.6 <<'PYTHON'
import torch
from transformers import LlamaConfig, LlamaModel

config = LlamaConfig(
    vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2
)
model = LlamaModel._from_config(config, attn_implementation="eager").eval()
mask = torch.tensor([[0, 0, 1, 1]])
with torch.no_grad():
    weights = model(torch.tensor([[1, 1, 5, 6]]), attention_mask=mask, output_attentions=True).attentions[0]
print(weights[0, 0])
assert torch.allclose(weights[0, :, :2], torch.full((2, 2, 4), 0.25))
assert weights[0, :, 2, :2].max() == 0
PYTHON
