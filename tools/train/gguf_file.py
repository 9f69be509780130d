"""A Llama and its tokenizer as a GGUF whose matrices are Q8_0, and the same read again."""

import json
import pathlib

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaForCausalLM

from data import BOS_ID

NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}

SAMPLES = ("Once upon a time, they'd 3 wishes.", "  two  spaces\n\nand lines ", "naïve — 東京 🦊\t\0")


def gguf_name(key):
    """A tensor's name in a GGUF."""
    if key in NAMES:
        return NAMES[key]
    _, _, layer, part = key.removesuffix(".weight").split(".", 3)
    return f"blk.{layer}.{NAMES[part]}.weight"


def stored_type(values):
    """Matrices are Q8_0, norms F32."""
    return gguf.GGMLQuantizationType.F32 if values.ndim == 1 else gguf.GGMLQuantizationType.Q8_0


def interleave(rows, heads):
    """Rows [heads · width, in] whose halves of a head become pairs, as llama.cpp's rotary positions want."""
    width = rows.shape[0] // heads
    return rows.reshape(heads, 2, width // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def tensors_of(model):
    """The names in the model and the values, float32; the last matrix is the embedding's and comes once."""
    for key, value in model.state_dict().items():
        if key != "lm_head.weight":
            yield key, value.float().numpy()


def write_gguf(file, model, tokenizer):
    """The model as a GGUF of the architecture llama."""
    config = model.config
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_name("attention-head built-in")
    writer.add_license("apache-2.0")
    writer.add_description("A small language model of children's books, made to show attention heads.")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    bpe = json.loads(tokenizer.to_str())["model"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(sorted(bpe["vocab"], key=bpe["vocab"].get))
    writer.add_token_types([gguf.TokenType.CONTROL] + [gguf.TokenType.NORMAL] * (len(bpe["vocab"]) - 1))
    writer.add_token_merges([" ".join(merge) for merge in bpe["merges"]])
    writer.add_bos_token_id(BOS_ID)
    writer.add_eos_token_id(BOS_ID)
    writer.add_add_bos_token(True)
    for key, values in tensors_of(model):
        if ".q_proj." in key or ".k_proj." in key:
            values = interleave(values, config.num_attention_heads)
        kind = stored_type(values)
        stored = gguf.quants.quantize(np.ascontiguousarray(values), kind)
        writer.add_tensor(gguf_name(key), stored, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_gguf(file):
    """The model of a GGUF as transformers reads it, float32."""
    file = pathlib.Path(file)
    model = LlamaForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
    return model.eval()


def read_tokenizer(file):
    """The tokenizer of a GGUF, built from the file's own lists; it puts no BOS before a text."""
    fields = gguf.GGUFReader(file).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    tokenizer = Tokenizer(models.BPE({token: id for id, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return tokenizer


@torch.no_grad()
def check_logits(file, model):
    """Refuses a GGUF whose logits are not those of `model` with its matrices rounded to Q8_0."""
    ids = torch.arange(1, 129).reshape(2, 64)
    read = read_gguf(file)(ids).logits
    for key, values in tensors_of(model):
        kind = stored_type(values)
        rounded = gguf.quants.dequantize(gguf.quants.quantize(values, kind), kind)
        model.state_dict()[key].copy_(torch.from_numpy(rounded))
    torch.testing.assert_close(read, model(ids).logits, atol=1e-4, rtol=0)


def check_tokens(file, tokenizer):
    """Refuses a GGUF whose tokenizer splits texts otherwise than `tokenizer` does."""
    rebuilt = read_tokenizer(file)
    for text in SAMPLES:
        expected = tokenizer.encode(text, add_special_tokens=False).ids
        if rebuilt.encode(text).ids != expected:
            raise ValueError(f"{file}: {text!r} has other tokens than in tokenizer.json.")
