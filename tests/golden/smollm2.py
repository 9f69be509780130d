"""Writes smollm2.json.gz: SmolLM2-135M-Instruct from its Q4_1 GGUF as transformers computes it (eager, float32, on
the dequantised weights), with the ids and offsets of the tokenizers library over the file's own vocabulary.

    pip install torch==2.15.0 transformers==4.57.1 tokenizers==0.22.2 gguf==0.19.0 accelerate && \
        python smollm2.py FILE.gguf

`continued` are longer texts with the likeliest next token alone. Of each prompt are kept, for every head, 12 cells drawn by a seed and the largest one; and for every position, 24
logits drawn by a seed and the largest one, with the largest magnitude of all.
"""

import base64
import gzip
import json
import pathlib
import sys

import torch
from gguf import GGUFReader
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import AutoModelForCausalLM

CELLS = 12
LOGITS = 24
PASSAGE = (
    "When Mary and John went to the store, John gave a drink to Mary. In 1998 they had sold 1,234 of them for $56.78 "
    "each, which the owner - a careful man - wrote down twice. Nobody knew why; perhaps he didn't either. "
)
PROMPTS = [
    "Hi",
    "The capital of France is",
    "When Mary and John went to the store, John gave a drink to",
    "Crème brûlée 👩‍👩‍👧‍👦 in 2024:\n\n\tשלום עולם — 日本語のテキスト  and   é",
    "def softmax(x):\n    e = np.exp(x - x.max())\n    return e / e.sum()  # 0x1F\n",
    "<|im_start|>user\nWhy is the sky blue?<|im_end|>\n<|im_start|>assistant\n",
    (PASSAGE * 2).strip(),
    (PASSAGE * 4)[:730].strip(),
]


def field(reader, key):
    """The strings or numbers of a piece of metadata."""
    return reader.fields[key].contents()


def make_tokenizer(reader):
    """The vocabulary of the file with SmolLM's pre-tokenizer, which transformers' own reader leaves out."""
    tokens = field(reader, "tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in field(reader, "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE({token: id for id, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    types = field(reader, "tokenizer.ggml.token_type")
    tokenizer.add_special_tokens([token for token, type in zip(tokens, types) if type == 3])
    return tokenizer


def pack(tensor):
    tensor = tensor.contiguous()
    return {"shape": list(tensor.shape), "data": base64.b64encode(tensor.numpy().tobytes()).decode()}


def utf16_offsets(text, offsets):
    before = [0]
    for character in text:
        before.append(before[-1] + len(character.encode("utf-16-le")) // 2)
    return [[before[start], before[end]] for start, end in offsets]


def sample(rows, count, generator):
    """Of rows [..., cells]: which cells are kept, and what they hold."""
    cells = torch.randint(rows.shape[-1], (*rows.shape[:-1], count), generator=generator)
    cells = torch.cat([cells, rows.argmax(-1, keepdim=True)], -1)
    return {"cells": pack(cells.int()), "values": pack(rows.gather(-1, cells))}


def main():
    """Runs the prompts and writes what is kept."""
    file = pathlib.Path(sys.argv[1])
    tokenizer = make_tokenizer(GGUFReader(file))
    model = AutoModelForCausalLM.from_pretrained(
        file.parent, gguf_file=file.name, attn_implementation="eager", dtype=torch.float32
    ).eval()
    generator = torch.Generator().manual_seed(1)
    prompts = []
    for text in PROMPTS:
        encoded = tokenizer.encode(text)
        with torch.no_grad():
            out = model(torch.tensor([encoded.ids]), output_attentions=True)
        maps = torch.stack(out.attentions)[:, 0].flatten(2)
        prompts.append(
            {
                "text": text,
                "ids": encoded.ids,
                "offsets": utf16_offsets(text, encoded.offsets),
                "weights": sample(maps, CELLS, generator),  # [layer, head, cell]: query · tokens + key
                "logits": sample(out.logits[0], LOGITS, generator),  # [position, cell]
                "largestLogit": float(out.logits.abs().max()),
            }
        )
        print(len(encoded.ids), repr(text[:40]))
    continued = []
    for length in (64, 128, 512):
        ids = (tokenizer.encode(PASSAGE * 12).ids)[:length]
        with torch.no_grad():
            continued.append({"ids": ids, "next": int(model(torch.tensor([ids])).logits[0, -1].argmax())})
    data = json.dumps({"prompts": prompts, "continued": continued}, separators=(",", ":")).encode()
    (pathlib.Path(__file__).parent / "smollm2.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()
