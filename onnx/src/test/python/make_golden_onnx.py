"""Writes the golden files of OnnxFileTest and TableStageTest, with the standard library alone.

    python3 onnx/src/test/python/make_golden_onnx.py

The bytes are put together here independently of the Java code that must write the same ones: the
wire format of Protocol Buffers, and the field numbers of onnx.proto.
"""

import json
import pathlib
import struct

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "downhill" / "onnx"

W1 = [[-0.0, -0.5, -0.375], [-0.25, -0.125, 0.0], [0.125, 0.25, 0.375], [0.5, 0.625, 0.75]]
B1 = [1.401298464324817e-45, -1.5, 2.5, 1e-3]  # the first is the smallest positive float
W2 = [[1.0, -2.0, 3.0, -4.0], [0.1, 0.2, 0.3, 0.4]]
B2 = [-1e-8, 3.4028234663852886e38]  # the second is the largest float
NAMES = json.dumps(["Ankle boot", 'a "naïve" \\ 犬'], ensure_ascii=False, separators=(",", ":"))
METADATA = {  # in this order, the version last
    "downhill.architecture": "3-4-2",
    "downhill.class_names": NAMES,
    "downhill.data_sha256": "00ff",
    "downhill.input_scaling": "x/255",
    "downhill.seed": "-42",
    "downhill.warmup_epochs": "1",
    "downhill.version": "1",
}

# Of a table: a column of numbers, one of two categories, and one of numbers that are all alike.
TABLE_W1 = [[-0.0, -0.5, -0.375, -0.25], [-0.125, 0.0, 0.125, 0.25], [0.375, 0.5, 0.625, 0.75]]
TABLE_B1 = [1.401298464324817e-45, -1.5, 2.5]
TABLE_W2 = [[1.0, -2.0, 3.0], [0.1, 0.2, 0.3]]
TABLE_B2 = [-1e-8, 0.5]
TABLE_OFFSET = [-1.5e-7, 0.0, 0.0, 2013.372]
TABLE_SCALE = [0.1, 1.0, 1.0, 0.0]
TABLE_MISSING = [-1.5e-7, 0.25, 0.75, 2013.372]
TABLE_METADATA = {
    "downhill.architecture": "4-3-2",
    "downhill.class_names": '["bird","fish"]',
    "downhill.data_sha256": "00ff",
    "downhill.header": "false",
    "downhill.input_scaling": "schema",
    "downhill.schema": (
        '{"label":"kind","missing":"mean","columns":['
        '{"name":"length \\"cm\\"","mean":-1.5E-7,"scale":0.1},'
        '{"name":"home","levels":["air","犬"],"shares":[0.25,0.75]},'
        '{"name":"year","mean":2013.372,"scale":0.0}]}'
    ),
    "downhill.seed": "-42",
    "downhill.test_fraction": "0.2",
    "downhill.version": "1",
}

FLOAT, DOUBLE, INT = 1, 11, 2  # TensorProto.FLOAT and DOUBLE; AttributeProto.INT


def varint(n):
    data = b""
    while n > 127:
        data += bytes([n & 127 | 128])
        n >>= 7
    return data + bytes([n])


def number(field, n):
    return varint(field << 3) + varint(n)


def message(field, data):
    data = data.encode("utf-8") if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def matrix(name, width, kind=FLOAT):
    """A ValueInfoProto: [batch, width] numbers."""
    dims = message(1, message(2, "batch")) + message(1, number(1, width))
    tensor = number(1, kind) + message(2, dims)
    return message(1, name) + message(2, message(1, tensor))


def tensor(name, values, kind=FLOAT):
    """A TensorProto."""
    dims, flat = [], values
    if isinstance(values, list):
        dims = [len(values)]
        if isinstance(values[0], list):
            dims.append(len(values[0]))
            flat = [x for row in values for x in row]
    else:
        flat = [values]
    data = b"".join(number(1, n) for n in dims) + number(2, kind) + message(8, name)
    return data + message(9, struct.pack(f"<{len(flat)}{'d' if kind == DOUBLE else 'f'}", *flat))


def node(operator, name, output, inputs, attribute=b""):
    """A NodeProto."""
    data = b"".join(message(1, x) for x in inputs)
    data += message(2, output) + message(3, name) + message(4, operator)
    return data + attribute


def one(name):
    """An attribute of a node whose value is 1."""
    return message(5, message(1, name) + number(3, 1) + number(20, INT))


def network(scaled):
    """The nodes of two layers, whose inputs are called so."""
    return [
        node("Gemm", "linear1", "z1", [scaled, "0.weight", "0.bias"], one("transB")),
        node("Relu", "relu1", "a1", ["z1"]),
        node("Gemm", "linear2", "logits", ["a1", "2.weight", "2.bias"], one("transB")),
        node("Softmax", "softmax", "probabilities", ["logits"], one("axis")),
    ]


def parameters(W1, B1, W2, B2):
    """Their tensors."""
    return [
        tensor("0.weight", W1),
        tensor("0.bias", B1),
        tensor("2.weight", W2),
        tensor("2.bias", B2),
    ]


def model(nodes, tensors, inputs, outputs, metadata):
    """A ModelProto."""
    graph = b"".join(message(1, n) for n in nodes) + message(2, "network")
    graph += b"".join(message(5, t) for t in tensors)
    graph += message(11, inputs) + message(12, outputs)
    data = number(1, 7) + message(2, "downhill") + message(7, graph)
    data += message(8, message(1, "") + number(2, 13))
    for key, value in metadata.items():
        data += message(14, message(1, key) + message(2, value))
    return data


if __name__ == "__main__":
    divide = node("Div", "divide", "scaled", ["input", "input.scale"])
    golden = model(
        [divide] + network("scaled"),
        [tensor("input.scale", 255.0)] + parameters(W1, B1, W2, B2),
        matrix("input", 3),
        matrix("probabilities", 2),
        METADATA,
    )
    (FOLDER / "golden-3-4-2.onnx").write_bytes(golden)
    stage = [
        node("IsNaN", "find_missing", "missing", ["input"]),
        node("Where", "fill_missing", "filled", ["missing", "input.missing", "input"]),
        node("Sub", "subtract", "centred", ["filled", "input.offset"]),
        node("Mul", "multiply", "scaled", ["centred", "input.scale"]),
        node("Cast", "round", "standardised", ["scaled"], one("to")),  # 1 is FLOAT
    ]
    constants = [
        tensor("input.missing", TABLE_MISSING, DOUBLE),
        tensor("input.offset", TABLE_OFFSET, DOUBLE),
        tensor("input.scale", TABLE_SCALE, DOUBLE),
    ]
    table = model(
        stage + network("standardised"),
        constants + parameters(TABLE_W1, TABLE_B1, TABLE_W2, TABLE_B2),
        matrix("input", 4, DOUBLE),
        matrix("probabilities", 2),
        TABLE_METADATA,
    )
    (FOLDER / "golden-table-4-3-2.onnx").write_bytes(table)
