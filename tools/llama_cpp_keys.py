"""Writes what llama.cpp reads of a GGUF's metadata for each architecture that is read here.

    python tools/llama_cpp_keys.py LLAMA_CPP

LLAMA_CPP is a checkout of llama.cpp. What its loader takes where a key is absent becomes
web/lib/model/config/gguf/defaults.ts; the names of all its keys become tests/golden/llama_cpp_keys.json, which a test
walks.
"""

import json
import pathlib
import re
import sys

ARCHITECTURES = ["llama", "qwen2", "qwen3", "gemma2", "gemma3", "gpt2", "bert"]
ROOT = pathlib.Path(__file__).parents[1]
CALL = re.compile(r"ml\.get_(?:key|arr|key_or_arr|arr_n)\(\s*LLM_KV_(\w+),\s*([\w.]+)([^;]*)\)")
ASSIGNMENT = re.compile(r"(?:^|\s)(?:[\w:]+\s+)?([\w.]+)\s*=\s*([^=;]+);|(\w+)\((\"\w+\")\);")
PATTERN = re.compile(r"load_swa_pattern\(ml,\s*(\d+)")
LITERAL = re.compile(r"^(-?\d+(\.\d*)?)f?$")


def version(source):
    """The version that the build file says."""
    text = (source / "CMakeLists.txt").read_text()
    return ".".join(
        re.search(rf"LLAMA_VERSION_{part} (\d+)", text)[1] for part in ("MAJOR", "MINOR", "PATCH")
    )


def key_names(source):
    """Each key's name by its constant; those of an architecture without the architecture's own."""
    text = (source / "src/llama-arch.cpp").read_text()
    return dict(re.findall(r'\{\s*LLM_KV_(\w+),\s*"([^"]+)"\s*\}', text))


def body(text, signature):
    """What stands between a function's braces at the start of lines."""
    return text[text.index(signature) :].split("\n}\n")[0]


def literal(text):
    """A number, a truth or a text of C++; None for anything else."""
    text = text.strip()
    if LITERAL.match(text):
        number = float(LITERAL.match(text)[1])
        return int(number) if number == int(number) else number
    return {"true": True, "false": False}.get(text, text.strip('"') if text.startswith('"') else None)


def initial_values(source):
    """What the fields of the hyperparameters begin as."""
    text = (source / "src/llama-hparams.h").read_text()
    return {
        f"hparams.{name}": value
        for name, value in re.findall(r"^\s+[\w:]+\s+(\w+)\s*=\s*([^;]+);", text, re.M)
    }


def read_keys(function, values, names):
    """The keys that a function reads: those that must be there, and what others are where they aren't."""
    required, defaults, derived = [], {}, []
    for line in function.split("\n"):
        for name, value, constructed, text in ASSIGNMENT.findall(line):
            values[name or constructed] = value or text
        if pattern := PATTERN.search(line):
            defaults["attention.sliding_window_pattern"] = int(pattern[1])
        for constant, target, rest in CALL.findall(line):
            key = names[constant].removeprefix("%s.")
            is_optional = "false" in rest
            value = literal(values.get(target, ""))
            if key in defaults:
                continue
            if not is_optional:
                required.append(key)
            elif value is None:
                derived.append(key)
            else:
                defaults[key] = value
    return required, defaults, derived


def main():
    """Writes both files."""
    source = pathlib.Path(sys.argv[1])
    names = key_names(source)
    common = body((source / "src/llama-model.cpp").read_text(), "void llama_model_base::load_hparams(")
    tables = {}
    for architecture in ARCHITECTURES:
        own = (source / f"src/models/{architecture}.cpp").read_text()
        own = body(own, f"void llama_model_{architecture}::load_arch_hparams(")
        required, defaults, derived = read_keys(common + own, initial_values(source), names)
        required = [key for key in required if not key.startswith(("features", "posnet", "convnext"))]
        tables[architecture] = {
            "required": sorted(set(required)),
            "defaults": dict(sorted(defaults.items())),
            "derived": sorted(set(derived) - set(defaults) - set(required)),
        }
    said = f"llama.cpp {version(source)}"
    defaults = {name: table["defaults"] for name, table in tables.items()}
    (ROOT / "web/lib/model/config/gguf/defaults.ts").write_text(
        f"// What {said} takes where a GGUF's metadata lack a key, by architecture (src/llama-model.cpp, src/models).\n"
        "// Written by tools/llama_cpp_keys.py.\n"
        f"export const GGUF_DEFAULTS = {json.dumps(defaults, indent=2)} as const;\n"
    )
    (ROOT / "tests/golden/llama_cpp_keys.json").write_text(
        json.dumps({"from": said, "keys": sorted(names.values()), "architectures": tables}, indent=1) + "\n"
    )
    for name, table in tables.items():
        print(name, json.dumps(table))


if __name__ == "__main__":
    main()
