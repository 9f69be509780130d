"""What the heads of a model do on random tokens that come twice."""

import torch

from data import BOS_ID

SPAN = 50
DRAWS = 20


@torch.no_grad()
def head_scores(model, vocab_size):
    """
    Mean weights [layers, heads] on the cells of three patterns, in the second half of BOS and 50 random
    tokens that come twice, mean of 20 draws: on the token after the earlier occurrence (induction), on the
    previous token, and on the first.
    """
    generator = torch.Generator().manual_seed(7)
    span = torch.randint(1, vocab_size, (DRAWS, SPAN), generator=generator)
    ids = torch.cat([torch.full((DRAWS, 1), BOS_ID), span, span], 1)
    model.set_attn_implementation("eager")
    maps = model(ids, output_attentions=True).attentions
    model.set_attn_implementation("sdpa")
    rows = torch.arange(SPAN + 1, 2 * SPAN + 1)
    columns = {"induction": rows - SPAN + 1, "previous": rows - 1, "first": torch.zeros_like(rows)}
    return {
        name: torch.stack([layer[:, :, rows, column].mean((0, 2)) for layer in maps])
        for name, column in columns.items()
    }


def describe_heads(model, vocab_size):
    """The best head of each pattern, in words: "induction 0.83 (layer 3, head 1)"; both count from 0."""
    words = []
    for name, scores in head_scores(model, vocab_size).items():
        layer, head = divmod(int(scores.argmax()), scores.shape[1])
        words.append(f"{name} {float(scores.max()):.2f} (layer {layer}, head {head})")
    return ", ".join(words)
