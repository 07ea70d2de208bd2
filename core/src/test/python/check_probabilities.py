"""Compares PyTorch's probabilities from a model file with Downhill's own.

    python3 core/src/test/python/check_probabilities.py MODEL

Both are given the first images of Fashion-MNIST's test set: PyTorch as pixels / 255, and
`downhill predict --json` as PNG files. Where two probabilities are further apart than they may be,
it says so and ends with status 1. Needs torch alone.
"""

import gzip
import json
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import torch

sys.dont_write_bytecode = True  # else there would be a new file among the sources
from load_state_dict import network

ROOT = Path(__file__).resolve().parents[4]
IMAGES = ROOT / "fashion-mnist/src/main/resources/downhill/fashionmnist/t10k-images-idx3-ubyte.gz"
COUNT = 20
FARTHEST = 2e-6  # as docs/export.md says


def png(pixels, rows, columns):
    """Returns a grey picture as a PNG file."""

    def chunk(kind, data):
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    # Each row begins with the number of its filter, 0 for none.
    lines = b"".join(b"\0" + pixels[r * columns : (r + 1) * columns] for r in range(rows))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def pytorch(path, images):
    """Returns PyTorch's probabilities of each image."""
    model, _ = network(path)
    x = torch.tensor([[v / 255 for v in image] for image in images])
    with torch.no_grad():
        return torch.softmax(model(x), 1).tolist()


def downhill(path, images, rows, columns):
    """Returns Downhill's."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for i, image in enumerate(images):
            files.append(Path(folder, f"{i}.png"))
            files[i].write_bytes(png(image, rows, columns))
        command = [ROOT / "downhill", "predict", "--json", path, *files]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line)["probabilities"] for line in answer.stdout.splitlines()]


if __name__ == "__main__":
    with gzip.open(IMAGES) as file:
        _, _, rows, columns = struct.unpack(">IIII", file.read(16))
        images = [file.read(rows * columns) for _ in range(COUNT)]
    expected = pytorch(sys.argv[1], images)
    found = downhill(sys.argv[1], images, rows, columns)
    if len(found) != COUNT:
        sys.exit(f"expected {COUNT} answers, found {len(found)}")
    farthest = 0
    for i, (ours, theirs) in enumerate(zip(found, expected)):
        if len(ours) != len(theirs):
            sys.exit(f"image {i}: expected {len(theirs)} probabilities, found {len(ours)}")
        for k, (p, q) in enumerate(zip(ours, theirs)):
            if not abs(p - q) <= FARTHEST:
                sys.exit(f"image {i}, class {k}: PyTorch says {q}, Downhill {p}")
            farthest = max(farthest, abs(p - q))
    print(f"{COUNT} images: probabilities at most {farthest:.1e} apart")
