"""Writes the golden event file of EventFileTest, with the standard library alone.

    python3 app/src/test/python/make_golden_events.py

The bytes are put together here independently of the Java code that must write the same ones; the
numbers of the fields are those of TensorFlow's event.proto, summary.proto and tensor.proto.
"""

import pathlib
import struct

FILE = (
    pathlib.Path(__file__).parent.parent
    / "resources" / "downhill" / "tensorboard" / "golden.tfevents"
)


def crc32c(data):
    """Castagnoli's checksum, bit by bit: polynomial 0x1EDC6F41, here reversed."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


# Appendix B.4 of RFC 3720, and the usual check value.
assert crc32c(bytes(32)) == 0x8A9136AA
assert crc32c(bytes([255] * 32)) == 0x62A8AB43
assert crc32c(b"123456789") == 0xE3069283


def masked(data):
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def record(event):
    length = struct.pack("<Q", len(event))
    return length + masked(length) + event + masked(event)


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n % 128 + 128])
        n //= 128
    return out + bytes([n])


def key(field, wire):
    return varint(8 * field + wire)


def double(field, x):
    return key(field, 1) + struct.pack("<d", x)


def single(field, x):
    return key(field, 5) + struct.pack("<f", x)


def integer(field, n):
    return key(field, 0) + varint(n)


def chunk(field, data):
    data = data.encode("utf-8") if isinstance(data, str) else data
    return key(field, 2) + varint(len(data)) + data


def scalars(wall_time, step, values):
    summary = b"".join(chunk(1, chunk(1, tag) + single(2, x)) for tag, x in values)
    return double(1, wall_time) + (integer(2, step) if step else b"") + chunk(5, summary)


def text(wall_time, step, tag, markdown):
    tensor = integer(1, 7) + chunk(2, b"") + chunk(8, markdown)
    metadata = chunk(1, chunk(1, "text")) + integer(4, 2)
    value = chunk(1, tag) + chunk(8, tensor) + chunk(9, metadata)
    return double(1, wall_time) + (integer(2, step) if step else b"") + chunk(5, chunk(1, value))


EVENTS = [
    double(1, 1700000000.25) + chunk(3, "brain.Event:2"),
    text(1700000000.5, 0, "settings", "| a | b |\n|---|---|\n| größe | 犬 |\n" + 20 * "0123456789"),
    scalars(1700000001.0, 938, [("accuracy/test", 0.8125), ("loss/test", 0.1)]),
    scalars(1700000002.0, 2**40 + 1, [("loss/train", float("inf"))]),
    scalars(1700000003.0, 0, [("zero", 0.0)]),
]

if __name__ == "__main__":
    FILE.write_bytes(b"".join(map(record, EVENTS)))
