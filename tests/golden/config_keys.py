"""Writes config_keys.json.gz: what transformers makes of the models of tiny_decoders/ and tiny_bert/ with a key of
config.json left out, null or something else.

    pip install torch==2.15.0 transformers==5.24.0 && python config_keys.py

Of each config: the attention of the middle query and of the last one (float32, eager), by the first head of the first
layer and the last head of the last one, and which keys were changed. Where transformers refuses it, or it asks for
tensors that the file lacks, there is no answer.
"""

import base64
import dataclasses
import gzip
import json
import logging
import pathlib
import tempfile

import numpy as np
import torch
import transformers

HERE = pathlib.Path(__file__).parent
MODELS = {
    "bert": "tiny_bert/odd_f32",
    **{
        name: f"tiny_decoders/{name}"
        for name in "roberta distilbert gpt2 llama llama_yarn mistral qwen2_f16 qwen3 gemma2 gemma3".split()
    },
}
IDS = [5, 17, 3, 42, 8, 8, 60, 21, 33, 9, 2, 50, 11, 4]
ABSENT = "(absent)"

LINEAR = {"rope_type": "linear", "factor": 4.0}
LLAMA3 = {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
YARN = {"rope_type": "yarn", "factor": 4.0, "beta_fast": 2.0, "beta_slow": 0.05}

# Keys by hand: other spellings, keys of transformers 5, and what checkpoints of other people hold.
DECODER = [
    {"is_causal": False},
    {"is_causal": None},
    {"is_causal": True},
    {"per_layer_config": {"1": {"rms_norm_eps": 0.5}}},
    {"pruned_heads": {"0": [1]}},
]
ROPE = [
    {"rope_theta": 50.0},
    {"rope_parameters": {}},
    {"rope_parameters": {}, "rope_theta": 50.0},
    {"rope_parameters": {"rope_type": "default", "rope_theta": 50.0}, "rope_theta": ABSENT},
    {"rope_parameters": {"rope_type": "default"}, "rope_theta": 50.0},
    {"rope_parameters": LINEAR, "rope_theta": 50.0},
    {"rope_parameters": {"type": "linear", "factor": 4.0}},
    {"rope_parameters": {**LINEAR, "rope_theta": 50.0}, "rope_theta": 700.0},
    {
        "rope_parameters": {**LINEAR, "rope_theta": 50.0},
        "rope_scaling": {**LINEAR, "factor": 2.0},
        "rope_theta": 700.0,
    },
    {"rope_parameters": {**LINEAR, "rope_theta": 50.0}, "rope_scaling": {}},
    {"rope_scaling": {"type": "linear", "factor": 4.0}},
    {"rope_scaling": {**LINEAR, "attention_factor": 2.0, "beta_fast": 3}},
    {"rope_scaling": {"rope_type": "dynamic", "factor": 4.0}},
    {"rope_scaling": {**LLAMA3, "original_max_position_embeddings": 8}},
    {"rope_scaling": LLAMA3},
    {"rope_scaling": LLAMA3, "original_max_position_embeddings": 8},
    {
        "rope_scaling": {**LLAMA3, "original_max_position_embeddings": 32},
        "original_max_position_embeddings": 8,
    },
    {"rope_scaling": {**YARN, "original_max_position_embeddings": 16}},
    {"rope_scaling": {**YARN, "original_max_position_embeddings": 16, "finetuned": True}},
    {"rope_scaling": {**YARN, "original_max_position_embeddings": 16, "attention_factor": 1.5}},
    {"rope_scaling": {**YARN, "original_max_position_embeddings": 16, "mscale": 2.0}},
    {"rope_scaling": {**YARN, "original_max_position_embeddings": 16, "mscale": 2.0, "mscale_all_dim": 0.5}},
    {"rope_scaling": {**YARN, "original_max_position_embeddings": 16, "factor": None}},
    {"rope_scaling": {**YARN, "original_max_position_embeddings": 16, "beta_fast": None, "beta_slow": 0}},
    {"rope_scaling": {**YARN, "original_max_position_embeddings": 16, "truncate": False}},
    {"rope_scaling": YARN, "original_max_position_embeddings": 16},
    {"rope_scaling": YARN},
    {"rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 50.0}}},
]
KINDS = {
    "full_attention": {"rope_type": "default", "rope_theta": 300.0},
    "sliding_attention": {"rope_type": "default", "rope_theta": 40.0},
}
GEMMA3 = [
    {"rope_parameters": KINDS},
    {"rope_parameters": {"full_attention": LINEAR}},
    {"rope_parameters": {**KINDS, "sliding_attention": LINEAR}},
    {"rope_parameters": {**KINDS, "sliding_attention": {**YARN, "original_max_position_embeddings": 16}}},
    {"rope_parameters": {**KINDS, "full_attention": {**YARN, "original_max_position_embeddings": 16}}},
    {"rope_parameters": {**KINDS, "full_attention": {**LLAMA3, "original_max_position_embeddings": 8}}},
    {"rope_scaling": LINEAR},
    {"rope_local_base_freq": 40.0},
    {"layer_types": ABSENT, "sliding_window_pattern": 2},
    {"layer_types": ABSENT, "_sliding_window_pattern": 2},
    {"use_bidirectional_attention": True},
    {"use_bidirectional_attention": True, "is_causal": False},
    {"attn_logit_softcapping": 0.5},
]
WINDOWS = [
    {"use_sliding_window": True, "sliding_window": 3, "max_window_layers": first} for first in (0, 1)
] + [
    {"use_sliding_window": True, "sliding_window": 3, "is_causal": False, "max_window_layers": 0},
    {"use_sliding_window": True, "sliding_window": 3, "layer_types": ["sliding_attention", "full_attention"]},
    {"use_sliding_window": True, "sliding_window": None},
    {"use_sliding_window": False, "sliding_window": 3, "layer_types": ["full_attention", "full_attention"]},
    {"use_sliding_window": ABSENT, "sliding_window": 3, "max_window_layers": 0},
]
BY_HAND = {
    "bert": [{"is_causal": True}],
    "distilbert": [{"sinusoidal_pos_embds": True}, {"dim": ABSENT, "hidden_size": 24}],
    "gpt2": DECODER + [{"n_embd": ABSENT, "hidden_size": 24}, {"reorder_and_upcast_attn": True}],
    "llama": DECODER + ROPE + [{"pretraining_tp": 2}, {"rope_interleaved": False, "is_llama_config": True}],
    "llama_yarn": [{"max_position_embeddings": 128}],
    "mistral": DECODER
    + [{"sliding_window": 3, "is_causal": False}, {"layer_types": ["full_attention", "sliding_attention"]}]
    + [{"rope_scaling": {**LLAMA3, "original_max_position_embeddings": 8}}],
    "qwen2_f16": DECODER + WINDOWS + ROPE[:8],
    "qwen3": DECODER + WINDOWS,
    "gemma2": DECODER
    + ROPE[:8]
    + [{"layer_types": ["full_attention", "sliding_attention"]}, {"hidden_act": "relu"}],
    "gemma3": DECODER + GEMMA3,
}
# Sizes of tensors, which the file of weights says too.
SIZES = "vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size".split()
SIZES += "dim n_layers n_heads hidden_dim n_embd n_layer n_head n_inner".split()
NAMES = (
    "gelu_fast gelu_10 quick_gelu relu2 relu6 leaky_relu hardswish mish tanh sigmoid laplace linear".split()
)


def other(value):
    """Another value of a key's type; none where there is no such."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value * 2 + 1 if value == 0 or value > 0.001 else 0.05
    return None


def changes(name, config):
    """Every key of the class left out and something else, and those by hand."""
    config_class = transformers.AutoConfig.for_model(config["model_type"]).__class__
    defaults = {field.name: field.default for field in dataclasses.fields(config_class)}
    for key in defaults:
        if key in ("dtype", "rope_parameters") or key in SIZES:
            continue
        if key in config:
            yield {key: ABSENT}
        value = config.get(key, defaults[key])
        if other(value) is not None:
            yield {key: other(value)}
    if name == "llama":
        yield from ({"hidden_act": act} for act in NAMES)
    yield from BY_HAND.get(name, [])


def answer(folder, config):
    """The rows of attention, or none."""
    with tempfile.TemporaryDirectory() as target:
        target = pathlib.Path(target)
        (target / "config.json").write_text(json.dumps(config))
        (target / "model.safetensors").symlink_to(folder / "model.safetensors")
        decoders = config["model_type"] not in ("bert", "roberta", "distilbert")
        kind = transformers.AutoModelForCausalLM if decoders else transformers.AutoModel
        try:
            model, info = kind.from_pretrained(
                target, attn_implementation="eager", dtype=torch.float32, output_loading_info=True
            )
            if info["mismatched_keys"] or any("pooler" not in key for key in info["missing_keys"]):
                return None
            with torch.no_grad():
                attentions = model.eval()(torch.tensor([IDS]), output_attentions=True).attentions
        except Exception as error:  # whatever transformers says
            print("   ", type(error).__name__, str(error).split("\n")[0][:150])
            return None
    rows = [attentions[0][0, 0], attentions[-1][0, -1]]
    numbers = torch.stack([map_[[len(IDS) // 2, -1]] for map_ in rows]).numpy().astype(np.float32)
    return None if np.isnan(numbers).any() else base64.b64encode(numbers.tobytes()).decode()


def main():
    """Writes the answers."""
    logging.disable(logging.ERROR)
    torch.set_num_threads(1)
    models = {}
    for name, folder in MODELS.items():
        folder = (HERE / folder).resolve()
        config = json.loads((folder / "config.json").read_text())
        cases = []
        for change in [{}, *changes(name, config)]:
            merged = {key: value for key, value in {**config, **change}.items() if value != ABSENT}
            cases.append({"change": change, "rows": answer(folder, merged)})
            print(name, change, cases[-1]["rows"] is not None)
        models[name] = {"folder": MODELS[name], "cases": cases}
    data = json.dumps({"version": transformers.__version__, "absent": ABSENT, "ids": IDS, "models": models})
    (HERE / "config_keys.json.gz").write_bytes(gzip.compress(data.encode(), mtime=0))


if __name__ == "__main__":
    main()
