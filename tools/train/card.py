"""
Measures a GGUF that export.py wrote and writes its model card.

    python card.py TEXTS OUT FILE.gguf CARD.md

TEXTS is the folder that train.py read; its SOURCES.tsv says the number, title and author of each text. OUT is
train.py's folder. All numbers are of the GGUF's own weights.
"""

import argparse
import csv
import gzip
import itertools
import math
import pathlib
import re

import torch
from tokenizers import Tokenizer

from data import read_texts, tokens_of
from gguf_file import read_gguf
from measure import BEGINNINGS, book_loss, continuation, first_on_text
from probe import head_scores
from train import HELD_OUT, LEARN, REST, STAGES, STEPS, VOCAB_SIZE

TEMPLATE = (pathlib.Path(__file__).parent / "card.md").read_text(encoding="utf-8")


def read_sources(folder):
    """Number, title and author of each text, without subtitles and what a name has in parentheses."""
    with open(folder / "SOURCES.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        {
            "id": row["id"],
            "title": re.split(r" : |; Or, ", row["title"])[0],
            "author": re.sub(r" \([^)]*\)", "", row["author"]),
        }
        for row in rows
    ]


def works_by_author(sources):
    """A line for each author: the name, then the titles."""
    by_author = sorted(sources, key=lambda source: (source["author"], source["title"]))
    for author, works in itertools.groupby(by_author, key=lambda source: source["author"]):
        titles = ", ".join(f"_{work['title']}_" for work in works)
        yield f"- {author}: {titles}"


def tokens_seen():
    """How many tokens of text and of repeated rows all steps have."""
    phases = [phase for stage in STAGES for phase in stage.phases]
    text = sum(phase.steps * phase.texts * phase.length for phase in phases)
    repeated = sum(phase.steps * phase.repeats * phase.length for phase in phases)
    return text, repeated


def best_head(scores):
    """The largest of scores [layers, heads], and whose it is."""
    layer, head = divmod(int(scores.argmax()), scores.shape[1])
    return f"{float(scores.max()):.2f} (layer {layer}, head {head})"


def table(header, rows):
    """A Markdown table whose columns are aligned."""
    cells = [header, *(tuple(map(str, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(map(str.ljust, row, widths))} |" for row in cells)


def head_table(model, held_out):
    """What heads do."""
    scores = head_scores(model, VOCAB_SIZE)
    rows = (
        ("the token after the earlier occurrence (induction)", "repeated", scores["induction"]),
        ("the previous token", "repeated", scores["previous"]),
        ("the first token", "repeated", scores["first"]),
        ("the first token", "held-out books", first_on_text(model, held_out)),
    )
    return table(
        ("Mean weight on", "Measured on", "Best head", "Heads of 0.6 or more"),
        [(pattern, place, best_head(heads), int((heads >= 0.6).sum())) for pattern, place, heads in rows],
    )


def loss_table(model, tokenizer, books):
    """The loss on each of the books, titles to texts, and on all of them together."""
    sums = {title: book_loss(model, tokenizer, text) for title, text in books.items()}
    sums["All"] = tuple(map(sum, zip(*sums.values())))
    rows = [
        (title, tokens, f"{nats / tokens:.2f}", f"{math.exp(nats / tokens):.1f}", f"{nats / characters:.3f}")
        for title, (nats, tokens, characters) in sums.items()
    ]
    return table(("Book", "Tokens", "Nats a token", "Perplexity", "Nats a character"), rows)


def sentence_table(model, tokenizer):
    """What follows each beginning, line ends as spaces."""
    rows = []
    for beginning in BEGINNINGS:
        text, following = continuation(model, tokenizer, beginning)
        words = ", ".join(f"`{token.strip() or token}` {chance:.2f}" for token, chance in following)
        rows.append((beginning, " ".join(text.split()), words))
    return table(("Beginning", "Goes on", "Five likeliest next tokens"), rows)


def phase_table():
    """The phases of all stages."""
    rows = []
    for number, stage in enumerate(STAGES, 1):
        for phase in stage.phases:
            first, last = phase.first_kinds, phase.last_kinds
            kinds = first if first == last else f"{first} to {last}"
            rows.append((number, phase.steps, phase.texts, phase.repeats, phase.length, kinds))
    header = ("Stage", "Steps", "Rows of text", "Repeated rows", "Tokens a row", "Kinds of random tokens")
    return table(header, rows)


def write_card(texts_folder, out, file):
    """The whole card as text."""
    model, tokenizer = read_gguf(file), Tokenizer.from_file(str(out / "tokenizer.json"))
    sources = read_sources(texts_folder)
    titles = {source["id"]: source["title"] for source in sources}
    _, held_out = read_texts(texts_folder, HELD_OUT)
    books = {titles[name.split("-")[0]]: text for name, text in held_out.items()}
    if torch.load(out / "checkpoint.pt")["step"] != STEPS:
        raise ValueError("The training is not at its end.")
    config = model.config
    return TEMPLATE.format(
        parameters=model.num_parameters(),
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        width=config.hidden_size // config.num_attention_heads,
        hidden=config.hidden_size,
        feed_forward=config.intermediate_size,
        theta=config.rope_theta,
        vocab=config.vocab_size,
        length=config.max_position_embeddings,
        file=file.name,
        size=file.stat().st_size,
        gzip_size=len(gzip.compress(file.read_bytes(), 9)),
        head_table=head_table(model, tokens_of(tokenizer, list(books.values()))),
        loss_table=loss_table(model, tokenizer, books),
        sentence_table=sentence_table(model, tokenizer),
        learn=LEARN,
        rest=REST,
        seen=[tokens / 1e6 for tokens in tokens_seen()],
        phase_table=phase_table(),
        works=len(sources),
        held_out=", ".join(f"_{title}_" for title in books),
        work_list="\n".join(works_by_author(sources)),
    )


def main():
    """Writes the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("texts", "out", "gguf", "card"):
        parser.add_argument(name, type=pathlib.Path)
    arguments = parser.parse_args()
    card = write_card(arguments.texts, arguments.out, arguments.gguf)
    arguments.card.write_text(card, encoding="utf-8")


if __name__ == "__main__":
    main()
