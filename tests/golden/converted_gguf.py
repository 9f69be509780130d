"""Writes converted_gguf/: small random models as llama.cpp's own converter makes GGUFs of them, and what transformers
makes of the models (eager, float32).

    pip install torch==2.15.0 transformers==5.24.0 tokenizers==0.23.3 gguf && python converted_gguf.py LLAMA_CPP

LLAMA_CPP is a checkout of llama.cpp (0.5.0 here), whose conversion/ does the work. It knows real tokenizers by what they
make of a text; these tiny ones are told to it.
"""

import base64
import gzip
import importlib
import json
import logging
import pathlib
import shutil
import sys
import tempfile

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FOLDER = pathlib.Path(__file__).parent / "converted_gguf"
TEXT = "the cat sat on the mat and the dog sat on the cat"
VOCAB_SIZE = 64
LENGTHS = (1, 13)
NUM_IDS = 25
SIZES = dict(
    vocab_size=VOCAB_SIZE,
    hidden_size=16,
    intermediate_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    max_position_embeddings=40,
    initializer_range=0.35,
)
DECODER = dict(**SIZES, num_key_value_heads=2, bos_token_id=0, eos_token_id=0, pad_token_id=1)
LINEAR = dict(rope_type="linear", factor=4.0, rope_theta=500.0)
GEMMA3 = dict(
    **{**DECODER, "num_hidden_layers": 6, "hidden_size": 8, "intermediate_size": 12},
    head_dim=4,
    query_pre_attn_scalar=4,
    sliding_window=5,
    rope_parameters=dict(
        full_attention=LINEAR, sliding_attention=dict(rope_type="default", rope_theta=10000.0)
    ),
)
DISTILBERT = dict(
    vocab_size=VOCAB_SIZE, dim=16, hidden_dim=24, n_layers=2, n_heads=4, max_position_embeddings=40
)

# name: (class of the model, config, tokenizer's kind and what llama.cpp calls it, options of the converter)
MODELS = {
    "bert": ("BertModel", transformers.BertConfig(**SIZES), "words", []),
    "bert_fused": ("BertModel", transformers.BertConfig(**SIZES), "words", ["--fuse-qkv"]),
    "roberta": (
        "RobertaModel",
        transformers.RobertaConfig(**SIZES, type_vocab_size=1, pad_token_id=1),
        "bytes",
        [],
    ),
    "distilbert": (
        "DistilBertModel",
        transformers.DistilBertConfig(**DISTILBERT, initializer_range=0.35),
        "words",
        [],
    ),
    "llama_fused": (
        "LlamaForCausalLM",
        transformers.LlamaConfig(**DECODER, attention_bias=True, mlp_bias=True),
        "bytes",
        ["--fuse-qkv"],
    ),
    "llama_split": (
        "LlamaForCausalLM",
        transformers.LlamaConfig(**DECODER),
        "bytes",
        ["--split-max-tensors", "8", "--no-tensor-first-split"],
    ),
    "qwen2_both_ways": (
        "Qwen2Model",
        transformers.Qwen2Config(**DECODER, is_causal=False),
        "bytes",
        [],
    ),
    "gemma3_linear": (
        "Gemma3ForCausalLM",
        transformers.Gemma3TextConfig(**GEMMA3),
        "bytes",
        [],
    ),
}
PRE = {"words": "bert-bge", "bytes": "gpt-2"}


def words():
    """BERT's tokenizer over the text's words and letters."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=VOCAB_SIZE, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator([TEXT], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )


def byte_pairs():
    """A byte-level BPE over the text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE, special_tokens=["<|endoftext|>", "<pad>"], show_progress=False
    )
    tokenizer.train_from_iterator([TEXT], trainer)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|endoftext|>", pad_token="<pad>"
    )


def encoded(tensor):
    """A tensor as JSON."""
    values = np.ascontiguousarray(tensor.numpy(), np.float32)
    return {"shape": list(values.shape), "data": base64.b64encode(values.tobytes()).decode()}


def make(kind, config):
    """A random model whose norms and biases are random too."""
    torch.manual_seed(1)
    model = getattr(transformers, kind)._from_config(config, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for name, values in model.named_parameters():
            if values.ndim == 1:
                is_one = name.endswith("weight") and not kind.startswith("Gemma")
                values.copy_(0.3 * torch.randn(values.shape, generator=generator) + (1 if is_one else 0))
    return model


@torch.no_grad()
def answers(model):
    """For some ids the attention of every head, and all logits or the last hidden states."""
    cases = []
    for length in LENGTHS:
        ids = torch.randint(5, NUM_IDS, (length,), generator=torch.Generator().manual_seed(length)).tolist()
        out = model(torch.tensor([ids]), output_attentions=True)
        weights = torch.stack([layer[0] for layer in out.attentions])
        case = {"ids": ids, "weights": encoded(weights)}
        if hasattr(out, "logits"):
            case["logits"] = encoded(out.logits[0])
        else:
            case["hidden"] = encoded(out.last_hidden_state[0])
        cases.append(case)
    return cases


def convert(converter, folder, target, pre, options):
    """What the converter's command line does."""
    base = importlib.import_module("conversion.base")
    base.TextModel.get_vocab_base_pre = lambda self, tokenizer: pre
    sys.argv = [
        "convert_hf_to_gguf.py",
        str(folder),
        "--outfile",
        str(target),
        "--outtype",
        "f32",
        *options,
    ]
    converter.main()


def main():
    """Writes all files."""
    sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/gguf-py"]
    converter = importlib.import_module("convert_hf_to_gguf")
    logging.disable(logging.WARNING)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    expected = {}
    for name, (kind, config, tokenizer, options) in MODELS.items():
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "tiny"
            spelling = words() if tokenizer == "words" else byte_pairs()
            config.vocab_size = len(spelling)
            make(kind, config).save_pretrained(source)
            spelling.save_pretrained(source)
            convert(converter, source, FOLDER / f"{name}.gguf", PRE[tokenizer], options)
            again = getattr(transformers, kind).from_pretrained(source, attn_implementation="eager")
            expected[name] = answers(again.eval())
    (FOLDER / "expected.json.gz").write_bytes(gzip.compress(json.dumps(expected).encode(), mtime=0))
    for file in sorted(FOLDER.iterdir()):
        print(file.name, file.stat().st_size)


if __name__ == "__main__":
    main()
