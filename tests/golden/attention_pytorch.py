"""Writes attention_pytorch.json.gz: random attention calls over all options, computed in float64 from the
definition. Where PyTorch's own scaled_dot_product_attention covers a call, its answer must agree.

    pip install torch numpy && python attention_pytorch.py
"""

import base64
import gzip
import json
import math
import pathlib
import random

import torch

NUM_CASES = 96


def pack(tensor, dtype=torch.float32):
    tensor = tensor.to(dtype).contiguous()
    return {"shape": list(tensor.shape), "data": base64.b64encode(tensor.numpy().tobytes()).decode()}


def rope_frequencies(rope):
    pairs = torch.arange(0, rope["dims"], 2, dtype=torch.float64)
    frequencies = 1.0 / rope["theta"] ** (pairs / rope["dims"])
    scaling = rope.get("scaling")
    if scaling is None:
        return frequencies
    if scaling["type"] == "linear":
        return frequencies / scaling["factor"]
    # Llama 3.1, as transformers' _compute_llama3_parameters has it.
    factor, low, high = scaling["factor"], scaling["lowFreqFactor"], scaling["highFreqFactor"]
    context = scaling["originalMaxPositionEmbeddings"]
    wavelengths = 2 * math.pi / frequencies
    scaled = torch.where(wavelengths > context / low, frequencies / factor, frequencies)
    smooth = (context / wavelengths - low) / (high - low)
    smoothed = (1 - smooth) * scaled / factor + smooth * scaled
    medium = ~(wavelengths < context / high) & ~(wavelengths > context / low)
    return torch.where(medium, smoothed, scaled)


def rotate(x, positions, rope):
    angles = positions[:, None] * rope_frequencies(rope)[None, :]
    cos, sin = angles.cos(), angles.sin()
    turned, rest = x[..., : rope["dims"]], x[..., rope["dims"] :]
    if rope.get("interleaved"):
        a, b = turned[..., 0::2], turned[..., 1::2]
        turned = torch.stack([a * cos - b * sin, a * sin + b * cos], dim=-1).flatten(-2)
    else:
        a, b = turned.chunk(2, dim=-1)
        turned = torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)
    return torch.cat([turned, rest], dim=-1)


