#!/usr/bin/env bash
# output_attentions=True with the attention that transformers takes by itself (transformers 5.24.0, torch 2.15.0).
# Expected: the weights of every layer, or an error; in version 4 the model fell back to eager with a warning.
# Seen: a warning and an empty tuple. `outputs.attentions is not None` holds, and what is saved of it is nothing.
# What follows for us: the page's Python snippet says attn_implementation="eager", and a file without any array says so.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python torch==2.15.0 transformers==5.24.0 numpy==2.4.6 <<'PYTHON'
import torch
from transformers import BertConfig, BertModel, LlamaConfig, LlamaModel

sizes = dict(vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2)
ids = torch.tensor([[5, 6, 7, 8]])
for kind, config in ((BertModel, BertConfig(**sizes)), (LlamaModel, LlamaConfig(**sizes))):
    plain = kind(config)(ids, output_attentions=True).attentions
    eager = kind._from_config(config, attn_implementation="eager")(ids, output_attentions=True).attentions
    print(kind.__name__, "by itself:", plain, "eager:", [tuple(layer.shape) for layer in eager])
    assert plain == () and len(eager) == 2
PYTHON
