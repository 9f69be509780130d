"""Writes tiny_bert/: small random BERTs as Hugging Face folders, and what transformers makes of them in
float64.

    pip install torch==2.15.0 transformers==4.57.1 tokenizers==0.22.2 && python tiny_bert.py

Each folder holds config.json, tokenizer.json, tokenizer_config.json, model.safetensors and expected.json. The
answers are computed from the weights as the file stores them, so rounding to F16 or BF16 is part of the
question.
"""

import json
import pathlib
import string

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoTokenizer, BertConfig, BertForMaskedLM, BertModel, BertTokenizerFast

FOLDER = pathlib.Path(__file__).parent / "tiny_bert"
MAX_TOKENS = 16
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["the", "cat", "sat", "on", "mat", "un", "##happy", "##ly", ".", ",", "!", "é"]
VOCABULARY = (
    SPECIALS + WORDS + list(string.ascii_lowercase) + ["##" + letter for letter in string.ascii_lowercase]
)
TEXTS = [
    "The cat sat on the mat.",
    "Unhappyly, a dog!",
    "",
    "the cat sat on the mat, and the dog sat on the cat.",
]

SIZES = {
    "even": dict(hidden_size=32, num_attention_heads=4, intermediate_size=48),
    "odd": dict(hidden_size=30, num_attention_heads=3, intermediate_size=45),  # nothing is a multiple of 8
}
VARIANTS = {
    "even_f32": dict(size="even", dtype=torch.float32, hidden_act="gelu", model=BertModel),
    "even_f16": dict(size="even", dtype=torch.float16, hidden_act="gelu_new", model=BertForMaskedLM),
    "odd_f32": dict(size="odd", dtype=torch.float32, hidden_act="gelu", model=BertForMaskedLM),
    "odd_bf16": dict(size="odd", dtype=torch.bfloat16, hidden_act="relu", model=BertModel),
}


def write_tokenizer(folder):
    tokenizer = Tokenizer(
        models.WordPiece({token: id for id, token in enumerate(VOCABULARY)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    ids = [(token, VOCABULARY.index(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ids
    )
    tokenizer.add_special_tokens(SPECIALS)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = dict(
        tokenizer_class="BertTokenizer", do_lower_case=True, strip_accents=False, model_max_length=MAX_TOKENS
    )
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1) + "\n")


def write_model(folder, seed, size, dtype, hidden_act, model):
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        num_hidden_layers=2,
        max_position_embeddings=MAX_TOKENS,
        hidden_act=hidden_act,
        architectures=[model.__name__],
        **SIZES[size],
    )
    config.to_json_file(folder / "config.json")
    weights = {}
    for name, parameter in model(config).named_parameters():
        centre = 1.0 if name.endswith("LayerNorm.weight") else 0.0
        weights[name] = (centre + 0.3 * torch.randn(parameter.shape)).to(dtype)
    if model is BertModel:  # as files of older releases have it
        weights["embeddings.position_ids"] = torch.arange(MAX_TOKENS)[None]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def expected(folder):
    weights = load_file(folder / "model.safetensors")
    weights = {
        name.removeprefix("bert."): tensor for name, tensor in weights.items() if not name.startswith("cls.")
    }
    weights.pop("embeddings.position_ids", None)
    config = BertConfig.from_pretrained(folder, attn_implementation="eager")
    model = BertModel(config, add_pooling_layer="pooler.dense.weight" in weights).double().eval()
    model.load_state_dict({name: tensor.double() for name, tensor in weights.items()})
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert isinstance(tokenizer, BertTokenizerFast)
    cases = []
    for text in TEXTS:
        whole = tokenizer(text)["input_ids"]
        ids = tokenizer(text, truncation=True, max_length=MAX_TOKENS)["input_ids"]
        with torch.no_grad():
            out = model(torch.tensor([ids]), output_attentions=True)
        cases.append(
            {
                "text": text,
                "ids": ids,
                "truncated": len(ids) < len(whole),
                "attentions": [rounded(layer[0]) for layer in out.attentions],  # [layer][head][query][key]
                "lastHidden": rounded(out.last_hidden_state[0]),  # [token][hidden]
                "meanPooled": rounded(out.last_hidden_state[0].mean(0)),
            }
        )
    return cases


def rounded(tensor):
    return json.loads(json.dumps(tensor.tolist()), parse_float=lambda digits: round(float(digits), 9))


for seed, (name, variant) in enumerate(VARIANTS.items()):
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder)
    write_model(folder, seed, **variant)
    cases = expected(folder)
    (folder / "expected.json").write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(name, [len(case["ids"]) for case in cases], [case["truncated"] for case in cases])
