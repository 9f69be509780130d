"""Arrays as Python writes them: by the explorer page's own snippet, and by numpy in every form.

Pins: numpy 2, torch 2.15, transformers 4.57.1. Run in the repository's folder, with MiniLM's folder as the argument:

    python tests/golden/exported_tensors.py ~/.cache/attention-head/sentence-transformers/all-MiniLM-L6-v2
"""

import html
import json
import os
import re
import sys
import tempfile

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "../../web/app/index.html")


def run_snippet(model: str, into: str) -> None:
    """Runs what the page shows, with a folder in the place of the hub's id."""
    with open(PAGE, encoding="utf-8") as page:
        code = re.search(r'<code id="snippet">(.*?)</code>', page.read(), re.S).group(1)
    code = html.unescape(code).replace('"sentence-transformers/all-MiniLM-L6-v2"', repr(model))
    before = os.getcwd()
    os.chdir(into)
    try:
        exec(compile(code, "snippet", "exec"), {})
    finally:
        os.chdir(before)


def main() -> None:
    model = os.path.abspath(os.path.expanduser(sys.argv[1]))
    folder = os.path.join(HERE, "exported_tensors")
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as into:
        run_snippet(model, into)
        attention = numpy.load(os.path.join(into, "attention.npz"))["weights"]
        # Rounded so that the file stays small; the weights are compared to 1e-3.
        numpy.savez_compressed(os.path.join(folder, "attention.npz"), weights=attention.astype(numpy.float16))
        with open(os.path.join(into, "tokens.json"), encoding="utf-8") as tokens:
            labels = json.load(tokens)
    with open(os.path.join(folder, "tokens.json"), "w", encoding="utf-8") as tokens:
        json.dump(labels, tokens)
    values = numpy.array([[0.5, -1.25, 3.0], [1e-3, 65504.0, -0.0]])
    for name, dtype in (("half", "<f2"), ("single", "<f4"), ("double", "<f8"), ("integer", "<i4")):
        numpy.save(os.path.join(folder, f"{name}.npy"), values.astype(dtype))
    numpy.save(os.path.join(folder, "fortran.npy"), numpy.asfortranarray(values.astype("<f4")))


if __name__ == "__main__":
    main()
