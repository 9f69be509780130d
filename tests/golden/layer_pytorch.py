"""Writes layer_pytorch.json.gz: multi-head attention layers over all options, computed in float64 from the
definition (attention_pytorch.py). Where torch.nn.MultiheadAttention or transformers' LlamaAttention covers a
layer, its answer must agree; contributions must sum to the output, and a causal layer run step by step must equal
the whole.

    pip install torch==2.15.0 transformers==4.57.1 && python layer_pytorch.py
"""

import gzip
import json
import math
import pathlib

import torch
from attention_pytorch import attention, pack
from transformers.models.llama.modeling_llama import LlamaAttention, LlamaConfig, LlamaRotaryEmbedding

TOKENS = 9
STEPS = [4, 1, 3, 1]  # tokens a call, through a key-value cache

# sizes: dModel, numHeads, numKvHeads, headDim, vHeadDim. options: of the layer. scale: a factor a head.
PLAIN = (24, 4, 4, 6, 6)
GROUPED = (20, 6, 2, 8, 8)
WIDE_VALUES = (10, 4, 2, 6, 9)
ROTATION = {"theta": 10000.0}
LAYERS = {
    "plain": dict(sizes=PLAIN),
    "biases": dict(sizes=PLAIN, biases="qkvo"),
    "causal": dict(sizes=PLAIN, biases="qkvo", options={"isCausal": True}),
    "boolean mask": dict(sizes=PLAIN, biases="qkvo", mask="boolean"),
    "additive mask": dict(sizes=PLAIN, mask="additive"),
    "some biases": dict(sizes=PLAIN, biases="qo", options={"isCausal": True}),
    "own scale": dict(sizes=PLAIN, biases="v", options={"scale": 0.25}),
    "grouped queries": dict(sizes=GROUPED, biases="qkv", options={"isCausal": True}),
    "one key-value head": dict(sizes=(12, 3, 1, 4, 4), options={"isCausal": True}),
    "wide values": dict(sizes=WIDE_VALUES, biases="qkvo", options={"isCausal": True}),
    "narrow values": dict(sizes=(16, 3, 3, 5, 2), biases="o"),
    "rope in halves": dict(sizes=GROUPED, biases="qkvo", options={"isCausal": True, "rope": ROTATION}),
    "rope in pairs": dict(
        sizes=GROUPED, options={"isCausal": True, "rope": {**ROTATION, "interleaved": True}}
    ),
    "partial rope": dict(
        sizes=GROUPED, biases="qk", options={"isCausal": True, "rope": {"theta": 500.0, "dims": 4}}
    ),
    "rope, not causal": dict(sizes=PLAIN, options={"rope": ROTATION}),
    "softcap": dict(sizes=PLAIN, options={"isCausal": True, "softcap": 1.5}),
    "window": dict(sizes=GROUPED, options={"isCausal": True, "slidingWindow": [2, None]}),
    "window both ways": dict(sizes=PLAIN, biases="o", options={"slidingWindow": [1, 2]}),
    "sinks": dict(sizes=GROUPED, biases="qkvo", options={"isCausal": True}, sinks=True),
    "alibi": dict(sizes=PLAIN, options={"isCausal": True}, slopes=True),
    "scaled heads": dict(sizes=WIDE_VALUES, biases="qkvo", scale=[0.5, 1.0, -2.0, 1.0]),
    "ablated heads": dict(sizes=PLAIN, biases="qkvo", options={"isCausal": True}, scale=[1.0, 0.0, 1.0, 0.0]),
    "key length": dict(sizes=PLAIN, kvLength=5),
    "all together": dict(
        sizes=(11, 6, 3, 4, 7),
        biases="qkvo",
        mask="additive",
        sinks=True,
        slopes=True,
        scale=[1.0, 0.0, 1.5, 1.0, -1.0, 0.25],
        options={
            "scale": 0.4,
            "isCausal": True,
            "softcap": 2.0,
            "slidingWindow": [3, None],
            "rope": {"theta": 100.0, "interleaved": True, "dims": 2},
        },
    ),
}


