"""Writes tiny_decoders/: small random models of every family as Hugging Face folders and as GGUF files, and what
transformers makes of them (eager, float32).

    pip install torch==2.15.0 transformers==4.57.1 tokenizers==0.22.2 gguf==0.19.0 && python tiny_decoders.py

Attention is far from uniform in all of them, norms and biases are random, windows are shorter than the texts and
rotary scalings are past their original length, so that a switch which is wrong shows. The answers are computed from
the weights as the file stores them.
"""

import base64
import gzip
import json
import math
import pathlib
import shutil

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

FOLDER = pathlib.Path(__file__).parent / "tiny_decoders"
VOCAB_SIZE = 100
LENGTHS = (1, 21)
SIZES = dict(
    vocab_size=VOCAB_SIZE,
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    initializer_range=0.3,
    bos_token_id=0,
    eos_token_id=0,
    pad_token_id=1,
)
LLAMA3 = dict(
    rope_type="llama3",
    factor=4.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=8,
)
YARN = dict(
    rope_type="yarn",
    factor=4.0,
    beta_fast=2.0,
    beta_slow=0.05,
    original_max_position_embeddings=16,
)
GEMMA = dict(head_dim=8, query_pre_attn_scalar=8, sliding_window=5)


def gpt2_config(**settings):
    return transformers.GPT2Config(
        vocab_size=VOCAB_SIZE,
        n_embd=20,
        n_layer=2,
        n_head=4,
        n_inner=36,
        n_positions=40,
        initializer_range=0.3,
        bos_token_id=0,
        eos_token_id=0,
        **settings,
    )


def encoder_sizes():
    return {key: value for key, value in SIZES.items() if key != "num_key_value_heads"}


# name: (config, class of the model, dtype of the file)
VARIANTS = {
    "llama": (transformers.LlamaConfig(**SIZES, tie_word_embeddings=True), "LlamaForCausalLM"),
    "llama_llama3": (
        transformers.LlamaConfig(**SIZES, rope_scaling=LLAMA3, tie_word_embeddings=True),
        "LlamaForCausalLM",
    ),
    "llama_linear": (
        transformers.LlamaConfig(
            **SIZES, rope_scaling=dict(rope_type="linear", factor=3.0), rope_theta=500.0
        ),
        "LlamaForCausalLM",
    ),
    "llama_yarn": (
        transformers.LlamaConfig(**SIZES, head_dim=16, rope_scaling=YARN, rope_theta=500.0),
        "LlamaForCausalLM",
    ),
    "llama_bias": (
        transformers.LlamaConfig(**SIZES, attention_bias=True, mlp_bias=True),
        "LlamaForCausalLM",
    ),
    "llama_wide_bf16": (transformers.LlamaConfig(**SIZES, head_dim=10), "LlamaForCausalLM"),
    "mistral": (transformers.MistralConfig(**SIZES, sliding_window=5), "MistralForCausalLM"),
    "qwen2_f16": (transformers.Qwen2Config(**SIZES, tie_word_embeddings=True), "Qwen2ForCausalLM"),
    "qwen3": (transformers.Qwen3Config(**SIZES, head_dim=8), "Qwen3ForCausalLM"),
    "gemma2": (
        transformers.Gemma2Config(**SIZES, **GEMMA, attn_logit_softcapping=4.0, final_logit_softcapping=6.0),
        "Gemma2ForCausalLM",
    ),
    "gemma3": (
        transformers.Gemma3TextConfig(
            **{**SIZES, "num_hidden_layers": 6, "hidden_size": 16, "intermediate_size": 24},
            **GEMMA,
            rope_theta=5000.0,
            rope_local_base_freq=10000.0,
        ),
        "Gemma3ForCausalLM",
    ),
    "gpt2": (gpt2_config(), "GPT2LMHeadModel"),
    "roberta": (
        transformers.RobertaConfig(**encoder_sizes(), type_vocab_size=1, layer_norm_eps=1e-5),
        "RobertaModel",
    ),
    "distilbert": (
        transformers.DistilBertConfig(
            vocab_size=VOCAB_SIZE,
            dim=24,
            hidden_dim=40,
            n_layers=2,
            n_heads=3,
            max_position_embeddings=40,
            initializer_range=0.3,
        ),
        "DistilBertModel",
    ),
}
DTYPES = {"bf16": torch.bfloat16, "f16": torch.float16}


