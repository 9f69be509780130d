#!/usr/bin/env bash
# The attentions that generate() gives of a model with sliding windows (transformers 5.24.0, torch 2.15.0, eager).
# Expected: at each later step a row over all keys so far, with zeros outside the window, as the first step's map has them.
# Seen: a windowed layer's row has only the window's keys, without saying which: column 0 is the first key of the window,
# not of the text, and layers of one step have rows of different lengths.
# What follows for us: rows of steps are set against the end of the text when they are joined into one map.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python torch==2.15.0 transformers==5.24.0 numpy==2.4.6 <<'PYTHON'
import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

config = Gemma3TextConfig(
    vocab_size=50,
    hidden_size=16,
    intermediate_size=32,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_key_value_heads=2,
    head_dim=8,
    sliding_window=3,
    layer_types=["sliding_attention", "full_attention"],
)
torch.manual_seed(0)
model = Gemma3ForCausalLM._from_config(config, attn_implementation="eager").eval()
ids = torch.tensor([[5, 6, 7, 8, 9, 10]])
steps = model.generate(
    ids, max_new_tokens=3, do_sample=False, output_attentions=True, return_dict_in_generate=True
).attentions
shapes = [[tuple(layer.shape[2:]) for layer in step] for step in steps]
print(shapes)
assert shapes == [[(6, 6), (6, 6)], [(1, 3), (1, 7)], [(1, 3), (1, 8)]]
PYTHON
