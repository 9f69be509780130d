"""Writes quantised_gguf.bin: random blocks of every quantised type of ggml that is read, and what the Python package
gguf makes of them.

    pip install gguf==0.19.0 && python quantised_gguf.py

For each type: its number, how many numbers and how many bytes (int32 each, little-endian), the bytes, and the numbers
as float32. Scales are halves of all kinds: plain, negative, zero, subnormal and large.
"""

import pathlib

import gguf
import numpy as np

BLOCKS = 24
TYPES = ["F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"]
# Where the halves lie in a block.
HALVES = {
    "Q8_0": [0],
    "Q4_0": [0],
    "Q4_1": [0, 2],
    "Q5_0": [0],
    "Q5_1": [0, 2],
    "Q4_K": [0, 2],
    "Q5_K": [0, 2],
    "Q6_K": [208],
}
SCALES = np.array([0.0123, -0.5, 0.0, 6e-8, -3.1e-5, 65504.0, -0.0, 1.0], np.float16)


def main():
    """Writes the file."""
    random = np.random.default_rng(1)
    out = bytearray()
    for name in TYPES:
        kind = gguf.GGMLQuantizationType[name]
        numbers, size = gguf.GGML_QUANT_SIZES[kind]
        if numbers == 1:
            halves = random.standard_normal(1000).astype(np.float16)
            halves[: len(SCALES)] = SCALES
            data = halves.view(np.uint8) if name == "F16" else random.integers(0, 256, 2000, np.uint8)
            if name == "BF16":
                data[1::2] &= 0x7E  # finite
        else:
            blocks = random.integers(0, 256, (BLOCKS, size), np.uint8)
            for place in HALVES[name]:
                scales = random.choice(SCALES, BLOCKS)
                blocks[:, place : place + 2] = scales.view(np.uint8).reshape(BLOCKS, 2)
            data = blocks.ravel()
        values = gguf.quants.dequantize(data.reshape(1, -1), kind).astype(np.float32).ravel()
        out += np.array([kind.value, len(values), len(data)], np.int32).tobytes()
        out += data.tobytes() + values.tobytes()
        print(name, len(values), np.abs(values).max())
    (pathlib.Path(__file__).parent / "quantised_gguf.bin").write_bytes(out)


if __name__ == "__main__":
    main()