def attention(query, key, value, options, mask, slopes, sinks):
    heads, q_len, dim = query.shape
    kv_heads, kv_len, _ = key.shape
    i = torch.arange(q_len, dtype=torch.float64) + options.get("pastLen", 0)
    j = torch.arange(kv_len, dtype=torch.float64)
    if "rope" in options:
        query, key = rotate(query, i, options["rope"]), rotate(key, j, options["rope"])
    key = key.repeat_interleave(heads // kv_heads, dim=0)
    value = value.repeat_interleave(heads // kv_heads, dim=0)
    scale = torch.tensor(options.get("scale", 1 / math.sqrt(dim)), dtype=torch.float32).double()
    scores = scale * query @ key.transpose(-1, -2)
    softcap = options.get("softcap", 0)
    softcapped = softcap * torch.tanh(scores / softcap) if softcap else scores
    masked = softcapped
    if slopes is not None:
        masked = masked - slopes[:, None, None] * (i[:, None] - j[None, :]).abs()
    visible = torch.ones(heads, q_len, kv_len, dtype=torch.bool)
    if mask is not None and mask.dtype == torch.uint8:
        visible &= mask != 0
    elif mask is not None:
        masked = masked + mask
        visible &= mask != -math.inf
    if options.get("isCausal"):
        visible &= j[None, :] <= i[:, None]
    left, right = options.get("slidingWindow") or (None, None)
    if left is not None:
        visible &= j[None, :] >= i[:, None] - left
    if right is not None:
        visible &= j[None, :] <= i[:, None] + right
    visible &= j < options.get("kvLength", kv_len)
    masked = masked.masked_fill(~visible, -math.inf)
    logits = masked
    if sinks is not None:
        logits = torch.cat([masked, sinks[:, None, None].expand(heads, q_len, 1)], dim=-1)
    lse = torch.logsumexp(logits, dim=-1) if logits.shape[-1] else torch.full((heads, q_len), -math.inf)
    weights = torch.softmax(logits, dim=-1)[..., :kv_len].nan_to_num(0.0)
    output = weights @ value
    plain = not (softcap or slopes is not None or sinks is not None)
    if plain and kv_len and visible.any(-1).all():
        bias = torch.zeros_like(masked).masked_fill(~visible, -math.inf)
        if mask is not None and mask.dtype != torch.uint8:
            bias = bias + mask.nan_to_num(0.0, neginf=-math.inf)
        ours = torch.nn.functional.scaled_dot_product_attention(query, key, value, bias, scale=scale.item())
        assert (ours - output).abs().max() < 1e-12
        attention.checked += 1
    return {
        "output": output,
        "scores": scores,
        "softcapped": softcapped,
        "masked": masked,
        "weights": weights,
        "lse": lse,
    }


attention.checked = 0


def draw(number):
    choose = random.Random(number)
    torch.manual_seed(number)
    coin = lambda chance=0.35: choose.random() < chance
    kv_heads = choose.choice([1, 2])
    heads = kv_heads * choose.choice([1, 1, 2, 3])
    q_len = choose.choice([1, 2, 3, 5, 8, 13])
    kv_len = q_len if coin(0.6) else choose.randint(1, 17)
    dim = choose.choice([2, 4, 6, 8, 20])
    v_dim = dim if coin(0.6) else choose.randint(1, 11)
    query, key, value = (
        torch.randn(heads, q_len, dim),
        torch.randn(kv_heads, kv_len, dim),
        torch.randn(kv_heads, kv_len, v_dim),
    )
    options = {}
    if coin():
        options["scale"] = choose.choice([0.05, 0.5, 1.0])
    if coin():
        options["isCausal"] = True
    if coin():
        options["pastLen"] = choose.randint(-q_len, kv_len)
    if coin():
        options["slidingWindow"] = [choose.choice([None, 0, 1, 4]), choose.choice([None, 0, 2, 7])]
    if coin(0.25):
        options["kvLength"] = choose.randint(0, kv_len)
    if coin():
        options["softcap"] = choose.choice([0.7, 5.0, 30.0])
    if coin():
        rope = {
            "theta": choose.choice([100.0, 10000.0]),
            "interleaved": coin(0.5),
            "dims": choose.randrange(2, dim + 1, 2),
        }
        if coin(0.3):
            rope["scaling"] = {"type": "linear", "factor": 4.0}
        elif coin(0.4):
            rope["scaling"] = {
                "type": "llama3",
                "factor": 8.0,
                "lowFreqFactor": 1.0,
                "highFreqFactor": 4.0,
                "originalMaxPositionEmbeddings": 64.0,
            }
        options["rope"] = rope
    slopes = torch.rand(heads) if coin(0.25) else None
    sinks = torch.randn(heads) if coin(0.25) else None
    mask = None
    if coin(0.5):
        shape = choose.choice(
            [
                [kv_len],
                [q_len, kv_len],
                [1, kv_len],
                [q_len, 1],
                [heads, 1, kv_len],
                [heads, q_len, kv_len],
                [1, q_len, kv_len],
            ]
        )
        allowed = torch.rand(shape) < 0.75
        mask = allowed.to(torch.uint8) if coin(0.5) else torch.randn(shape).masked_fill(~allowed, -math.inf)
    double = lambda tensor: None if tensor is None or tensor.dtype == torch.uint8 else tensor.double()
    result = attention(
        query.double(),
        key.double(),
        value.double(),
        options,
        mask if double(mask) is None else double(mask),
        double(slopes),
        double(sinks),
    )
    case = {"options": options, "query": pack(query), "key": pack(key), "value": pack(value)}
    if mask is not None:
        case["mask"] = {"boolean": mask.dtype == torch.uint8, **pack(mask, mask.dtype)}
    if slopes is not None:
        case["alibiSlopes"] = pack(slopes)
    if sinks is not None:
        case["sinks"] = pack(sinks)
    case["expected"] = {name: pack(tensor, torch.float64) for name, tensor in result.items()}
    return case


if __name__ == "__main__":
    cases = [draw(number) for number in range(NUM_CASES)]
    text = json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases}, separators=(",", ":"))
    folder = pathlib.Path(__file__).parent
    (folder / "attention_pytorch.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(len(cases), "cases,", attention.checked, "of them checked against scaled_dot_product_attention")
