"""Draws the README's picture: a document of the demo as the live version read it, each value in its place.

    uv run python tools/readme_picture.py DEMO-FOLDER docs/read.png

The folder is one that `alongside demo --to DEMO-FOLDER` left.
"""

import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from alongside import open_engagement
from alongside.documents.parse import parse_bytes
from alongside.documents.render import render_page

NAMES = ("04-kessler.pdf", "02-merrin.jpg")
SCALE = 2.0
INK = (42, 68, 196)
PAPER = (246, 246, 243)


def main(folder: Path, target: Path) -> None:
    pictures = [picture(folder, name) for name in NAMES]
    height = 700
    pictures = [
        page.resize((round(page.width * height / page.height), height), Image.Resampling.LANCZOS)
        for page in pictures
    ]
    width = sum(page.width for page in pictures) + 24 * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, height + 48), PAPER)
    left = 24
    for page in pictures:
        sheet.paste(page, (left, 24))
        left += page.width + 24
    sheet.quantize(32).save(target, optimize=True)


def picture(folder: Path, name: str) -> Image.Image:
    """Return a document's first page with a box around each value, named by its field."""
    path = folder / "documents" / name
    data = path.read_bytes()
    with open_engagement(folder) as bench:
        answer = bench.value(bench.run("receipt", path, version=bench.live()).output)
    document = parse_bytes(data, name=name)
    page = document.pages[0]
    png = render_page(
        data, name=name, media_type=document.media_type, page=1, scale=SCALE, rotation=page.rotation
    )
    image = Image.open(io.BytesIO(png)).convert("RGB")
    draw = ImageDraw.Draw(image, "RGBA")
    for field, value in answer.items():
        for _, *edges in value["boxes"]:
            mark(
                draw,
                [edge * image.width / page.width for edge in edges],
                f"{field} {value['confidence']:.0%}",
            )
    return image


def mark(draw: ImageDraw.ImageDraw, box: list[float], label: str) -> None:
    x0, y0, x1, y1 = box
    draw.rounded_rectangle((x0 - 4, y0 - 3, x1 + 4, y1 + 3), radius=4, outline=INK, width=3, fill=(*INK, 28))
    font = ImageFont.load_default(20)
    width = draw.textlength(label, font=font)
    draw.rectangle((x0 - 6, y0 - 31, x0 + width + 6, y0 - 6), fill=INK)
    draw.text((x0, y0 - 30), label, fill="white", font=font)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
