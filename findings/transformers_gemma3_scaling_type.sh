#!/usr/bin/env bash
# Gemma 3 with rope_scaling in the first spelling, {"type": "linear"}, which Llama's files have (transformers 5.24.0).
# Expected: the full layers' positions are scaled, as with {"rope_type": "linear"} and as in Llama with either.
# Seen: the factor is kept in the config and not applied; no warning. Llama applies both spellings.
# What follows for us: both spellings scale, since a file that names a factor means it.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python torch==2.15.0 transformers==5.24.0 numpy==2.4.6 <<'PYTHON'
from transformers import Gemma3TextConfig, LlamaConfig

for spelling, gemma in (("type", "default"), ("rope_type", "linear")):
    scaling = {spelling: "linear", "factor": 8.0}
    full = Gemma3TextConfig(rope_scaling=dict(scaling)).rope_parameters["full_attention"]
    llama = LlamaConfig(rope_scaling=dict(scaling)).rope_parameters
    print(spelling, "Gemma 3:", full, "Llama:", llama)
    assert full["rope_type"] == gemma and full["factor"] == 8.0 and llama["rope_type"] == "linear"
PYTHON
