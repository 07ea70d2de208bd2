"""Loads a model file into PyTorch and prints its logits and probabilities for one input.

    python3 core/src/test/python/load_state_dict.py MODEL [X1 X2 …]

Without an input, all inputs are 0.5. Needs torch alone; the format is parsed here.
"""

import json
import struct
import sys

import torch


def load(path):
    """Returns a model file's tensors by name, in file order, and its metadata."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32)
        tensors[name] = values.reshape(entry["shape"])
    return tensors, metadata


def sequential(widths):
    """Returns Linear, ReLU, Linear, ReLU, …, Linear."""
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def network(path):
    """Returns a model file as a network of PyTorch's, and its metadata."""
    tensors, metadata = load(path)
    model = sequential([int(width) for width in metadata["downhill.architecture"].split("-")])
    model.load_state_dict(tensors, strict=True)
    return model, metadata


if __name__ == "__main__":
    model, metadata = network(sys.argv[1])
    x = torch.tensor([float(v) for v in sys.argv[2:]] or [0.5] * model[0].in_features)
    with torch.no_grad():
        logits = model(x)
    print(model)
    print("class names  ", json.loads(metadata["downhill.class_names"]))
    print("logits       ", logits.tolist())
    print("probabilities", torch.softmax(logits, 0).tolist())
