"""Writes all-MiniLM-L6-v2 as ONNX, which gives the last hidden state and every layer's attention weights.

    pip install torch==2.15.0 transformers==4.57.1 onnx==1.23.2 onnxscript && python export_minilm.py FOLDER FILE

FOLDER is the model's Hugging Face folder, FILE the .onnx file to be written.
"""

import sys

import torch
from transformers import AutoModel

folder, file = sys.argv[1:]


class WithAttentions(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()

    def forward(self, input_ids):
        out = self.bert(input_ids, output_attentions=True)
        return out.last_hidden_state, *out.attentions


model = WithAttentions().eval()
layers = model.bert.config.num_hidden_layers
torch.onnx.export(
    model,
    (torch.arange(1000, 1020)[None],),
    file,
    input_names=["input_ids"],
    output_names=["last_hidden_state", *(f"attention_{layer}" for layer in range(layers))],
    dynamic_shapes={"input_ids": {1: torch.export.Dim("tokens", min=2, max=512)}},
    dynamo=True,
    external_data=False,
)
