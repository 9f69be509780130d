"""Writes gguf_tokenizers.json.gz: the lists of small vocabularies of every kind that GGUFs hold, with every name of
tokenizer.ggml.pre (but glm4 and glm5, which this llama.cpp has otherwise or not), and what llama.cpp cuts texts into by them, without the tokens that it puts around a text.

    pip install gguf==0.19.0 && npm install node-llama-cpp@3.22.1 && python gguf_tokenizers.py
"""

import base64
import gzip
import json
import pathlib
import random
import subprocess
import tempfile

import gguf
import numpy

FOLDER = pathlib.Path(__file__).parent
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
PRE = (
    "default gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum modern-bert mpt olmo jais "
    "trillion granite-docling exaone4 jina-v1-en jina-v2-code roberta-bpe llama3 llama-v3 llama-bpe falcon3 falcon-h1 "
    "pixtral midm-2.0 lfm2 jina-v5-nano dbrx smaug-bpe chatglm-bpe qwen2 deepseek-r1-qwen kormo f2llmv2 "
    "megrez stablelm2 hunyuan solar-open grok-2 qwen35 ufakzeka starcoder refact command-r smollm codeshell exaone "
    "minerva-7b mellum2 falcon gpt-4o llama4 kanana2 talkie minimax-m2 granite-embed-multi-97m tekken youtu tiny_aya "
    "cohere2moe deepseek-llm deepseek-coder deepseek-v3 hunyuan-dense joyai-llm hy_v4 spark2_5 afmoe superbpe kimi-k2 "
    "bloom gpt3-finnish poro-chat viking bailingmoe bailingmoe2 llada-moe seed-coder jais-2 exaone-moe chameleon "
    "laguna minicpm5"
).split()
TEXTS = [
    "",
    " ",
    "  x  ",
    "\n",
    "a \n\n b\r\n\r\n  c\t\t",
    "don't WE'LL I'Ve 'S'T x'dy ſ's",
    "1 12 123 1234 12345 123456 1234567 1234567890 ٣٤٥ ½² 1２3",
    "abc12345def, 3.14159; 1,000,000 x86_64",
    "camelCase UPPERCase ÉTAT éTat ΤΕΛΟΣ Русский Ǆ ǅ",
    "!!!... $100 €5 <=> ^_^ `a` |b| ~c~ #d @e (f) [g] {h}",
    ".foo,bar;Baz _x /path/to\n//c\n",
    "中文字符，標點。日本語カタカナ ひらがな 한국어 각 ㄅㄆ ㄱㄴ",
    "ภาษาไทย ខ្មែរ မြန်မာ ລາວ हिन्दी क्षत्रिय עִבְרִית العَرَبِيَّة، नमस्ते।",
    "cafe\u0301 naïve ﬁ Å \u212b \u0344 İstanbul ß ẞ",
    "👩‍👩‍👧 🏳️‍🌈 😀😃\u200d\ufeff\u200b x\u00a0y\u3000z\u0085w\u2028v\u001cu",
    "hello\u0301 \u0301\u0301x \u0301 1\u0301",
    " " * 13 + "x" + " " * 6 + "\n" + "\n" * 5 + "\t\t\ty",
    "<s>a</s> <|im_start|>b<|im_start|> </s>",
    "▁a ▁▁b a▁b ▁",
    "IMGIMGABCZ <sentinel:12>    a  b",
    "a  1 b   22 c\n1234\n 55",
    "…“quotes”‘x’—：；，！",
    "x <mask> y\t\n<mask>\n <mask><mask>",
    "</s> \n x<|shown|>\t y <|endoftext|> z <s> <unk> w",
]


def random_texts(draw):
    pieces = [
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "'s",
        "'LL",
        "1",
        "22",
        "4567",
        "a",
        "Bc",
        "É",
        "é",
        "\u0301",
        "的",
        "カ",
    ]
    pieces += [
        "각",
        "ไ",
        ".",
        "!?",
        "_",
        "$",
        "€",
        "😀",
        "\u00a0",
        "\u3000",
        "…",
        "/",
        "<s>",
        "ा",
        "क",
        "ʰ",
        "ª",
    ]
    return ["".join(draw.choices(pieces, k=draw.randint(2, 9))) for _ in range(60)]


