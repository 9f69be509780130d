"""Writes attention_onnx.json.gz: every node test of ONNX's operator Attention, as ONNX's own reference made it.

    pip install onnx==1.23.2 && python attention_onnx.py
"""

import base64
import gzip
import json
import pathlib

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases


def pack(array):
    array = np.asarray(array)
    kind = str(array.dtype)
    if array.dtype == np.bool_ or array.dtype == np.int64:
        data = array.astype(np.uint8 if array.dtype == np.bool_ else np.int32)
    else:
        data = array.astype(np.float32)  # halves are widened
    return {"dtype": kind, "shape": list(array.shape), "data": base64.b64encode(data.tobytes()).decode()}


def unpack_onnx(value):
    return onnx.numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value


cases = []
for case in collect_testcases("Attention"):
    if "_expanded" in case.name:
        continue
    (node,) = case.model.graph.node
    (data_set,) = case.data_sets
    inputs, outputs = data_set
    names = [name for name in node.input if name]
    # An optional input that is left out has an empty name.
    order = ["Q", "K", "V", "attn_mask", "past_key", "past_value", "nonpad_kv_seqlen"]
    present = [slot for slot, name in zip(order, node.input) if name]
    out_order = ["Y", "present_key", "present_value", "qk_matmul_output"]
    out_present = [slot for slot, name in zip(out_order, node.output) if name]
    assert len(present) == len(inputs) == len(names) and len(out_present) == len(outputs), case.name
    cases.append(
        {
            "name": case.name,
            "attributes": {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute},
            "inputs": {slot: pack(unpack_onnx(value)) for slot, value in zip(present, inputs)},
            "outputs": {slot: pack(unpack_onnx(value)) for slot, value in zip(out_present, outputs)},
        }
    )

folder = pathlib.Path(__file__).parent
text = json.dumps({"onnx": onnx.__version__, "cases": cases}, separators=(",", ":"))
(folder / "attention_onnx.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
print(len(cases), "cases", {d["dtype"] for c in cases for d in c["inputs"].values()})
print({k for c in cases for k in c["attributes"]})
