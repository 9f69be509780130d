"""
Trains the built-in model on plain text files, or goes on where it was stopped.

    python train.py TEXTS OUT

TEXTS is a folder of .txt files; OUT gets tokenizer.json and checkpoint.pt.
"""

import argparse
import pathlib
import time
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM

from data import IGNORED, read_texts, repeated_rows, text_rows, tokens_of, train_tokenizer
from moved import Moved
from probe import describe_heads

VOCAB_SIZE = 2048
# Books that no row is taken from: Heidi, The Railway Children, Aesop's Fables, The Chemical History of a
# Candle.
HELD_OUT = ("1448", "1874", "11339", "14474")

WARM_UP = 100


class Phase(NamedTuple):
    """Steps whose rows are mixed alike; kinds of random tokens in the first and in the last of them."""

    steps: int
    texts: int
    repeats: int
    length: int
    first_kinds: int
    last_kinds: int


class Stage(NamedTuple):
    """Phases with an optimizer and a learning rate of their own, which falls to nothing at their end."""

    phases: tuple
    learning_rate: float
    decay: float  # the last share of the steps, over which the learning rate falls
    moving_cost: float  # of what heads move

    @property
    def steps(self):
        """The steps of all phases."""
        return sum(phase.steps for phase in self.phases)

    def rate_at(self, step):
        """The learning rate at a step of the stage."""
        falling = (self.steps - step) / (self.decay * self.steps)
        return self.learning_rate * min(1, (step + 1) / WARM_UP, falling)


# Rows of random tokens that repeat come first and alone, few kinds of tokens and short rows first, so that
# heads which look for an earlier occurrence form before any other; then more kinds, longer rows, and text.
LEARN = Stage(
    phases=(
        Phase(350, 0, 64, 64, 512, 512),
        Phase(150, 0, 32, 128, 512, 512),
        Phase(900, 0, 32, 128, 512, VOCAB_SIZE),
        Phase(150, 0, 16, 256, VOCAB_SIZE, VOCAB_SIZE),
        Phase(300, 4, 12, 256, VOCAB_SIZE, VOCAB_SIZE),
        Phase(4800, 11, 5, 256, VOCAB_SIZE, VOCAB_SIZE),
    ),
    learning_rate=2e-3,
    decay=0.4,
    moving_cost=0,
)
# More text, and a cost of what heads move, so that those come to rest that have nothing to move.
REST = Stage(
    phases=(Phase(2400, 12, 4, 256, VOCAB_SIZE, VOCAB_SIZE),),
    learning_rate=1.2e-3,
    decay=0.6,
    moving_cost=0.08,
)
STAGES = (LEARN, REST)
STEPS = sum(stage.steps for stage in STAGES)


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


def find_step(parts, step):
    """The stage or phase of a step, and which of its own steps that is."""
    for part in parts:
        if step < part.steps:
            return part, step
        step -= part.steps
    raise IndexError(step)


def rows_at(step, tokens):
    """The inputs and labels of a step, as its phase mixes them, and how many kinds of tokens are in them."""
    generator = torch.Generator().manual_seed(step)
    phase, done = find_step([phase for stage in STAGES for phase in stage.phases], step)
    kinds = phase.first_kinds + (phase.last_kinds - phase.first_kinds) * done // phase.steps
    rows = (
        text_rows(tokens, phase.texts, phase.length, generator),
        repeated_rows(kinds, phase.repeats, phase.length, generator),
    )
    return *(torch.cat(parts) for parts in zip(*rows)), kinds


def loss_of(model, inputs, labels, kinds=VOCAB_SIZE, moved=None, moving_cost=0):
    """
    The mean cross-entropy over labels, in nats, among the first `kinds` of tokens: those that are still to
    come would all be pushed the same way, and be alike when they come. To it comes the cost of what heads
    move, where there is one.
    """
    model.set_attn_implementation("eager" if moving_cost else "sdpa")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = model(inputs, output_attentions=bool(moving_cost))
    logits = out.logits[..., :kinds].float()
    loss = cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
    return loss + moving_cost * moved.size(out.attentions) if moving_cost else loss


def make_optimizer(model):
    """AdamW, whose learning rate is set at every step."""
    return torch.optim.AdamW(model.parameters(), betas=(0.9, 0.95), weight_decay=0.01)


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
    moved = Moved(model)
    optimizer = make_optimizer(model)
    checkpoint = arguments.out / "checkpoint.pt"
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        first = state["step"]
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
    started = time.time()
    for step in range(first, STEPS):
        stage, done = find_step(STAGES, step)
        if done == 0:
            optimizer = make_optimizer(model)
        inputs, labels, kinds = rows_at(step, tokens)
        optimizer.param_groups[0]["lr"] = stage.rate_at(done)
        optimizer.zero_grad()
        loss = loss_of(model, inputs, labels, kinds, moved, stage.moving_cost)
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
