"""Writes the JPEGs of ImageFileTest, with Pillow (Debian package python3-pil).

    python3 core/src/test/python/make_photo.py

A picture of 96 x 64 with smooth and sharp parts, with half the colours (4:2:0), as cameras store
them; and one pixel in the colours of printers. Prints the SHA-256 of what Pillow decodes of the
first, planes of red, green and blue: where it is the one in the test, two decoders agree to the
bit.
"""

import hashlib
import pathlib

from PIL import Image, ImageDraw

FILE = pathlib.Path(__file__).parent.parent / "resources" / "downhill" / "data" / "photo.jpg"

image = Image.new("RGB", (96, 64))
for y in range(64):
    for x in range(96):
        image.putpixel((x, y), (x * 255 // 95, y * 255 // 63, (x + y) * 3 % 256))
draw = ImageDraw.Draw(image)
draw.ellipse((10, 8, 50, 48), fill=(250, 40, 30))
draw.rectangle((40, 20, 88, 40), outline=(10, 240, 250), width=3)
draw.line((0, 63, 95, 0), fill=(255, 255, 255), width=2)
image.save(FILE, quality=85, subsampling=2)
Image.new("CMYK", (1, 1)).save(FILE.with_name("cmyk.jpg"))
planes = b"".join(plane.tobytes() for plane in Image.open(FILE).convert("RGB").split())
print(hashlib.sha256(planes).hexdigest())
