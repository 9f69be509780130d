"""Texts to token arrays, and the rows that the model is trained on."""

import pathlib

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

BOS = "<|endoftext|>"
BOS_ID = 0
IGNORED = -100  # a label that the loss passes over


def train_tokenizer(texts, vocab_size):
    """A byte-level BPE with GPT-2's pre-tokenizer, so that any text has tokens; it puts BOS before a text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[BOS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", special_tokens=[(BOS, BOS_ID)]
    )
    return tokenizer


def read_texts(folder, held_out):
    """
    The .txt files of a folder, by name: those to train on, and those whose number, with which a name begins,
    is among `held_out`.
    """
    files = sorted(pathlib.Path(folder).glob("*.txt"))
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    kept_back = {name: text for name, text in texts.items() if name.split("-")[0] in held_out}
    return {name: text for name, text in texts.items() if name not in kept_back}, kept_back


def tokens_of(tokenizer, texts):
    """All texts as one array of ids [tokens], BOS before each."""
    encoded = [np.array(encoding.ids, dtype=np.int16) for encoding in tokenizer.encode_batch(texts)]
    return torch.from_numpy(np.concatenate(encoded))


def behind_bos(rows):
    """Inputs [count, length] of which the rows are what comes next."""
    return torch.cat([torch.full((len(rows), 1), BOS_ID), rows[:, :-1]], 1)


def text_rows(tokens, count, length, generator):
    """Inputs and labels [count, length]: pieces of the texts, each behind a BOS."""
    starts = torch.randint(0, len(tokens) - length, (count, 1), generator=generator)
    rows = tokens[starts + torch.arange(length)].long()
    return behind_bos(rows), rows


def repeated_rows(kinds, count, length, generator):
    """
    Inputs and labels [count, length]: behind a BOS, random tokens of the first `kinds` that repeat with a
    period of the row's own, from 4 to 100. Only what can be known, from the second time on, has labels.
    """
    periods = torch.randint(4, min(100, length // 2) + 1, (count, 1), generator=generator)
    spans = torch.randint(1, kinds, (count, length), generator=generator)
    rows = spans.gather(1, torch.arange(length) % periods)
    labels = torch.where(torch.arange(length) >= periods, rows, IGNORED)
    return behind_bos(rows), labels
