"""JPEG, PNG and TIFF: frames as shown (EXIF applied), their size in points, and what OCR reads in them."""

import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from alongside.core.document import Page
from alongside.core.errors import AlongsideError
from alongside.documents.limits import Limits, unreadable
from alongside.documents.ocr import read_image

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Frame", "flatten", "frames", "image_pages"]

_POINTS: Final = 72.0
_SANE: Final = (36.0, 2400.0)
_ORIENTATION: Final = 0x0112  # EXIF 2.3, tag Orientation
_TURNS: Final = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_FORMATS: Final = ("JPEG", "PNG", "TIFF")
_UNDAMAGED: Final = "Save the image again or ask for an undamaged copy."


@dataclass(frozen=True, slots=True)
class Frame:
    """One image as shown: grey pixels, points a pixel, pixels an inch where known, degrees turned by EXIF."""

    image: "Image"
    scale: float
    resolution: int | None
    rotation: int


def image_pages(data: bytes, name: str, limits: Limits) -> tuple[Page, ...]:
    """Return a page a frame, read by OCR. Raises DataError `unreadable-document`."""
    pages: list[Page] = []
    for number, frame in enumerate(frames(data, name, limits), start=1):
        read = read_image(frame.image, page=number, scale=frame.scale, resolution=frame.resolution)
        width, height = frame.image.size
        if read.turned in {90, 270}:
            width, height = height, width
        rotation = (frame.rotation + read.turned) % 360
        size = (round(width * frame.scale, 2), round(height * frame.scale, 2))
        pages.append(Page(number, *size, rotation, "ocr", 1.0, read.blocks))
    return tuple(pages)


def frames(data: bytes, name: str, limits: Limits) -> Iterator[Frame]:
    """Yield the frames. The size is checked before a pixel is decoded. Raises DataError `unreadable-document`."""
    from PIL import Image

    with _decoding(name):
        image = Image.open(BytesIO(data), formats=_FORMATS)
    with image:
        count: int = getattr(image, "n_frames", 1)
        if count > limits.pages:
            raise unreadable(name, f"{count:,} pages, {limits.pages:,} allowed", fix="Split the file.")
        for index in range(count):
            with _decoding(name):
                image.seek(index)
                _check(image, name, limits)
                frame = _frame(image)
            yield frame


def flatten(image: "Image") -> "Image":
    """Return the image in grey, on white where it is transparent, 16 bits scaled to 8."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        extrema: Any = image.getextrema()  # of one band: two numbers
        low, high = (float(edge) for edge in extrema)
        gain = 255.0 / max(high - low, 1.0)
        return image.convert("F").point(lambda value: value * gain - low * gain).convert("L")
    if "A" in image.mode or "transparency" in image.info:
        shown = image.convert("RGBA")
        white = Image.new("RGBA", shown.size, "white")
        return Image.alpha_composite(white, shown).convert("L")
    return image.convert("L")


def _frame(image: "Image") -> Frame:
    from PIL import ImageOps

    turned = _TURNS.get(int(image.getexif().get(_ORIENTATION, 1)), 0)
    resolution = _resolution(image.info)
    shown = flatten(ImageOps.exif_transpose(image))
    scale = _POINTS / resolution if resolution else 1.0
    return Frame(shown, scale, round(resolution) if resolution else None, turned)


def _resolution(info: dict[Any, Any]) -> float | None:
    """Return pixels an inch where the file says something that can be true."""
    try:
        across, down = (float(part) for part in info["dpi"])
    except (KeyError, TypeError, ValueError):
        return None
    sane = _SANE[0] <= across <= _SANE[1] and abs(across - down) < 1.0
    return across if sane else None


def _check(image: "Image", name: str, limits: Limits) -> None:
    width, height = image.size
    if width * height > limits.pixels:
        size = f"{width:,} x {height:,} pixels, {limits.pixels // 1_000_000:,} megapixels allowed"
        raise unreadable(name, size, fix="Scan it at a lower resolution.")


@contextmanager
def _decoding(name: str) -> Generator[None]:
    """Turn whatever a decoder raises on a hostile image into the one error of this package."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what we refuse ourselves, and of odd metadata
            yield
    except (AlongsideError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise unreadable(
            name, f"far too many pixels ({error})", fix="Scan it at a lower resolution."
        ) from error
    except UnidentifiedImageError as error:  # its text holds an address
        raise unreadable(
            name, "the image is damaged (its header is cut or broken)", fix=_UNDAMAGED
        ) from error
    except Exception as error:  # decoders raise nearly anything on damaged data
        raise unreadable(name, f"the image is damaged ({error})", fix=_UNDAMAGED) from error
