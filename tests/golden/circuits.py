"""Writes circuits.json: what TransformerLens makes of the weights of three of tiny_decoders/, its FactoredMatrix and its
composition scores over factors that are folded here.

    pip install transformer-lens==4.3.0 safetensors && python circuits.py
"""

import json
import pathlib

import torch
from safetensors.torch import load_file
from transformer_lens import FactoredMatrix
from transformer_lens.utilities import composition_scores

FOLDER = pathlib.Path(__file__).parent


def factors(name):
    """W_Q, W_K, W_V [layers, heads, hidden, dim], W_O [layers, heads, dim, hidden], W_E, W_U, norms folded."""
    folder = FOLDER / "tiny_decoders" / name
    config = json.loads((folder / "config.json").read_text())
    tensors = {key: value.float() for key, value in load_file(folder / "model.safetensors").items()}
    heads = config.get("num_attention_heads") or config["n_head"]
    layers = config.get("num_hidden_layers") or config["n_layer"]
    queries, keys, values, outputs = [], [], [], []
    for layer in range(layers):
        if name == "gpt2":
            prefix = f"transformer.h.{layer}."
            norm = tensors[prefix + "ln_1.weight"]
            query, key, value = tensors[prefix + "attn.c_attn.weight"].chunk(3, 1)
            output, shared = tensors[prefix + "attn.c_proj.weight"], 1
        else:
            prefix = f"model.layers.{layer}."
            norm = tensors[prefix + "input_layernorm.weight"]
            names = [prefix + f"self_attn.{part}_proj.weight" for part in "qkvo"]
            query, key, value, output = (tensors[part].T for part in names)
            shared = heads // config["num_key_value_heads"]
        if name == "gemma2":
            norm = norm + 1
        split = lambda matrix, count: (norm[:, None] * matrix).reshape(len(norm), count, -1).transpose(0, 1)
        queries.append(split(query, heads))
        keys.append(split(key, heads // shared).repeat_interleave(shared, 0))
        values.append(split(value, heads // shared).repeat_interleave(shared, 0))
        outputs.append(output.reshape(heads, -1, output.shape[1]))
    embedding = tensors["transformer.wte.weight" if name == "gpt2" else "model.embed_tokens.weight"]
    final = tensors["transformer.ln_f.weight" if name == "gpt2" else "model.norm.weight"]
    final = final + 1 if name == "gemma2" else final
    return *map(torch.stack, (queries, keys, values, outputs)), embedding, final[:, None] * embedding.T


def main():
    """Writes the answers of all heads, and of all pairs of heads of the first and the second layer."""
    models = {}
    for name in ("llama", "gemma2", "gpt2"):
        query, key, value, output, embedding, unembedding = factors(name)
        qk = FactoredMatrix(query, key.transpose(-2, -1))
        ov = FactoredMatrix(value, output)
        full = FactoredMatrix(embedding @ value, output @ unembedding)
        eigenvalues = full.eigenvalues
        left = FactoredMatrix(value[0], output[0])
        pairs = {
            "query": FactoredMatrix(query[1], key[1].transpose(-2, -1)),
            "key": FactoredMatrix(key[1], query[1].transpose(-2, -1)),
            "value": FactoredMatrix(value[1], output[1]),
        }
        models[name] = {
            "qk": qk.S.tolist(),
            "ov": ov.S.tolist(),
            "copying": (eigenvalues.sum(-1).real / eigenvalues.abs().sum(-1)).tolist(),
            "composition": {kind: composition_scores(left, right).tolist() for kind, right in pairs.items()},
        }
    (FOLDER / "circuits.json").write_text(json.dumps(models) + "\n")


if __name__ == "__main__":
    main()
