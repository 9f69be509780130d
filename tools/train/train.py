"""
Trains the built-in model on plain text files, or goes on where it was stopped.

    python train.py TEXTS OUT

TEXTS is a folder of .txt files; OUT gets tokenizer.json and checkpoint.pt.
"""

import argparse
import pathlib
import time

import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM

from data import IGNORED, read_texts, repeated_rows, text_rows, tokens_of, train_tokenizer
from probe import describe_heads

VOCAB_SIZE = 2048
# Books that no row is taken from: Heidi, The Railway Children, Aesop's Fables, The Chemical History of a
# Candle.
HELD_OUT = ("1448", "1874", "11339", "14474")

# Phases: (steps, rows of text, repeated rows, length of a row, kinds of random tokens in the first and the
# last step). Rows of random tokens that repeat come first and alone, few kinds of tokens and short rows
# first, so that heads which look for an earlier occurrence form before any other; then more kinds, longer
# rows, and text.
PHASES = (
    (350, 0, 64, 64, 512, 512),
    (150, 0, 32, 128, 512, 512),
    (900, 0, 32, 128, 512, VOCAB_SIZE),
    (150, 0, 16, 256, VOCAB_SIZE, VOCAB_SIZE),
    (300, 4, 12, 256, VOCAB_SIZE, VOCAB_SIZE),
    (4800, 11, 5, 256, VOCAB_SIZE, VOCAB_SIZE),
)
STEPS = sum(steps for steps, *_ in PHASES)
WARM_UP = 100
DECAY = 0.4  # the last share of all steps, over which the learning rate falls to nothing
LEARNING_RATE = 2e-3


def make_model():
    """A Llama of four layers with four heads of width 32 each."""
    torch.manual_seed(1)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCAB_SIZE,
            hidden_size=128,
            intermediate_size=352,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=256,
            rope_theta=10000.0,
            tie_word_embeddings=True,
            bos_token_id=0,
            eos_token_id=0,
        )
    )
    return model


def rate_at(step):
    """The share of the learning rate at a step."""
    return min(1, (step + 1) / WARM_UP, (STEPS - step) / (DECAY * STEPS))


def rows_at(step, tokens):
    """The inputs and labels of a step, as its phase mixes them, and how many kinds of tokens are in them."""
    generator = torch.Generator().manual_seed(step)
    for steps, texts, repeats, length, first_kinds, last_kinds in PHASES:
        if step < steps:
            break
        step -= steps
    kinds = first_kinds + (last_kinds - first_kinds) * step // steps
    rows = (
        text_rows(tokens, texts, length, generator),
        repeated_rows(kinds, repeats, length, generator),
    )
    return *(torch.cat(parts) for parts in zip(*rows)), kinds


def loss_of(model, inputs, labels, kinds=VOCAB_SIZE):
    """
    The mean cross-entropy over labels, in nats, among the first `kinds` of tokens: those that are still to
    come would all be pushed the same way, and be alike when they come.
    """
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(inputs).logits[..., :kinds]
    return cross_entropy(logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED)


@torch.no_grad()
def held_out_loss(model, tokens, length=256):
    """The mean cross-entropy over 64 rows of held-out books, in nats a token."""
    inputs, labels = text_rows(tokens, 64, length, torch.Generator().manual_seed(5))
    return float(loss_of(model, inputs, labels))


def main():
    """Trains to the end of the last phase; a checkpoint every 100 steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    train_texts, held_out_texts = (list(part.values()) for part in read_texts(arguments.texts, HELD_OUT))
    tokenizer_file = arguments.out / "tokenizer.json"
    if not tokenizer_file.exists():
        train_tokenizer(train_texts, VOCAB_SIZE).save(str(tokenizer_file))
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    tokens, held_out = tokens_of(tokenizer, train_texts), tokens_of(tokenizer, held_out_texts)

    model = make_model()
    optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE, betas=(0.9, 0.95), weight_decay=0.01)
    checkpoint = arguments.out / "checkpoint.pt"
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        first = state["step"]
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
    started = time.time()
    for step in range(first, STEPS):
        inputs, labels, kinds = rows_at(step, tokens)
        optimizer.param_groups[0]["lr"] = LEARNING_RATE * rate_at(step)
        optimizer.zero_grad()
        loss = loss_of(model, inputs, labels, kinds)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0 or step + 1 == STEPS:
            state = {"step": step + 1, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save(state, checkpoint)
            print(
                f"step {step + 1} of {STEPS}, {time.time() - started:.0f} s: loss {loss.item():.3f},"
                f" held out {held_out_loss(model, held_out):.3f}, {describe_heads(model, kinds)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
