"""Makes a printed page look like what came off a scanner or a phone. Same page, same `Random`: same pixels."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from random import Random
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from alongside.cli.demo.pdf import text_pdf
from alongside.cli.demo.sheet import Sheet

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["LOOKS", "Look", "encode", "scan"]

_SIDEWAYS = 90
_FAX_BLACK = 150
"""The grey up to which a fax machine sends black."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page was scanned.

    `ink` is the grey of the print (0 black, 255 gone) and `patchy` how much of it the worn places lose (0 to 1);
    `tilt` in degrees at most; `grain` is the noise's standard deviation in grey levels; `turn` in degrees
    anticlockwise; `folds` are dark lines across; `paper` is its colour (None: a grey scan); `quality` is JPEG's.
    """

    ink: int = 40
    patchy: float = 0.25
    tilt: float = 0.9
    soft: float = 0.55
    grain: float = 5.0
    turn: int = 0
    folds: int = 0
    paper: str | None = None
    quality: int = 68
    dpi: int = 200


LOOKS: Mapping[str, Look] = {
    "office": Look(),
    "cream": Look(paper="#f6efdc", ink=48, folds=1, quality=62),
    "folded": Look(folds=2, tilt=1.3, grain=6.0),
    "faint": Look(ink=140, patchy=0.5, grain=6.0, soft=0.6),
    "worn": Look(ink=100, patchy=0.6, grain=7.0, tilt=1.2, folds=2, paper="#f3f0ea", quality=55),
    "sideways": Look(turn=90, tilt=0.7),
    "upside-down": Look(turn=180, paper="#f7f3ea", ink=55),
    "fax": Look(ink=20, patchy=0.15, grain=12.0, soft=0.5),
}


def scan(sheet: Sheet, look: Look, rng: Random) -> "Image":
    """Return the page as a picture; grey unless the look has a paper colour."""
    from PIL import Image, ImageOps

    ink = _worn(_print(sheet, look.dpi), look, rng)
    page = _lit(ink, look, rng)
    page = _filtered(_tilted(page, look, rng), look, rng)
    if look.turn:
        page = page.transpose(
            Image.Transpose.ROTATE_90 if look.turn == _SIDEWAYS else Image.Transpose.ROTATE_180
        )
    return page if look.paper is None else ImageOps.colorize(page, "#14161c", look.paper)


def encode(picture: "Image", suffix: str, look: Look) -> bytes:
    """Return the picture as a `.jpg`, `.png` or `.tiff` file; TIFF is one bit deep, as a fax is."""
    out = io.BytesIO()
    dpi = (look.dpi, look.dpi)
    if suffix == ".tiff":
        black = picture.point([255 * (grey > _FAX_BLACK) for grey in range(256)]).convert("1")
        black.save(out, "TIFF", compression="group4", dpi=dpi)
    elif suffix == ".png":
        # 32 greys: scanners that write PNG do it too, and the file halves.
        coarse = picture.convert("L").point([grey & 0xF8 | 0x04 for grey in range(256)])
        coarse.save(out, "PNG", compress_level=4, dpi=dpi)
    else:
        picture.save(out, "JPEG", quality=look.quality, dpi=dpi)
    return out.getvalue()


def _print(sheet: Sheet, dpi: int) -> "Image":
    """Return the page in black on white, drawn by pdfium with its own fonts."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(text_pdf(sheet))
    try:
        page: Any = pdf[0]  # pypdfium2 declares render's scale an int and its result nothing
        return page.render(scale=dpi / 72, grayscale=True).to_pil().copy()
    finally:
        pdf.close()


def _worn(page: "Image", look: Look, rng: Random) -> "Image":
    """Return the print with its ink lightened, in patches."""
    from PIL import Image, ImageChops

    thin = page.point([look.ink + (255 - look.ink) * grey // 255 for grey in range(256)])
    wear = _clouds(page.size, (5, 9), round(150 * look.patchy), rng)
    return ImageChops.add(thin, Image.composite(wear, Image.new("L", page.size), ImageChops.invert(thin)))


def _lit(page: "Image", look: Look, rng: Random) -> "Image":
    """Return the page under uneven light, with the shadows of its folds."""
    from PIL import ImageChops

    light = ImageChops.invert(_clouds(page.size, (3, 3), 26, rng))
    for _ in range(look.folds):
        light = ImageChops.multiply(light, _fold(page.size, rng))
    return ImageChops.multiply(page, light)


def _fold(size: tuple[int, int], rng: Random) -> "Image":
    """Return white with one soft crease across: a shadow that deepens towards it, a lit edge beyond."""
    from PIL import Image

    place = rng.uniform(0.2, 0.8) * size[1]
    reach = rng.uniform(16, 34)
    depth = rng.uniform(26, 42)

    def grey(y: int) -> int:
        if y < place:
            return round(255 - depth * exp((y - place) / reach))
        return round(255 - depth * 0.35 * exp((place - y) / 3))

    return Image.frombytes("L", (1, size[1]), bytes(grey(y) for y in range(size[1]))).resize(size)


def _tilted(page: "Image", look: Look, rng: Random) -> "Image":
    """Return the page laid a little askew on the scanner's lid."""
    from PIL import Image, ImageFilter

    angle = rng.choice((-1, 1)) * rng.uniform(0.25, 1.0) * look.tilt
    turned = page.convert("LA").rotate(angle, Image.Resampling.BICUBIC, expand=True)
    pad = rng.randint(12, 34)
    lid = Image.new("L", (turned.width + 2 * pad, turned.height + 2 * pad), rng.randint(222, 236))
    shadow = turned.getchannel("A").point([alpha * 70 // 255 for alpha in range(256)])
    lid.paste(150, (pad + 4, pad + 5), shadow)
    lid = lid.filter(ImageFilter.BoxBlur(4))
    lid.paste(turned.getchannel("L"), (pad, pad), turned.getchannel("A"))
    return lid


def _filtered(page: "Image", look: Look, rng: Random) -> "Image":
    """Return the page as the lens and the sensor saw it."""
    from PIL import ImageChops, ImageFilter

    soft = page.filter(ImageFilter.GaussianBlur(look.soft * look.dpi / 150))
    return ImageChops.add(soft, _grain(page.size, look.grain, rng), offset=-128)


def _grain(size: tuple[int, int], deviation: float, rng: Random) -> "Image":
    """Return normal noise around 128."""
    from PIL import Image

    normal = NormalDist(128, deviation)
    table = [round(normal.inv_cdf((level + 0.5) / 256)) for level in range(256)]
    return Image.frombytes("L", size, rng.randbytes(size[0] * size[1])).point(table)


def _clouds(size: tuple[int, int], grid: tuple[int, int], most: int, rng: Random) -> "Image":
    """Return soft patches from 0 to `most`."""
    from PIL import Image

    coarse = bytes(rng.randrange(most + 1) for _ in range(grid[0] * grid[1]))
    return Image.frombytes("L", grid, coarse).resize(size, Image.Resampling.BICUBIC)
