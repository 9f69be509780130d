"""Arrays as Python writes them: by the explorer page's own snippet, by generate, and by numpy and safetensors in every form.

Pins: numpy 2.4.6, torch 2.15.0, transformers 5.24.0, tokenizers 0.23.3, safetensors 0.8.0, ml_dtypes 0.6.0. Run in the
repository's folder, with MiniLM's folder as the argument:

    python tests/golden/exported_tensors.py ~/.cache/attention-head/sentence-transformers/all-MiniLM-L6-v2
"""

import gzip
import html
import json
import os
import re
import sys
import tempfile

import ml_dtypes
import numpy
import safetensors.numpy
import safetensors.torch
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "exported_tensors")
PAGE = os.path.join(HERE, "../../web/app/index.html")
WORDS = "the cat sat on mat . le chat".split()


def run_snippet(model: str, into: str) -> dict:
    """Runs what the page shows, with a folder in the place of the hub's id; gives its variables."""
    with open(PAGE, encoding="utf-8") as page:
        code = re.search(r'<code id="snippet">(.*?)</code>', page.read(), re.S).group(1)
    code = html.unescape(code).replace('"sentence-transformers/all-MiniLM-L6-v2"', repr(model))
    code = code.replace("The cat", "the cat").replace("Le chat", "le chat")
    variables: dict = {}
    before = os.getcwd()
    os.chdir(into)
    try:
        exec(compile(code, "snippet", "exec"), variables)
    finally:
        os.chdir(before)
    return variables


def path(name: str) -> str:
    return os.path.join(FOLDER, name)


def tokenizer_of(special: list[str]) -> transformers.PreTrainedTokenizerFast:
    """Pieces with SentencePiece's mark, one a word."""
    vocabulary = {word: i for i, word in enumerate([*special, *("▁" + word for word in WORDS)])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=special[0]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = decoders.Metaspace()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token=special[0], pad_token=special[-1]
    )


def tiny_models() -> dict:
    """Random models of two layers, one for each shape of what a model of transformers gives."""
    size = dict(vocab_size=16, num_hidden_layers=2, num_attention_heads=2)
    t = transformers
    return {
        "bert": t.BertModel(t.BertConfig(**size, hidden_size=8, intermediate_size=8)),
        "llama": t.LlamaModel(
            t.LlamaConfig(**size, hidden_size=8, intermediate_size=8, num_key_value_heads=1)
        ).bfloat16(),
        "gemma": t.Gemma3TextModel(
            t.Gemma3TextConfig(
                **size,
                hidden_size=8,
                intermediate_size=8,
                num_key_value_heads=1,
                head_dim=4,
                sliding_window=3,
            )
        ),
        "t5": t.T5Model(
            t.T5Config(
                vocab_size=16, d_model=8, d_kv=4, d_ff=8, num_layers=2, num_heads=2, decoder_start_token_id=0
            )
        ),
    }


def save_rounded(name: str, arrays: dict) -> None:
    """An .npz of halves, so that the file stays small; weights are compared to 1e-3."""
    halves = {key: a.astype(numpy.float16) if a.dtype == numpy.float32 else a for key, a in arrays.items()}
    numpy.savez_compressed(path(name), **halves)


def by_snippet(minilm: str) -> dict:
    expected = {}
    with tempfile.TemporaryDirectory() as into:
        variables = run_snippet(minilm, into)
        save_rounded("attention.npz", dict(numpy.load(os.path.join(into, "attention.npz"))))
        for name, model in tiny_models().items():
            folder = os.path.join(into, name)
            for parameter in model.parameters():
                parameter.data = torch.randn_like(parameter)
            model.save_pretrained(folder)
            tokenizer_of(["<unk>", "<pad>"]).save_pretrained(folder)
            variables = run_snippet(folder, into)
            with open(os.path.join(into, "attention.npz"), "rb") as file, open(
                path(f"{name}.npz"), "wb"
            ) as kept:
                kept.write(file.read())
            outputs = variables["outputs"]
            expected[name] = {
                kind: [[head.float().tolist() for head in layer[0]] for layer in layers]
                for kind, layers in outputs.items()
                if kind.endswith("attentions")
            }
    return expected


