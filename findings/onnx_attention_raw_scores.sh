#!/usr/bin/env bash
# The scores that ONNX's Attention gives beside its result, where there is a softcap (onnx 1.23.2, onnxruntime 1.32.0).
# Expected: qk_matmul_output_mode 0 is q·k itself and mode 1 is behind the softcap, as the operator's text says.
# Seen: ONNX's own reference gives the softcapped scores in mode 0 too; ONNX Runtime gives q·k. Mode 1 agrees in both.
# What follows for us: tap "scores" is before the softcap, as the text has it and as ONNX Runtime does; ONNX's own node
# tests hold no such case, so a reader who compares with the reference sees a difference that isn't ours.
set -euo pipefail
# shellcheck source=findings/with_python.sh
source "$(dirname "$0")/with_python.sh"
with_python numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

draw = np.random.default_rng(0).normal
given = {name: draw(size=(1, 1, 3, 4)).astype(np.float32) for name in "qkv"}
raw = given["q"] @ given["k"].swapaxes(-1, -2) / 2
capped = 2 * np.tanh(raw / 2)


def scores(mode):
    """By the reference, and by ONNX Runtime."""
    node = helper.make_node("Attention", ["q", "k", "v"], ["y", "", "", "s"], softcap=2.0, qk_matmul_output_mode=mode)
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, 3, 4]) for name in "qkvy"]
    infos.append(helper.make_tensor_value_info("s", TensorProto.FLOAT, [1, 1, 3, 3]))
    graph = helper.make_graph([node], "attention", infos[:3], infos[3:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 24)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return ReferenceEvaluator(model).run(None, given)[1], session.run(None, given)[1]


for mode in (0, 1):
    for who, found in zip(("reference", "runtime"), scores(mode)):
        is_raw, is_capped = np.allclose(found, raw, atol=1e-5), np.allclose(found, capped, atol=1e-5)
        print("mode", mode, who, "q·k" if is_raw else "softcapped" if is_capped else "neither")
        assert (is_raw, is_capped) == (mode == 0 and who == "runtime", mode == 1 or who == "reference")
PYTHON
