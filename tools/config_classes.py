"""Writes web/lib/model/config/config_classes.ts: the keys and defaults of transformers' config classes.

    pip install transformers==5.24.0 && python tools/config_classes.py

Run by hand where a version of transformers or a family comes in; the build and its tests need no transformers.
"""

import dataclasses
import json
import pathlib

import transformers
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

ROOT = pathlib.Path(__file__).parent.parent
TARGET = ROOT / "web/lib/model/config/config_classes.ts"
TYPES = "bert roberta distilbert gpt2 llama mistral qwen2 qwen3 gemma2 gemma3_text".split()

HEAD = f"""// Written by tools/config_classes.py from transformers {transformers.__version__}.

/** A config class: what each of its keys is where config.json lacks it, and other names that its keys have. */
export interface ConfigClass {{
  defaults: Readonly<Record<string, unknown>>;
  aliases: Readonly<Record<string, string>>;
}}

export const TRANSFORMERS_VERSION = '{transformers.__version__}';

"""


def fields(config_class):
    """The keys of a class, with their defaults; those of rotary positions by the names that they have at the top."""
    own = {field.name: field.default for field in dataclasses.fields(config_class)}
    theta = config_class.default_theta
    if "rope_parameters" in own and isinstance(theta, dict):
        own |= {"rope_theta": theta["global"], "rope_local_base_freq": theta["local"]}
    elif "rope_parameters" in own:
        own["rope_theta"] = theta
    return own


def main():
    """Writes the table."""
    common = fields(transformers.PreTrainedConfig)
    classes = {}
    for model_type in TYPES:
        config_class = CONFIG_MAPPING[model_type]
        own = {
            key: value
            for key, value in fields(config_class).items()
            if key not in common or value != common[key]
        }
        classes[model_type] = {"defaults": own, "aliases": config_class.attribute_map}
    text = (
        HEAD
        + "/** The keys that every class has. */\n"
        + f"export const COMMON_DEFAULTS: ConfigClass['defaults'] = {json.dumps(common)};\n\n"
        + "/** By model_type. */\n"
        + f"export const CONFIG_CLASSES = {json.dumps(classes)} as const satisfies Readonly<Record<string, ConfigClass>>;\n"
    )
    TARGET.write_text(text)
    print(f"Wrote {TARGET.relative_to(ROOT)}; npx prettier --write it.")


if __name__ == "__main__":
    main()
