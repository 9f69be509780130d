"""What a trained model is measured by: loss on books, where heads rest, and what follows a beginning."""

import torch
from torch.nn.functional import cross_entropy

from data import BOS_ID, behind_bos, text_rows

LENGTH = 256
BEGINNINGS = (
    "Once upon a time there was",
    "The little girl",
    "He opened the door and",
    "In the morning the children",
    "It was a very cold",
    "She looked at him and",
    "I do not know what",
    "They went down to the",
    "The old man sat by the",
    "My mother told me that",
)


@torch.no_grad()
def book_loss(model, tokenizer, text):
    """
    The sum of the cross-entropy over a book in nats, its tokens and its characters. It is read in rows of 256
    tokens, each behind a BOS; what is left at its end makes no row and is left out.
    """
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    rows = torch.tensor(ids[: len(ids) // LENGTH * LENGTH]).reshape(-1, LENGTH)
    total = sum(
        float(cross_entropy(model(behind_bos(part)).logits.flatten(0, 1), part.flatten(), reduction="sum"))
        for part in rows.split(32)
    )
    return total, rows.numel(), len(tokenizer.decode(rows.flatten().tolist()))


@torch.no_grad()
def first_on_text(model, tokens):
    """Mean weights [layers, heads] on the first token, from the 17th on, in 32 rows of 128 tokens of text."""
    inputs, _ = text_rows(tokens, 32, 128, torch.Generator().manual_seed(9))
    model.set_attn_implementation("eager")
    maps = model(inputs, output_attentions=True).attentions
    model.set_attn_implementation("sdpa")
    return torch.stack([layer[:, :, 16:, 0].mean((0, 2)) for layer in maps])


@torch.no_grad()
def continuation(model, tokenizer, beginning, length=16):
    """The likeliest token again and again, as text, and the five likeliest next tokens with their chances."""
    ids = tokenizer.encode(beginning).ids
    chances, best = model(torch.tensor([ids])).logits[0, -1].softmax(0).topk(5)
    for _ in range(length):
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    following = [
        (tokenizer.decode([token]), chance) for token, chance in zip(best.tolist(), chances.tolist())
    ]
    return tokenizer.decode([id for id in ids if id != BOS_ID])[len(beginning) :], following