def byte_pairs(golden):
    """A byte-level vocabulary, whose merges also make strings that are no tokens."""
    model = golden("byte_level_offsets")["kinds"]["gpt-2"]["tokenizer"]["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    # "the" can't be made by merges alone.
    tokens += [token for token in ("the", "1234", "ĠĠĠ", "ĊĊ", "12") if token not in model["vocab"]]
    merges = [" ".join(merge) for merge in model["merges"]] + ["q z", "qz a"]
    types = [CONTROL if id < 2 else USER_DEFINED if id == 2 else NORMAL for id in range(len(tokens))]
    return {"model": "gpt2", "tokens": tokens, "token_type": types, "merges": merges, "bos_token_id": 0}


def sentence_pairs(golden):
    data = golden("sentence_offsets")
    tokens = [token if token != "[PAD]" else "[pad]" for token in data["tokens"]]
    # Ties: scores of which many are alike.
    scores = [float(int(score / 7)) for score in data["scores"]]
    types = [
        CONTROL if id in (1, 2) else UNKNOWN if id == 0 else BYTE if id < 259 else NORMAL
        for id in range(len(tokens))
    ]
    return {"model": "llama", "tokens": tokens, "scores": scores, "token_type": types, "bos_token_id": 1}


def word_pieces(golden):
    vocab = golden("piece_models")["models"]["word piece"]["model"]["vocab"]
    learnt = [token for token in sorted(vocab, key=vocab.get) if token != "[UNK]"]
    spelt = [token[2:] if token.startswith("##") else "▁" + token for token in learnt]
    tokens = (
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
        + spelt
        + [f"▁{c}" for c in "abcdeéıi1.!的각가" if f"▁{c}" not in spelt]
    )
    types = [CONTROL] * 4 + [NORMAL] * (len(tokens) - 4)
    ids = {"bos_token_id": 2, "unknown_token_id": 1, "seperator_token_id": 3, "padding_token_id": 0}
    return {"model": "bert", "tokens": tokens, "token_type": types, **ids}


def unigrams(golden):
    data = golden("piece_models")
    vocab = [entry for entry in data["models"]["unigram"]["model"]["vocab"] if entry[0] != "<unk>"]
    tokens = ["<pad>", "</s>", "<unk>", "▁", "▁the", "▁a", "!?"] + [
        token.replace(" ", "▁") for token, _ in vocab
    ]
    scores = [0.0, 0.0, 0.0, -2.0, -3.0, -4.0, -5.0] + [score for _, score in vocab]
    types = [CONTROL, CONTROL, UNKNOWN, NORMAL, NORMAL, NORMAL, USER_DEFINED] + [NORMAL] * len(vocab)
    seen = {}
    for token, score, type_ in zip(tokens, scores, types):
        seen.setdefault(token, (score, type_))
    tokens = list(seen)
    scores = [numpy.float32(seen[token][0]).item() for token in tokens]
    return {
        "model": "t5",
        "tokens": tokens,
        "scores": scores,
        "token_type": [seen[token][1] for token in tokens],
    }


def make_cases(golden):
    """name: what stands under tokenizer.ggml, and general.name"""
    pairs, sentence, words, unigram = (
        make(golden) for make in (byte_pairs, sentence_pairs, word_pieces, unigrams)
    )
    charsmap = list(base64.b64decode(golden("piece_models")["map"]))
    cases = {f"pre {name}": {**pairs, "pre": name} for name in PRE}
    cases["no pre"] = pairs
    marked = {**sentence, "merges": sentence_merges(golden), "model": "gpt2"}
    cases["pre sarvam-moe"] = {**marked, "pre": "sarvam-moe"}
    cases["pre gemma4"] = {**marked, "pre": "gemma4"}
    cases["gemma4"] = {**marked, "model": "gemma4"}
    cases["llama"] = sentence
    cases["llama without a space before"] = {**sentence, "add_space_prefix": False}
    phi = {
        **sentence,
        "tokens": sentence["tokens"] + ["<|endoftext|>", "<|shown|>"],
        "scores": sentence["scores"] + [0.0, 0.0],
        "token_type": sentence["token_type"] + [CONTROL, USER_DEFINED],
    }
    cases["phi-3"] = {**phi, "general.name": "Phi-3 mini"}
    cases["not phi-3"] = phi
    mask = {**pairs, "tokens": pairs["tokens"] + ["<mask>"], "token_type": pairs["token_type"] + [CONTROL]}
    cases["pre jina-v2-code with a mask"] = {**mask, "pre": "jina-v2-code"}
    cases["pre roberta-bpe with a mask"] = {**mask, "pre": "roberta-bpe"}
    cases["bert"] = words
    cases["bert with case"] = {**words, "normalizer.lowercase": False}
    cases["bert with accents"] = {**words, "normalizer.strip_accents": False}
    cases["t5"] = unigram
    for prefix in (False, True):
        for joins in (False, True):
            settings = {"add_space_prefix": prefix, "remove_extra_whitespaces": joins}
            cases[f"t5 {int(prefix)} {int(joins)}"] = {**unigram, **settings}
            cases[f"t5 {int(prefix)} {int(joins)} by a map"] = {
                **unigram,
                **settings,
                "precompiled_charsmap": charsmap,
            }
    return cases


def sentence_merges(golden):
    model = golden("sentence_offsets")["kinds"]["llama"]["tokenizer"]["model"]
    return [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]


def write(path, keys):
    """A vocabulary alone, as llama.cpp opens it."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(keys.get("general.name", "tiny"))
    writer.add_context_length(8)
    writer.add_embedding_length(8)
    writer.add_block_count(1)
    writer.add_feed_forward_length(8)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    for name, value in keys.items():
        key = f"tokenizer.ggml.{name}"
        if name == "general.name":
            continue
        if name == "precompiled_charsmap":
            writer.add_key_value(key, value, gguf.GGUFValueType.ARRAY, gguf.GGUFValueType.UINT8)
        elif isinstance(value, bool):
            writer.add_bool(key, value)
        elif isinstance(value, int):
            writer.add_uint32(key, value)
        elif isinstance(value, str):
            writer.add_string(key, value)
        else:
            writer.add_array(key, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def main():
    """Asks llama.cpp."""
    golden = lambda name: json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))
    texts = TEXTS + random_texts(random.Random(11))
    cases = make_cases(golden)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        jobs = []
        for i, keys in enumerate(cases.values()):
            write(folder / f"{i}.gguf", keys)
            jobs.append([str(folder / f"{i}.gguf"), texts])
        (folder / "jobs.json").write_text(json.dumps(jobs))
        made = subprocess.run(
            ["node", FOLDER / "gguf_token_ids.mjs", folder / "jobs.json"], capture_output=True, check=True
        )
    answers = json.loads(made.stdout)
    vocabularies, known, rows = [], [], {}
    for (name, keys), ids in zip(cases.items(), answers):
        if ids is None:
            print(name, "isn't known to this llama.cpp")
            continue
        lists = {key: value for key, value in keys.items() if isinstance(value, list)}
        if lists not in vocabularies:
            vocabularies.append(lists)
        if ids not in known:
            known.append(ids)
        rows[name] = {
            "vocabulary": vocabularies.index(lists),
            "keys": {key: value for key, value in keys.items() if key not in lists},
            "answers": known.index(ids),
        }
    data = {"texts": texts, "vocabularies": vocabularies, "answers": known, "cases": rows}
    path = FOLDER / "gguf_tokenizers.json.gz"
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(len(rows), "cases,", len(known), "answers,", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