def by_generate() -> list:
    """The attentions of generate, in the forms in which people keep what is no rectangle."""
    config = transformers.LlamaConfig(
        vocab_size=16, hidden_size=8, intermediate_size=8, num_hidden_layers=3, num_attention_heads=2
    )
    config._attn_implementation = "eager"
    model = transformers.LlamaForCausalLM(config)
    for parameter in model.parameters():
        parameter.data = torch.randn_like(parameter)
    prompt = torch.tensor([[2, 3, 4, 5]])
    out = model.generate(
        prompt, max_new_tokens=4, do_sample=False, eos_token_id=None, pad_token_id=1,
        output_attentions=True, return_dict_in_generate=True,
    )  # fmt: skip
    # Steps of layers of [batch, heads, queries, keys].
    steps = out.attentions
    tokens = numpy.array([f"t{i}" for i in out.sequences[0].tolist()])
    stacked = [torch.stack(step).numpy() for step in steps]
    numpy.savez(path("generate_steps.npz"), tokens=tokens, **{f"step_{i}": a for i, a in enumerate(stacked)})
    numpy.savez(path("generate_list.npz"), *stacked)
    both = {f"attn_{i}_{j}": layer.numpy() for i, step in enumerate(steps) for j, layer in enumerate(step)}
    numpy.savez(path("generate_steps_layers.npz"), tokens=tokens, **both)
    layers = {
        f"layer{j}.step{i}": layer.clone() for i, step in enumerate(steps) for j, layer in enumerate(step)
    }
    safetensors.torch.save_file(layers, path("generate.safetensors"), {"tokens": json.dumps(tokens.tolist())})
    with torch.no_grad():
        whole = model(out.sequences[:, :-1], output_attentions=True).attentions
    return [[head.tolist() for head in layer[0]] for layer in whole]


def by_layers(attention: numpy.ndarray) -> None:
    """[layers, heads, queries, keys] as lists of layers."""
    layers = [layer[None] for layer in attention]
    numpy.savez(path("list.npz"), *layers)
    numpy.savez(path("attn.npz"), **{f"attn_{i}": layer for i, layer in enumerate(layers)})
    numpy.save(path("stack.npy"), attention[:, None])
    torch_layers = {f"attentions.{i}": torch.from_numpy(layer).bfloat16() for i, layer in enumerate(layers)}
    safetensors.torch.save_file(torch_layers, path("attentions.safetensors"))


def by_vectors(random: numpy.random.Generator) -> dict:
    """Queries, keys and values as several libraries lay them and name them, and their weights."""
    query = random.standard_normal((2, 4, 5, 6)).astype(numpy.float32)
    key, value = (random.standard_normal((2, 2, 5, 6)).astype(numpy.float32) for _ in range(2))
    names = ("q_proj", "k_proj", "v_proj")
    tensors = {
        f"layer.{i}.{name}": array[i : i + 1]
        for name, array in zip(names, (query, key, value))
        for i in range(2)
    }
    safetensors.numpy.save_file(tensors, path("vectors.safetensors"))
    # As flax and MLX lay them: [batch, tokens, heads, dim], in bfloat16.
    rounded = [a.astype(ml_dtypes.bfloat16) for a in (query[:1], key[:1], value[:1])]
    flax = {
        f"decoder/layer/self_attention/{name}": numpy.ascontiguousarray(a.transpose(0, 2, 1, 3))
        for name, a in zip(("query", "key", "value"), rounded)
    }
    numpy.savez(
        path("flax.npz"), tokens=numpy.array(list("abcde")), input_ids=numpy.arange(5)[None], **flax,
        attention_mask=numpy.array([[1, 1, 1, 1, 0]]),
    )  # fmt: skip
    queries, keys, values = (a.astype(numpy.float32)[0] for a in rounded)
    safetensors.numpy.save_file(
        {"queries": queries, "keys": keys, "values": values}, path("mlx.safetensors"), {"format": "mlx"}
    )
    step = {"q": query[0, :, -1:], "k": key[0], "v": value[0]}
    numpy.savez(path("step.npz"), tokens=numpy.array([b"a", b"b", b"c", b"d", b"e"]), **step)

    def weights(q, k, mask):
        scores = numpy.einsum(
            "hid,hjd->hij", q.astype(float), numpy.repeat(k, 2, 0).astype(float)
        ) / numpy.sqrt(6)
        scores = numpy.where(mask, scores, -numpy.inf)
        shares = numpy.exp(scores - scores.max(-1, keepdims=True))
        return (shares / shares.sum(-1, keepdims=True)).tolist()

    every = numpy.ones((5, 5), bool)
    return {
        "vectors": [weights(q, k, every) for q, k in zip(query, key)],
        "flax": [weights(queries, keys, numpy.arange(5) < 4)],
        "mlx": [weights(queries, keys, every)],
        "mlx_causal": [weights(queries, keys, numpy.tri(5, dtype=bool))],
        "step": [weights(step["q"], step["k"], every[:1])],
    }


