"""The attentions that generate gives of layers with and without a window, and the maps of a run over the whole text.

    pip install torch==2.15.0 transformers==5.24.0 numpy==2.4.6 && python windowed_steps.py
"""

import gzip
import json
import pathlib

import numpy
import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

FOLDER = pathlib.Path(__file__).parent / "exported_tensors"


def by_window(window: int, prompt: list[int]) -> list:
    """Steps of layers in a file, as people keep them by name; gives [layers][heads][queries][keys]."""
    config = Gemma3TextConfig(
        vocab_size=16,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=4,
        sliding_window=window,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"],
    )
    model = Gemma3ForCausalLM._from_config(config, attn_implementation="eager").eval()
    for parameter in model.parameters():
        parameter.data = torch.randn_like(parameter)
    out = model.generate(
        torch.tensor([prompt]),
        max_new_tokens=4,
        do_sample=False,
        eos_token_id=None,
        output_attentions=True,
        return_dict_in_generate=True,
    )
    steps = {
        f"step_{i}_layer_{j}": layer.numpy()
        for i, step in enumerate(out.attentions)
        for j, layer in enumerate(step)
    }
    numpy.savez(FOLDER / f"windowed_steps_{window}.npz", **steps)
    with torch.no_grad():
        whole = model(out.sequences[:, :-1], output_attentions=True).attentions
    return [layer[0].tolist() for layer in whole]


torch.manual_seed(3)
# A window that is shorter than the prompt, as long, and longer.
expected = {window: by_window(window, [2, 3, 4, 5, 6]) for window in (3, 5, 7)}
text = json.dumps(expected, separators=(",", ":"))
(FOLDER / "windowed_steps.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
