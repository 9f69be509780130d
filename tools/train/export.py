"""
Writes a trained model as a Hugging Face folder and as a GGUF, and reads the GGUF again to compare.

    python export.py OUT FILE.gguf

OUT is train.py's folder; the Hugging Face folder becomes OUT/model.
"""

import argparse
import gzip
import pathlib

import torch
from transformers import PreTrainedTokenizerFast

from data import BOS
from gguf_file import check_logits, check_tokens, write_gguf
from train import make_model


def main():
    """Writes both, checks the GGUF and says its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("gguf", type=pathlib.Path)
    arguments = parser.parse_args()
    model = make_model()
    model.load_state_dict(torch.load(arguments.out / "checkpoint.pt")["model"])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(arguments.out / "tokenizer.json"), bos_token=BOS, eos_token=BOS
    )
    model.save_pretrained(arguments.out / "model")
    tokenizer.save_pretrained(arguments.out / "model")
    write_gguf(arguments.gguf, model, tokenizer.backend_tokenizer)
    check_logits(arguments.gguf, model)
    check_tokens(arguments.gguf, tokenizer.backend_tokenizer)
    stored = arguments.gguf.read_bytes()
    print(f"{arguments.gguf}: {len(stored)} bytes, {len(gzip.compress(stored, 9))} gzip -9")


if __name__ == "__main__":
    main()