def make_tokenizer():
    """A byte-level BPE of at most 100 tokens, of which the first is the end of a text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    text = "the cat sat on the mat, and the dog sat on the cat. " * 3 + "A quick brown fox jumps over it!"
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE, special_tokens=["<|endoftext|>", "<pad>"], show_progress=False
    )
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def make_model(name, config, kind):
    """A random model, as it is after it went through its file's dtype."""
    torch.manual_seed(sum(map(ord, name)))
    model = getattr(transformers, kind)._from_config(config, attn_implementation="eager").eval().float()
    dtype = DTYPES.get(name.split("_")[-1], torch.float32)
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if parameter.ndim == 1:
                is_one = key.endswith("weight") and not isinstance(
                    config, (transformers.Gemma2Config, transformers.Gemma3TextConfig)
                )
                parameter.copy_(0.3 * torch.randn_like(parameter) + (1.0 if is_one else 0.0))
                if "q_norm" in key or "k_norm" in key:  # or attention would be close to uniform
                    parameter.add_(1.0)
            parameter.copy_(parameter.to(dtype).float())
    return model, dtype


def encode(tensor):
    return {
        "shape": list(tensor.shape),
        "data": base64.b64encode(np.ascontiguousarray(tensor.numpy(), np.float32).tobytes()).decode(),
    }


@torch.no_grad()
def answers(name, model):
    """For each length: ids, all heads' weights, and the logits of every position or the last hidden states."""
    generator = torch.Generator().manual_seed(3)
    cases = []
    for length in LENGTHS:
        ids = torch.randint(2, VOCAB_SIZE, (1, length), generator=generator)
        out = model(ids, output_attentions=True)
        maps = torch.stack([layer[0] for layer in out.attentions])
        if length > 1:
            entropy = -(maps * maps.clamp_min(1e-30).log()).sum(-1)
            seen = (maps > 0).sum(-1).float()
            share = (entropy[seen > 1] / seen[seen > 1].log()).mean()
            assert share < 0.7, f"{name}: attention is {share:.2f} of uniform"
        result = (
            {"logits": encode(out.logits[0])}
            if "logits" in out
            else {"hidden": encode(out.last_hidden_state[0])}
        )
        cases.append({"ids": ids[0].tolist(), "weights": encode(maps), **result})
    return cases


def interleave(rows, heads):
    """Rows of heads from the order of halves to the order of pairs, as llama.cpp has them."""
    return (
        rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:])
        .swapaxes(1, 2)
        .reshape(rows.shape)
    )


