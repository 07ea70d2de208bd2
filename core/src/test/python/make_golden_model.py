"""Writes the golden model files of ModelFileTest, with the standard library alone.

    python3 core/src/test/python/make_golden_model.py

The bytes are put together here independently of the Java code that must write the same ones.
"""

import json
import pathlib
import struct

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "downhill" / "modelfile"

W1 = [[-0.0, -0.5, -0.375], [-0.25, -0.125, 0.0], [0.125, 0.25, 0.375], [0.5, 0.625, 0.75]]
B1 = [1.401298464324817e-45, -1.5, 2.5, 1e-3]  # the first is the smallest positive float
W2 = [[1.0, -2.0, 3.0, -4.0], [0.1, 0.2, 0.3, 0.4]]
B2 = [-1e-8, 3.4028234663852886e38]  # the second is the largest float

METADATA = {
    "downhill.architecture": "3-4-2",
    "downhill.batch_size": "64",
    "downhill.class_names": json.dumps(
        ["Ankle boot", 'a "naïve" \\ 犬'], ensure_ascii=False, separators=(",", ":")
    ),
    "downhill.data_sha256": "00ff",
    "downhill.input_scaling": "x/255",
    "downhill.seed": "-42",
    "downhill.version": "1",
    "format": "pt",
}

# Of a table: two columns of numbers and one of two categories make four inputs.
TABLE_W1 = [[-0.0, -0.5, -0.375, -0.25], [-0.125, 0.0, 0.125, 0.25], [0.375, 0.5, 0.625, 0.75]]
TABLE_B1 = [1.401298464324817e-45, -1.5, 2.5]
TABLE_W2 = [[1.0, -2.0, 3.0], [0.1, 0.2, 0.3]]
TABLE_B2 = [-1e-8, 0.5]

# As Java writes numbers: -1.5E-7 and 0.0.
SCHEMA = (
    '{"label":"kind","missing":"mean","columns":['
    '{"name":"length \\"cm\\"","mean":-1.5E-7,"scale":0.1},'
    '{"name":"home","levels":["air","犬"],"shares":[0.25,0.75]},'
    '{"name":"year","mean":2013.372,"scale":0.0}]}'
)

TABLE_METADATA = {
    "downhill.architecture": "4-3-2",
    "downhill.class_names": '["bird","fish"]',
    "downhill.data_sha256": "00ff",
    "downhill.header": "false",
    "downhill.input_scaling": "schema",
    "downhill.schema": SCHEMA,
    "downhill.seed": "-42",
    "downhill.test_fraction": "0.2",
    "downhill.version": "1",
    "format": "pt",
}


def flat(values):
    return [x for row in values for x in row] if isinstance(values[0], list) else values


def shape(values):
    return [len(values), len(values[0])] if isinstance(values[0], list) else [len(values)]


def file_bytes(tensors, metadata):
    header = {} if metadata is None else {"__metadata__": metadata}
    data = b""
    for name, values in tensors:
        begin = len(data)
        data += struct.pack(f"<{len(flat(values))}f", *flat(values))
        header[name] = {
            "dtype": "F32",
            "shape": shape(values),
            "data_offsets": [begin, len(data)],
        }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


# As this project writes them: in the order of the layers, metadata sorted.
OURS = [("0.weight", W1), ("0.bias", B1), ("2.weight", W2), ("2.bias", B2)]
# As save_file(model.state_dict(), …) writes them: sorted by name, no metadata; a Flatten is 0.
PYTORCH = [("1.bias", B1), ("1.weight", W1), ("3.bias", B2), ("3.weight", W2)]
TABLE = [
    ("0.weight", TABLE_W1),
    ("0.bias", TABLE_B1),
    ("2.weight", TABLE_W2),
    ("2.bias", TABLE_B2),
]

if __name__ == "__main__":
    (FOLDER / "golden-3-4-2.safetensors").write_bytes(file_bytes(OURS, METADATA))
    (FOLDER / "flatten-3-4-2.safetensors").write_bytes(file_bytes(PYTORCH, None))
    (FOLDER / "golden-table-4-3-2.safetensors").write_bytes(file_bytes(TABLE, TABLE_METADATA))