def by_numpy() -> None:
    """One small array in every form, and arrays that are something else."""
    values = numpy.array([[0.5, -1.25, 3.0], [1e-3, 65504.0, -0.0]])
    kinds = {
        "half": "<f2",
        "single": "<f4",
        "double": "<f8",
        "big": ">f4",
        "big_half": ">f2",
        "big_double": ">f8",
    }
    for name, dtype in kinds.items():
        numpy.save(path(f"{name}.npy"), values.astype(dtype))
    numpy.save(path("bfloat.npy"), values.astype(ml_dtypes.bfloat16))
    numpy.save(path("fortran.npy"), numpy.asfortranarray(values.astype("<f4")))
    cube = numpy.arange(24, dtype=">f4").reshape(2, 3, 4)
    numpy.save(path("fortran_cube.npy"), numpy.asfortranarray(cube))
    whole = numpy.array([[0, -1, 2], [3, 127, -128]])
    integers = {f"{kind}{size}": f"{order}{kind}{size}" for order, kind, size in (("<", "i", 8), (">", "i", 4), (">", "i", 2), ("|", "i", 1))}  # fmt: skip
    numpy.savez(path("integers.npz"), **{name: whole.astype(dtype) for name, dtype in integers.items()})
    others = {
        "objects": numpy.array(["a", None], dtype=object),
        "complex": values.astype(complex),
        "float8": values.astype(ml_dtypes.float8_e4m3fn),
        "records": numpy.zeros(2, dtype=[("a", "<f4")]),
        "text": numpy.array("one text"),
        "dates": numpy.array(["2026-01-01"], dtype="datetime64[D]"),
        "lse": numpy.zeros(3, dtype=numpy.float32),
        "weights": numpy.full((2, 3, 3), 1 / 3, dtype=numpy.float32),
        "tokens": numpy.array(["[CLS]", "cät", "😀"], dtype=">U5"),
    }
    numpy.savez(path("others.npz"), **others)
    safetensors.torch.save_file(
        {
            "q": torch.ones(3, 4).to(torch.float8_e4m3fn),
            "weights": torch.full((3, 3), 1 / 3, dtype=torch.float64),
            "mask": torch.ones(3, dtype=torch.bool),
        },
        path("float8.safetensors"),
    )
    # What page and README warn of: the memory of an array that isn't contiguous, as it lies.
    turned = numpy.arange(6, dtype=numpy.float32).reshape(2, 3).T
    file = safetensors.numpy.save({"x": turned})
    assert numpy.frombuffer(file[-24:], "<f4").tolist() == [0, 1, 2, 3, 4, 5] != turned.ravel().tolist()
    file = safetensors.numpy.save({"x": numpy.ascontiguousarray(turned)})
    assert numpy.frombuffer(file[-24:], "<f4").tolist() == turned.ravel().tolist()


def main() -> None:
    torch.manual_seed(14)
    os.makedirs(FOLDER, exist_ok=True)
    snippet = by_snippet(os.path.abspath(os.path.expanduser(sys.argv[1])))
    random = numpy.random.default_rng(14)
    attention = random.dirichlet(numpy.ones(4), (3, 2, 4)).astype(numpy.float32)
    by_layers(attention)
    expected = {
        "snippet": snippet,
        "generate": by_generate(),
        "layers": attention.tolist(),
        **by_vectors(random),
    }
    by_numpy()
    rounded = json.loads(json.dumps(expected), parse_float=lambda number: round(float(number), 7))
    with gzip.GzipFile(path("expected.json.gz"), "wb", mtime=0) as file:
        file.write(json.dumps(rounded).encode())


if __name__ == "__main__":
    main()
