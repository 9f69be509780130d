"""Writes minilm_attention.json.gz: the attention of every head of all-MiniLM-L6-v2 as transformers computes
it (eager, float32) on 20 sentences of 1 to 256 tokens and on the empty text, with AutoTokenizer's ids and its
offsets in UTF-16 units.

    pip install torch==2.15.0 transformers==4.57.1 && python minilm_attention.py FOLDER

FOLDER is the model's Hugging Face folder. Sentences of up to 24 tokens have their whole maps. Longer ones have,
for each head, 48 cells drawn by a seed, the largest cell, the mean of every column, and the mean square of the
map.
"""

import base64
import gzip
import json
import pathlib
import sys

import torch
from transformers import AutoModel, AutoTokenizer

FULL_MAP_TOKENS = 24
SAMPLED_CELLS = 48
POOLED = 3  # so many of the first sentences have their mean-pooled hidden state

PASSAGE = (
    "Attention is a mechanism by which a network weighs the parts of its input. Each token of the text asks a "
    "question, the query, and every other token offers a label, the key, and some content, the value. Where a query "
    "agrees with a key the weight is large, and the content is passed on; elsewhere it is close to nothing. Several "
    "heads do this side by side, each with questions of its own: one follows the word before, one finds the noun "
    "that a pronoun stands for, one rests on the full stop because it has nothing to say. "
)
SENTENCES = [
    "The animal didn't cross the street because it was too tired.",
    "cat",
    "Crème brûlée, naïve façade — Ångström und Größe.",
    "Hi!",
    "Colourless green ideas sleep furiously",
    "",
    "I ❤️ pizza 🍕🍕 so much 😂",
    "👩‍👩‍👧‍👦 walk 🏳️‍🌈 past 🇫🇷",
    "שלום עולם, מה שלומך?",
    "مرحبا بالعالم! كيف حالك؟",
    "for (let i = 0; i < n; ++i) { a[i] *= 0x1F; } // 日本",
    "cafe\u0301 re\u0301sume\u0301 A\u030angstro\u0308m",
    "日本語のテキスト",
    "<script>alert('x')</script>",
    "ＦＵＬＬ ｗｉｄｔｈ ﬁne\u00a0print\u200b & ½ kg\t\ttab\n\nline",
    "Привет, мир! Γειά σου Κόσμε. Xin chào thế giới. Antidisestablishmentarianism in 1,234.56 units.",
    "The trophy doesn't fit into the brown suitcase because it is too large; the suitcase is too small for it, and "
    "no amount of pushing, pulling, swearing or sitting on the lid will ever change that.",
    'def softmax(x):\n    """Rows sum to one."""\n    e = np.exp(x - x.max(axis=-1, keepdims=True))\n'
    "    return e / e.sum(axis=-1, keepdims=True)  # shape: (…, n)\n\nassert softmax(np.zeros(4))[0] == 0.25\n",
    "She said 🙂 “what’s that?” – العربية in the middle – and left… twice as fast as Zoë’s 3½-year-old "
    "Übermensch: https://example.org/a_b?c=d&e=%20f#g (sic) e\u0301te\u0301 𝒜𝓁𝑔𝑒𝒷𝓇𝒶 한국어 ไทย हिन्दी.",
    PASSAGE.strip(),
    " ".join((PASSAGE * 3).split()[:221]),
]


def pack(tensor):
    tensor = tensor.contiguous()
    return {"shape": list(tensor.shape), "data": base64.b64encode(tensor.numpy().tobytes()).decode()}


def utf16_offsets(text, offsets):
    before = [0]
    for character in text:
        before.append(before[-1] + len(character.encode("utf-16-le")) // 2)
    return [[before[start], before[end]] for start, end in offsets]


def sample(maps, generator):
    """What is kept of maps [layers, heads, queries, keys] too large to be kept whole."""
    flat = maps.flatten(2)
    shape = (*flat.shape[:2], SAMPLED_CELLS)
    cells = torch.randint(flat.shape[2], shape, generator=generator)
    cells = torch.cat([cells, flat.argmax(-1, keepdim=True)], dim=-1)
    return {
        "cells": pack(cells.int()),  # [layer, head, cell]: query · tokens + key
        "weights": pack(flat.gather(-1, cells)),
        "columnMeans": pack(maps.double().mean(2).float()),  # [layer, head, key]
        "meanSquares": pack(maps.double().square().mean((2, 3)).float()),  # [layer, head]
    }


folder = sys.argv[1]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
exact = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float64).eval()
generator = torch.Generator().manual_seed(1)
sentences, worst = [], 0.0
for number, text in enumerate(SENTENCES):
    encoded = tokenizer(text, return_offsets_mapping=True, truncation=False, padding=False)
    with torch.no_grad():
        ids = torch.tensor([encoded["input_ids"]])
        out, exact_out = (m(ids, output_attentions=True) for m in (model, exact))
    maps, exact_maps = (torch.stack(o.attentions)[:, 0] for o in (out, exact_out))
    worst = max(worst, (maps - exact_maps).abs().max().item())
    sentence = {"text": text, "ids": encoded["input_ids"]}
    sentence["offsets"] = utf16_offsets(text, encoded["offset_mapping"])
    if maps.shape[-1] <= FULL_MAP_TOKENS:
        sentence["maps"] = pack(maps)  # [layer, head, query, key]
    else:
        sentence["sample"] = sample(maps, generator)
    if number < POOLED:
        sentence["meanPooled"] = pack(out.last_hidden_state[0].mean(0))
    sentences.append(sentence)
    print(len(sentence["ids"]), repr(text[:40]))

data = json.dumps({"sentences": sentences}, separators=(",", ":")).encode()
(pathlib.Path(__file__).parent / "minilm_attention.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))
own = sorted(len(sentence["ids"]) - 2 for sentence in sentences)  # without [CLS] and [SEP]
assert len(own) == 21 and own[:2] == [0, 1] and own[-1] == 256, own
print(len(sentences), "texts; float32 differs from float64 by at most", worst)
