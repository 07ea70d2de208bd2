"""Writes the golden class of JavaSourceTest and its weights, with the standard library alone.

    python3 app/src/test/python/make_golden_class.py

The model is core's golden one of a table. The weights are put together here independently of the
Java code that must write the same ones; of the class, the text comes from the same template.
"""

import hashlib
import pathlib
import struct
import zlib

ROOT = pathlib.Path(__file__).parent.parent.parent.parent.parent
FOLDER = ROOT / "app/src/test/resources/downhill/export"
TEMPLATE = ROOT / "app/src/main/resources/downhill/export/Classifier.java.txt"
MODEL = ROOT / "core/src/test/resources/downhill/modelfile/golden-table-4-3-2.safetensors"

WIDTHS = [4, 3, 2]
OFFSET = [-1.5e-7, 0.0, 0.0, 2013.372]
SCALE = [0.1, 1.0, 1.0, 0.0]
MISSING = [-1.5e-7, 0.25, 0.75, 2013.372]
INPUTS = ['length "cm"', "home = air", "home = 犬", "year"]
W1 = [[-0.0, -0.5, -0.375, -0.25], [-0.125, 0.0, 0.125, 0.25], [0.375, 0.5, 0.625, 0.75]]
B1 = [1.401298464324817e-45, -1.5, 2.5]
W2 = [[1.0, -2.0, 3.0], [0.1, 0.2, 0.3]]
B2 = [-1e-8, 0.5]
CLASSES = ["bird", "fish"]

# What a table's class has and one of pixels has not.
PARTS = {
    "@X@": "double",
    "@TABLE@": """\
  private final double[] missing; // [inputs], NaN where missing values are refused
  private final List<String> inputNames;
""",
    "@READ@": """\
    missing = doubles(file, widths[0]);
    inputNames = names(file, widths[0]);
""",
    "@DOUBLES@": """\
  private static double[] doubles(ByteBuffer file, int count) {
    double[] values = new double[count];
    file.asDoubleBuffer().get(values);
    file.position(file.position() + Double.BYTES * count);
    return values;
  }

""",
    "@NAMES@": """\
  /**
   * Returns what each input is: the name of a column of numbers, or a column of categories and
   * one of them, as in {@code home = air}.
   */
  public List<String> inputNames() {
    return inputNames;
  }

""",
    "@PARAMETER@": """\
   * @param x one row, raw: a number for each column of numbers, and for each of categories as many as
   *     it has, 1 for that of the row and 0 for the others; NaN where a value is missing
""",
    "@SCALE@": """\
      double v = Double.isNaN(x[j]) ? missing[j] : x[j];
      a[j] = (float) ((v - offset[j]) * scale[j]);
""",
}


def ints(*values):
    return struct.pack(f">{len(values)}i", *values)


def floats(values):
    return struct.pack(f">{len(values)}f", *values)


def doubles(values):
    return struct.pack(f">{len(values)}d", *values)


def names(values):
    texts = [value.encode("utf-8") for value in values]
    return b"".join(ints(len(text)) + text for text in texts)


def layer(W, b):
    """The weights [in, out], and the biases."""
    return b"".join(floats(column) for column in zip(*W)) + floats(b)


if __name__ == "__main__":
    weights = ints(len(WIDTHS) - 1, *WIDTHS) + doubles(OFFSET + SCALE + MISSING) + names(INPUTS)
    weights += layer(W1, B1) + layer(W2, B2) + names(CLASSES)
    (FOLDER / "GoldenTable.weights").write_bytes(weights)
    text = TEMPLATE.read_text(encoding="utf-8")
    parts = PARTS | {
        "@PACKAGE@": "package com.example;\n\n",
        "@NAME@": "GoldenTable",
        "@NETWORK@": "-".join(str(width) for width in WIDTHS),
        "@MODEL@": hashlib.sha256(MODEL.read_bytes()).hexdigest(),
        "@CHECKSUM@": f"0x{zlib.crc32(weights):08x}",
    }
    for mark, part in parts.items():
        text = text.replace(mark, part)
    (FOLDER / "GoldenTable.java.txt").write_bytes(text.encode("ascii"))
