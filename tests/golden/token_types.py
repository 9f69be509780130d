"""Writes token_types.json.gz: what transformers makes of two texts, of token types and of padding in the ids, by the
models that tiny_bert.py and tiny_decoders.py wrote (eager, float32).

    pip install torch==2.15.0 transformers==5.24.0 tokenizers==0.23.3 && python token_types.py
"""

import gzip
import json
import pathlib

import torch
from tokenizers import Tokenizer
from transformers import AutoModel

HERE = pathlib.Path(__file__).parent
PAIRS = [
    ("The cat sat.", "Unhappyly, a dog!"),
    ("", "the mat"),
    ("the cat sat on the mat [SEP] on the mat", None),  # one text that names the separator
]
TYPES = [([2, 5, 6, 3, 8, 3], [0, 1, 1, 0, 1, 0])]  # as no tokenizer gives them
PADDED = [
    [0, 30, 31, 32, 2, 1, 1],  # behind the text
    [1, 1, 0, 30, 31, 2],  # before it
    [0, 30, 1, 31, 1, 2],  # inside of it
    [1, 1],
]


def weights_of(model, ids, types):
    with torch.no_grad():
        out = model(torch.tensor([ids]), token_type_ids=torch.tensor([types]), output_attentions=True)
    return [rounded(layer[0]) for layer in out.attentions]  # [layer][head][query][key]


def rounded(tensor):
    return json.loads(json.dumps(tensor.tolist()), parse_float=lambda digits: round(float(digits), 7))


def texts_of_bert(model, tokenizer):
    for first, second in PAIRS:
        encoded = tokenizer.encode(first, second)
        places = encoded.offsets
        if second is not None:  # the places of the second count in both, joined by a line feed
            shift = len(first) + 1
            places = [
                (a + shift, b + shift) if sequence == 1 else (a, b)
                for (a, b), sequence in zip(encoded.offsets, encoded.sequence_ids)
            ]
        yield {
            "text": first if second is None else [first, second],
            "ids": encoded.ids,
            "types": encoded.type_ids,
            "places": places,
            "weights": weights_of(model, encoded.ids, encoded.type_ids),
        }


def load(folder):
    return AutoModel.from_pretrained(HERE / folder, attn_implementation="eager", dtype=torch.float32).eval()


bert = load("tiny_bert/even_f32")
tokenizer = Tokenizer.from_file(str(HERE / "tiny_bert/even_f32/tokenizer.json"))
roberta = load("tiny_decoders/roberta")
answers = {
    "texts": list(texts_of_bert(bert, tokenizer)),
    "types": [{"ids": ids, "types": types, "weights": weights_of(bert, ids, types)} for ids, types in TYPES],
    "padded": [{"ids": ids, "weights": weights_of(roberta, ids, [0] * len(ids))} for ids in PADDED],
}
packed = gzip.compress(json.dumps(answers, separators=(",", ":")).encode(), mtime=0)
(HERE / "token_types.json.gz").write_bytes(packed)
print(len(packed), [len(case["ids"]) for cases in answers.values() for case in cases])