GGUF_NAMES = {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "ln_1": "attn_norm",
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    "ln_2": "ffn_norm",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
}
GEMMA_NAMES = {
    "post_attention_layernorm": "post_attention_norm",
    "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}
MODEL_NAMES = {
    "embed_tokens": "token_embd",
    "norm": "output_norm",
    "wte": "token_embd",
    "wpe": "position_embd",
    "ln_f": "output_norm",
    "lm_head": "output",
}


def gguf_tensor(key, values, config):
    """A tensor's name and values as llama.cpp's converter writes them."""
    is_gemma = config.model_type.startswith("gemma")
    is_norm = values.ndim == 1 and "norm" in key
    if is_gemma and is_norm:
        values = values + 1
    if config.model_type in ("llama", "mistral"):
        if ".q_proj." in key:
            values = interleave(values, config.num_attention_heads)
        if ".k_proj." in key:
            values = interleave(values, config.num_key_value_heads)
    if config.model_type == "gpt2" and values.ndim == 2 and ".h." in f".{key}":
        values = values.T
    key = key.removeprefix("model.").removeprefix("transformer.")
    stem, kind = key.rsplit(".", 1)
    names = {**GGUF_NAMES, **(GEMMA_NAMES if is_gemma else {})}
    parts = stem.split(".", 2)
    if parts[0] in ("layers", "h"):
        return f"blk.{parts[1]}.{names[parts[2]]}.{kind}", values
    return f"{MODEL_NAMES[stem]}.{kind}", values


def llama3_factors(config):
    """What divides the frequencies, as llama.cpp writes it for Llama 3's scaling."""
    dim = config.hidden_size // config.num_attention_heads
    frequencies = 1.0 / config.rope_theta ** (np.arange(0, dim, 2) / dim)
    scaling = config.rope_scaling
    low = scaling["original_max_position_embeddings"] / scaling["low_freq_factor"]
    high = scaling["original_max_position_embeddings"] / scaling["high_freq_factor"]
    factors = []
    for wavelength in 2 * math.pi / frequencies:
        if wavelength < high:
            factors.append(1.0)
        elif wavelength > low:
            factors.append(scaling["factor"])
        else:
            smooth = (
                scaling["original_max_position_embeddings"] / wavelength - scaling["low_freq_factor"]
            ) / (scaling["high_freq_factor"] - scaling["low_freq_factor"])
            factors.append(1 / ((1 - smooth) / scaling["factor"] + smooth))
    return np.array(factors, np.float32)


def write_gguf(file, config, tensors, tokenizer):
    """The model as an F32 GGUF, by llama.cpp's conventions."""
    architecture = {"mistral": "llama", "gemma3_text": "gemma3"}.get(config.model_type, config.model_type)
    writer = gguf.GGUFWriter(file, architecture)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    if architecture == "gpt2":
        writer.add_feed_forward_length(config.n_inner)
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
    else:
        writer.add_feed_forward_length(config.intermediate_size)
        writer.add_head_count_kv(config.num_key_value_heads)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        writer.add_rope_freq_base(config.rope_theta)
        head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        writer.add_key_length(head_dim)
        writer.add_value_length(head_dim)
        if architecture == "llama":
            writer.add_rope_dimension_count(head_dim)
    if getattr(config, "sliding_window", None) and architecture != "qwen2":
        writer.add_sliding_window(config.sliding_window)
    if architecture == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    scaling = getattr(config, "rope_scaling", None)
    if scaling is not None and scaling["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(scaling["factor"])
    if scaling is not None and scaling["rope_type"] == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(scaling["factor"])
        writer.add_rope_scaling_orig_ctx_len(scaling["original_max_position_embeddings"])
        writer.add_rope_scaling_yarn_beta_fast(scaling["beta_fast"])
        writer.add_rope_scaling_yarn_beta_slow(scaling["beta_slow"])
    if scaling is not None and scaling["rope_type"] == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_factors(config))
    vocab = json.loads(tokenizer.to_str())["model"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    tokens = sorted(vocab["vocab"], key=vocab["vocab"].get)
    unused = VOCAB_SIZE - len(tokens)
    writer.add_token_list(tokens + [f"[UNUSED {i}]" for i in range(unused)])
    writer.add_token_types([3, 3] + [1] * (len(tokens) - 2) + [5] * unused)
    writer.add_token_merges([" ".join(merge) for merge in vocab["merges"]])
    writer.add_bos_token_id(0)
    for key, values in tensors.items():
        name, values = gguf_tensor(key, values.float().numpy(), config)
        writer.add_tensor(name, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    """Writes every variant's folder."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    tokenizer = make_tokenizer()
    for name, (config, kind) in VARIANTS.items():
        folder = FOLDER / name
        folder.mkdir(parents=True)
        model, dtype = make_model(name, config, kind)
        config.architectures = [kind]
        (folder / "config.json").write_text(json.dumps(config.to_dict(), indent=2, sort_keys=True) + "\n")
        tokenizer.save(str(folder / "tokenizer.json"))
        tied = config.tie_word_embeddings
        tensors = {
            key: value.to(dtype).contiguous()
            for key, value in model.state_dict().items()
            if not (tied and key == "lm_head.weight") and not key.endswith((".attn.bias", "position_ids"))
        }
        save_file(tensors, folder / "model.safetensors", {"format": "pt"})
        assert set(load_file(folder / "model.safetensors")) == set(tensors)
        if hasattr(model, "lm_head"):
            write_gguf(folder / "model.gguf", config, tensors, tokenizer)
        cases = json.dumps(answers(name, model)).encode()
        (folder / "expected.json.gz").write_bytes(gzip.compress(cases, mtime=0))
        print(name, sum(file.stat().st_size for file in folder.iterdir()))


if __name__ == "__main__":
    main()
