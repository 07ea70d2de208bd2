"""Exports small networks with torch.onnx.export, and what they say of some inputs.

    python3 onnx/src/test/python/make_torch_onnx.py

Needs torch (Debian package python3-torch). Writes torch-*.onnx and torch-expected.txt into the
tests' resources. A line of the latter: file | widths | what the first layer gets | probabilities.
"""

import pathlib

import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "downhill" / "onnx"
INPUTS = 3  # lines for each file


class View(nn.Module):
    """Flattens with view, as much older code does."""

    def __init__(self, width, inner):
        super().__init__()
        self.width = width
        self.inner = inner

    def forward(self, x):
        rows = x.size(0) if self.width < 0 else -1
        return self.inner(x.view(rows, self.width))


class Bytes(nn.Module):
    """Takes raw values."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x / 255)


class Skip(nn.Module):
    """No network of ours: it has a branch."""

    def __init__(self):
        super().__init__()
        self.one = nn.Linear(4, 4)
        self.two = nn.Linear(4, 2)

    def forward(self, x):
        return self.two(torch.relu(self.one(x)) + x)


def layers(*widths, bias=True, drop=0.0):
    found = []
    for n, m in zip(widths, widths[1:]):
        found += [nn.Linear(n, m, bias=bias), nn.ReLU()] + ([nn.Dropout(drop)] if drop else [])
    return found[: -2 if drop else -1]


def export(name, model, shape, dynamic=True, **options):
    model.eval()
    options.setdefault("opset_version", 13)
    torch.onnx.export(
        model,
        torch.zeros(1, *shape),
        str(FOLDER / name),
        input_names=["x"],
        output_names=["y"],
        dynamic_axes={"x": {0: "n"}, "y": {0: "n"}} if dynamic else None,
        **options,
    )


def main():
    torch.manual_seed(1)
    lines = [f"# torch {torch.__version__}; make_torch_onnx.py"]
    cases = [
        ("torch-linear.onnx", "6-5-3", nn.Sequential(*layers(6, 5, 3)), (6,), {}),
        (
            "torch-flatten.onnx",
            "6-5-4-3",
            nn.Sequential(nn.Flatten(), *layers(6, 5, 4, 3), nn.Softmax(1)),
            (1, 2, 3),
            {"opset_version": 11},
        ),
        ("torch-view.onnx", "6-5-3", View(6, nn.Sequential(*layers(6, 5, 3))), (2, 3), {}),
        ("torch-size.onnx", "6-5-3", View(-1, nn.Sequential(*layers(6, 5, 3))), (2, 3), {}),
        (
            "torch-no-bias.onnx",
            "6-5-3",
            nn.Sequential(*layers(6, 5, 3, bias=False), nn.LogSoftmax(-1)),
            (6,),
            {},
        ),
        (
            "torch-unfolded.onnx",
            "6-5-3",
            nn.Sequential(*layers(6, 5, 3, bias=False)),
            (6,),
            {"do_constant_folding": False},
        ),
        (
            "torch-dropout.onnx",
            "6-5-3",
            nn.Sequential(*layers(6, 5, 3, drop=0.5)),
            (6,),
            {"opset_version": 14, "training": torch.onnx.TrainingMode.PRESERVE},
        ),
        ("torch-one.onnx", "6-3", nn.Sequential(*layers(6, 3)), (6,), {"dynamic": False}),
        ("torch-bytes.onnx", "6-5-3", Bytes(nn.Sequential(*layers(6, 5, 3))), (6,), {}),
    ]
    for name, widths, model, shape, options in cases:
        export(name, model, shape, **options)
        for _ in range(INPUTS):
            x = torch.rand(1, *shape)
            with torch.no_grad():
                y = model(x * 255 if isinstance(model, Bytes) else x)
                y = y if "flatten" in name else torch.softmax(y, 1)
            numbers = [" ".join("%.9g" % v for v in t.flatten().tolist()) for t in (x, y)]
            lines.append(" | ".join([name, widths, *numbers]))
    (FOLDER / "torch-expected.txt").write_text("\n".join(lines) + "\n")

    export(
        "torch-refused-conv.onnx",
        nn.Sequential(nn.Conv2d(1, 2, 2), nn.Flatten(), nn.Linear(4, 2)),
        (1, 2, 3),
    )
    # Kept as a node, as it is where training goes on.
    norm = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 2))
    export("torch-refused-norm.onnx", norm, (4,))
    export("torch-refused-tanh.onnx", nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2)), (4,))
    export("torch-refused-skip.onnx", Skip(), (4,))


if __name__ == "__main__":
    main()