def heads_of(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(0, 1)


class Layer:
    def __init__(
        self, sizes, options=None, biases="", sinks=False, slopes=False, mask=None, scale=None, kvLength=None
    ):
        self.model_dim, self.heads, self.kv_heads, self.head_dim, self.v_head_dim = sizes
        self.options = options or {}
        self.x = torch.randn(TOKENS, self.model_dim)
        widths = {
            "q": (self.model_dim, self.heads * self.head_dim),
            "k": (self.model_dim, self.kv_heads * self.head_dim),
            "v": (self.model_dim, self.kv_heads * self.v_head_dim),
            "o": (self.heads * self.v_head_dim, self.model_dim),
        }
        self.weights = {
            name: 1.5 * torch.randn(shape) / math.sqrt(shape[0]) for name, shape in widths.items()
        }
        self.biases = {name: torch.randn(widths[name][1]) for name in biases}
        self.sinks = torch.randn(self.heads) if sinks else None
        self.slopes = torch.rand(self.heads) if slopes else None
        allowed = torch.rand(TOKENS, TOKENS) < 0.7
        self.mask = {
            None: None,
            "boolean": (allowed | torch.eye(TOKENS, dtype=torch.bool)).to(torch.uint8),
            "additive": torch.randn(TOKENS, TOKENS).masked_fill(~allowed, -math.inf),
        }[mask]
        self.scale = torch.tensor([1.0] * self.heads if scale is None else scale)
        self.kv_length = kvLength

    def project(self, name, x):
        product = x @ self.weights[name].double()
        return product + self.biases[name].double() if name in self.biases else product

    def run(self, first, last):
        """Tokens first … last − 1, over the keys and values of tokens 0 … last − 1."""
        x = self.x.double()[:last]
        mask = None if self.mask is None else self.mask[first:last, :last]
        limit = {} if self.kv_length is None else {"kvLength": self.kv_length}
        options = {**self.options, "pastLen": first, **limit}
        if "rope" in options:
            options["rope"] = {"dims": self.head_dim, **options["rope"]}
        taps = attention(
            heads_of(self.project("q", x[first:]), self.heads),
            heads_of(self.project("k", x), self.kv_heads),
            heads_of(self.project("v", x), self.kv_heads),
            options,
            mask if mask is None or mask.dtype == torch.uint8 else mask.double(),
            None if self.slopes is None else self.slopes.double(),
            None if self.sinks is None else self.sinks.double(),
        )
        scaled = taps["output"] * self.scale.double()[:, None, None]
        slices = self.weights["o"].double().unflatten(0, (self.heads, self.v_head_dim))
        contribution = scaled @ slices
        output = self.project("o", scaled.transpose(0, 1).flatten(1))
        summed = contribution.sum(0) + self.biases.get("o", torch.zeros(self.model_dim)).double()
        assert (output - summed).abs().max() < 1e-12
        return {
            "output": output,
            "contribution": contribution,
            **{tap: taps[tap] for tap in ("weights", "masked", "lse")},
        }


def agrees_with_multihead_attention(layer, result):
    """Whether torch.nn.MultiheadAttention covers the layer, and then that it agrees."""
    ours = {"isCausal"} >= set(layer.options) and len(layer.biases) in (0, 4) and layer.kv_length is None
    ours = ours and layer.kv_heads == layer.heads and layer.model_dim == layer.heads * layer.head_dim
    if not ours or layer.sinks is not None or layer.slopes is not None or (layer.scale != 1).any():
        return False
    theirs = torch.nn.MultiheadAttention(layer.model_dim, layer.heads, bias=bool(layer.biases)).double()
    state = {
        "in_proj_weight": torch.cat([layer.weights[name].T for name in "qkv"]),
        "out_proj.weight": layer.weights["o"].T,
    }
    if layer.biases:
        state["in_proj_bias"] = torch.cat([layer.biases[name] for name in "qkv"])
        state["out_proj.bias"] = layer.biases["o"]
    theirs.load_state_dict(state)
    mask = layer.mask
    if mask is not None:
        mask = mask == 0 if mask.dtype == torch.uint8 else mask.double()
    elif layer.options.get("isCausal"):
        mask = torch.ones(TOKENS, TOKENS, dtype=torch.bool).triu(1)
    x = layer.x.double()
    output, weights = theirs(x, x, x, attn_mask=mask, average_attn_weights=False)
    some = (
        torch.ones(TOKENS, dtype=torch.bool)
        if mask is None or mask.dtype == torch.bool
        else (mask > -math.inf).any(-1)
    )
    assert (output - result["output"])[some].abs().max() < 1e-6  # the scale is a float32
    assert (weights - result["weights"])[:, some].abs().max() < 1e-6
    return True


def agrees_with_llama(layer, result):
    """Whether transformers' LlamaAttention covers the layer, and then that it agrees."""
    if (
        layer.options != {"isCausal": True, "rope": ROTATION}
        or len(layer.biases) != 4
        or layer.head_dim != layer.v_head_dim
    ):
        return False
    config = LlamaConfig(
        hidden_size=layer.model_dim,
        num_attention_heads=layer.heads,
        num_key_value_heads=layer.kv_heads,
        head_dim=layer.head_dim,
        attention_bias=True,
        rope_theta=ROTATION["theta"],
        attn_implementation="eager",
    )
    theirs = LlamaAttention(config, 0).double()
    weights = {f"{name}_proj.weight": weight.T.double() for name, weight in layer.weights.items()}
    theirs.load_state_dict(
        weights | {f"{name}_proj.bias": bias.double() for name, bias in layer.biases.items()}
    )
    x = layer.x.double()[None]
    mask = torch.full((TOKENS, TOKENS), -math.inf, dtype=torch.float64).triu(1)[None, None]
    output, weights = theirs(x, LlamaRotaryEmbedding(config)(x, torch.arange(TOKENS)[None]), mask)
    assert (output[0] - result["output"]).abs().max() < 1e-5  # its sines are float32
    assert (weights[0] - result["weights"]).abs().max() < 1e-5
    return True


def steps_equal_whole(layer, whole):
    first = 0
    for count in STEPS:
        part = layer.run(first, first + count)
        assert (part["output"] - whole["output"][first : first + count]).abs().max() < 1e-12
        first += count
    assert first == TOKENS


cases, by_torch, by_llama = [], [], []
for seed, (name, description) in enumerate(LAYERS.items()):
    torch.manual_seed(seed)
    layer = Layer(**description)
    with torch.no_grad():
        result = layer.run(0, TOKENS)
        by_torch += [name] * agrees_with_multihead_attention(layer, result)
        by_llama += [name] * agrees_with_llama(layer, result)
    case = {
        "name": name,
        "numHeads": layer.heads,
        "numKvHeads": layer.kv_heads,
        "options": layer.options,
        "x": pack(layer.x),
    }
    case["weights"] = {key: pack(weight) for key, weight in layer.weights.items()}
    case["biases"] = {key: pack(bias) for key, bias in layer.biases.items()}
    if layer.mask is not None:
        case["mask"] = {"boolean": layer.mask.dtype == torch.uint8, **pack(layer.mask, layer.mask.dtype)}
    if layer.sinks is not None:
        case["sinks"] = pack(layer.sinks)
    if layer.slopes is not None:
        case["alibiSlopes"] = pack(layer.slopes)
    if "scale" in description:
        case["headScale"] = pack(layer.scale)
    if layer.kv_length is not None:
        case["kvLength"] = layer.kv_length
    if layer.options.get("isCausal"):
        steps_equal_whole(layer, result)
        case["steps"] = STEPS
    case["expected"] = {key: pack(tensor) for key, tensor in result.items()}
    cases.append(case)

assert by_torch and by_llama
data = json.dumps(cases, separators=(",", ":")).encode()
(pathlib.Path(__file__).parent / "layer_pytorch.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))
print(len(cases), "layers; checked against MultiheadAttention:", by_torch, "and LlamaAttention:", by_llama)
