#!/usr/bin/env bash
# numpy.save of JAX's small floats (numpy 2.4.6, ml_dtypes 0.6.0).
# Expected: an array of any type of ml_dtypes comes back from numpy.load, at least as bytes that tell which type it was.
# Seen: float8_e5m2 is written with the type '<f1', which numpy.load then refuses with a ValueError, while float8_e4m3fn,
# float8_e8m0fnu, float4_e2m1fn and int4 are all written as '<V1': no reader can tell them apart. bfloat16 is '<V2'.
# What follows for us: '<V2' is read as bfloat16; types of one byte are refused by name, since a guess would be a wrong map.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python numpy==2.4.6 ml_dtypes==0.6.0 <<'PYTHON'
import io
import re

import ml_dtypes
import numpy as np

seen = {}
for kind in ("bfloat16", "float8_e5m2", "float8_e4m3fn", "float8_e8m0fnu", "float4_e2m1fn", "int4"):
    file = io.BytesIO()
    np.save(file, np.array([1, 2], dtype=getattr(ml_dtypes, kind)))
    descr = re.search(rb"'descr': '([^']*)'", file.getvalue()).group(1).decode()
    file.seek(0)
    try:
        back = str(np.load(file).dtype)
    except ValueError as error:
        back = f"ValueError: {error}"
    seen[kind] = (descr, back)
    print(kind, *seen[kind])
opaque = ("<V1", "|V1")
assert seen == {
    "bfloat16": ("<V2", "|V2"),
    "float8_e5m2": ("<f1", "ValueError: descr is not a valid dtype descriptor: '<f1'"),
    "float8_e4m3fn": opaque,
    "float8_e8m0fnu": opaque,
    "float4_e2m1fn": opaque,
    "int4": opaque,
}
PYTHON
