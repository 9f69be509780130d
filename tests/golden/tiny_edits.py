"""Writes tiny_edits.json.gz: what edits of heads do to two of tiny_decoders/ (a Llama and a Gemma 2), computed by
transformers in float32 with its own attention taken apart by hooks.

    pip install torch==2.15.0 transformers==4.57.1 && python tiny_edits.py
"""

import base64
import gzip
import json
import pathlib

import numpy as np
import torch
from transformers import AttentionInterface, AttentionMaskInterface, AutoModelForCausalLM
from transformers.masking_utils import eager_mask
from transformers.models.llama.modeling_llama import repeat_kv

FOLDER = pathlib.Path(__file__).parent
TOKENS = 9
OTHER = [5, 4, 3, 9, 8, 7, 2, 6, 11]  # the text that means and patches come from
PATTERN = torch.softmax(torch.arange(TOKENS * TOKENS).reshape(TOKENS, TOKENS).float().sin(), -1).tril()

CASES = {
    "zero": [{"layer": 0, "head": 1, "ablate": "zero"}],
    "mean": [{"layer": 1, "head": 2, "ablate": "mean"}, {"layer": 0, "head": 0, "ablate": "mean"}],
    "scale": [{"layer": 0, "head": 3, "scale": -1.5}],
    "temperature": [{"layer": 0, "head": 2, "temperature": 0.5}, {"layer": 1, "head": 0, "temperature": 3.0}],
    "blocked": [{"layer": 0, "head": 0, "blocked": [[3, 1], [3, 2], [8, 0], [0, 0]]}],
    "pattern": [{"layer": 0, "head": 1, "pattern": True}],
    "patch": [{"layer": 0, "head": 2, "patch": True}],
    "patch one": [{"layer": 0, "head": 2, "patch": True, "positions": [8, 2]}],
    "together": [
        {"layer": 0, "head": 1, "temperature": 2.0},
        {"layer": 0, "head": 1, "blocked": [[5, 4]]},
        {"layer": 0, "head": 1, "scale": 0.5},
        {"layer": 1, "head": 1, "ablate": "zero"},
    ],
}
state = {"edits": []}


def edited_attention(module, query, key, value, attention_mask, scaling, softcap=None, **_):
    """Eager attention with the edits of weights: scores, softcap, mask, blocked cells, temperature, pattern."""
    keys = repeat_kv(key, module.num_key_value_groups)
    values = repeat_kv(value, module.num_key_value_groups)
    scores = query @ keys.transpose(2, 3) * scaling
    if softcap is not None:
        scores = softcap * torch.tanh(scores / softcap)
    masked = scores + attention_mask[:, :, :, : keys.shape[-2]]
    edits = [edit for edit in state["edits"] if edit["layer"] == module.layer_idx]
    for edit in edits:
        for row, column in edit.get("blocked", []):
            masked[0, edit["head"], row, column] = -torch.inf
        if "temperature" in edit:
            masked[0, edit["head"]] /= edit["temperature"]
    weights = torch.softmax(masked, -1)
    weights = torch.where(masked.amax(-1, keepdim=True) < -1e30, torch.zeros(()), weights)
    for edit in edits:
        if "pattern" in edit:
            weights[0, edit["head"]] = PATTERN
    return (weights @ values).transpose(1, 2).contiguous(), weights


def edit_output(module, inputs, layer, head_dim):
    """The edits of head outputs, just before W_O; what it was is remembered."""
    output = inputs[0].clone()
    state["outputs"][layer] = output[0].clone()
    for edit in state["edits"]:
        if edit["layer"] != layer:
            continue
        columns = slice(edit["head"] * head_dim, (edit["head"] + 1) * head_dim)
        if edit.get("ablate") == "zero":
            output[0, :, columns] = 0
        if edit.get("ablate") == "mean":
            output[0, :, columns] = state["other"][layer][:, columns].mean(0)
        if "scale" in edit:
            output[0, :, columns] *= edit["scale"]
        if "patch" in edit:
            places = edit.get("positions", range(TOKENS))
            for place in places:
                output[0, place, columns] = state["other"][layer][place, columns]
    return (output,)


def encode(tensor):
    data = np.ascontiguousarray(tensor.numpy(), np.float32).tobytes()
    return {"shape": list(tensor.shape), "data": base64.b64encode(data).decode()}


@torch.no_grad()
def answers(name):
    """For each case: the edits, the last token's logits and every head's weights."""
    model = AutoModelForCausalLM.from_pretrained(FOLDER / "tiny_decoders" / name, dtype=torch.float32).eval()
    model.set_attn_implementation("edited")
    for index, layer in enumerate(model.model.layers):
        head_dim = layer.self_attn.head_dim
        layer.self_attn.o_proj.register_forward_pre_hook(
            lambda module, inputs, index=index, head_dim=head_dim: edit_output(
                module, inputs, index, head_dim
            )
        )

    def run(ids, edits):
        state.update(edits=edits, outputs={})
        return model(torch.tensor([ids]), output_attentions=True)

    ids = [(7 * i + 3) % 97 for i in range(TOKENS)]
    run(OTHER, [])
    state["other"] = state["outputs"]
    plain = run(ids, []).logits[0, -1]
    cases = []
    for case, edits in CASES.items():
        out = run(ids, edits)
        logits = out.logits[0, -1]
        assert (logits - plain).abs().max() > 1e-3, f"{name}, {case}: the edit changes nothing"
        maps = torch.stack([layer[0] for layer in out.attentions])
        cases.append({"case": case, "edits": edits, "logits": encode(logits), "weights": encode(maps)})
    return {"ids": ids, "other": OTHER, "cases": cases}


def main():
    """Writes the answers of both models."""
    AttentionInterface.register("edited", edited_attention)
    AttentionMaskInterface.register("edited", eager_mask)
    data = {"pattern": encode(PATTERN), "models": {name: answers(name) for name in ("llama", "gemma2")}}
    (FOLDER / "tiny_edits.json.gz").write_bytes(gzip.compress(json.dumps(data).encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
