"""Loads a model file into PyTorch with load_state_dict, and stores what it says of the test images.

    python3 fashion-mnist/src/test/python/make_pytorch_outputs.py

Needs torch (Debian package python3-torch). The model is the one among this module's test resources;
./downhill train --network 784-16-10 --epochs 3 writes the same bytes.
"""

import gzip
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parents[3] / "core" / "src" / "test" / "python"))
from load_state_dict import load, sequential  # noqa: E402

DATA = HERE.parents[1] / "main" / "resources" / "downhill" / "fashionmnist"
RESOURCES = HERE.parent / "resources" / "downhill" / "fashionmnist"
STORED = 100  # images whose probabilities are stored


def idx(name, start):
    """Returns the bytes of an IDX file behind its header."""
    with gzip.open(DATA / name) as file:
        return torch.frombuffer(bytearray(file.read()[start:]), dtype=torch.uint8)


if __name__ == "__main__":
    tensors, metadata = load(RESOURCES / "fashion-784-16-10.safetensors")
    assert metadata["downhill.input_scaling"] == "x/255"
    model = sequential([int(n) for n in metadata["downhill.architecture"].split("-")])
    model.load_state_dict(tensors, strict=True)

    images = idx("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    labels = idx("t10k-labels-idx1-ubyte.gz", 8)
    with torch.no_grad():
        probabilities = torch.softmax(model(images / 255), 1)
    right = int((probabilities.argmax(1) == labels).sum())
    lines = [f"# torch {torch.__version__}; make_pytorch_outputs.py", str(right)]
    for row in probabilities[:STORED].tolist():
        lines.append(" ".join("%.9g" % p for p in row))
    (RESOURCES / "pytorch-outputs.txt").write_text("\n".join(lines) + "\n")
    print(right, "of", len(labels), "right")
