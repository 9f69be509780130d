#!/usr/bin/env bash
# safetensors.numpy.save of arrays that aren't contiguous (safetensors 0.8.0, numpy 2.4.6).
# Expected: the values of the array, or an error such as safetensors.torch raises for a tensor that isn't contiguous.
# Seen: the array's memory as it lies under the array's shape: a transposed array and every other column come back as
# other values, without a word.
# What follows for us: a file can't show it, so the page's help says numpy.ascontiguousarray where it names .safetensors.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python numpy==2.4.6 safetensors==0.8.0 <<'PYTHON'
import numpy as np
from safetensors.numpy import load, save

keys = np.arange(6, dtype=np.float32).reshape(2, 3)
for name, given, seen in (
    ("transposed", keys.T, [[0, 1], [2, 3], [4, 5]]),
    ("every other column", keys[:, ::2], [[0, 1], [2, 3]]),
):
    back = load(save({"key": given}))["key"]
    print(name, "given", given.tolist(), "comes back as", back.tolist())
    assert back.tolist() == seen != given.tolist()
whole = load(save({"key": np.ascontiguousarray(keys.T)}))["key"]
assert np.array_equal(whole, keys.T)
PYTHON
