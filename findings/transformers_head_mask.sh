#!/usr/bin/env bash
# head_mask, by which heads were taken out in version 4 (transformers 5.24.0, torch 2.15.0).
# Expected: the head is taken out, or an error that there is no such argument.
# Seen: the argument is taken and does nothing, without a warning: an ablation by head_mask measures exactly no effect.
# What follows for us: `edits` of ours are checked against hooks on o_proj's input, never against head_mask.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python torch==2.15.0 transformers==5.24.0 numpy==2.4.6 <<'PYTHON'
import torch
from transformers import BertConfig, BertModel, GPT2Config, GPT2Model

ids = torch.tensor([[5, 6, 7, 8]])
bert = BertConfig(vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2)
gpt2 = GPT2Config(vocab_size=50, n_embd=16, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0)
for kind, config in ((BertModel, bert), (GPT2Model, gpt2)):
    model = kind._from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        whole = model(ids).last_hidden_state
        without = model(ids, head_mask=torch.zeros(2, 2)).last_hidden_state
    change = float((whole - without).abs().max())
    print(kind.__name__, "all heads masked: changed by", change)
    assert change == 0
PYTHON
