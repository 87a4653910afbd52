"""What a request says: a run's inputs, a word on an answer."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast
from urllib.parse import unquote

from starlette.datastructures import UploadFile
from starlette.requests import Request

from alongside.core.document import Box
from alongside.core.errors import UsageError
from alongside.core.surrogates import require_text
from alongside.workbench.answering import Upload

__all__ = ["Given", "box_of", "read_inputs", "read_word"]

_TEXTS = ("by", "field", "note", "span")
_KNOWN = frozenset({"judgement", "expected", "box", *_TEXTS})
_BOX_NUMBERS = 5
_MAX_FILES, _MAX_FIELDS = 16, 64


@dataclass(frozen=True, slots=True)
class Given:
    """A run's inputs: plain JSON values by parameter, and files."""

    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    uploads: tuple[Upload, ...] = ()


async def read_inputs(request: Request) -> Given:
    """Return the inputs: a JSON object, a form with files, or the bytes of one file named by the header `X-Filename`.

    A form's files go to the inputs of their names; its field `inputs` may hold the others as a JSON object, any
    other field is a text. Raises UsageError.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return Given(_object(await request.body()))
    if kind == "multipart/form-data":
        return await _form(request)
    name = unquote(request.headers.get("x-filename", ""))
    data = await request.body()
    if name:
        return Given(uploads=(Upload("", name, data),))
    if data:
        raise UsageError(
            "filename-missing",
            f"a body of the type {kind or '(none)'} is one file, and it has no name",
            fix="name it in the header X-Filename, or send JSON or a form",
        )
    return Given()


async def read_word(request: Request) -> dict[str, Any]:
    """Return a word as `Workbench.judge` takes it. The body: `{"judgement", "field", "expected", "by", "note", "span", "box"}`.

    Only `judgement` is needed; `box` is `[page, x0, y0, x1, y1]` in points from the top left. Raises UsageError.
    """
    said = _object(await request.body())
    unknown = sorted(set(said) - _KNOWN)
    if unknown:
        _refuse(f"{unknown[0]!r} is not known here", f"use {', '.join(sorted(_KNOWN))}")
    texts = {name: said.get(name, "") for name in _TEXTS}
    wrong = [name for name, text in texts.items() if not isinstance(text, str)]
    if wrong:
        _refuse(f"`{wrong[0]}` must be a text", f"give `{wrong[0]}` as a text")
    box = box_of(said["box"]) if said.get("box") is not None else None
    expected = {"expected": said["expected"]} if "expected" in said else {}
    return {"judgement": said.get("judgement", ""), "box": box, **texts, **expected}


async def _form(request: Request) -> Given:
    values: dict[str, Any] = {}
    uploads: list[Upload] = []
    async with request.form(max_files=_MAX_FILES, max_fields=_MAX_FIELDS) as form:
        for name, part in form.multi_items():
            if isinstance(part, UploadFile):
                uploads.append(Upload(name, part.filename or "", await part.read()))
            elif name == "inputs":
                values |= _object(part.encode())
            else:
                values[name] = part
    return Given(values, tuple(uploads))


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            "bad-json", f"the body isn't JSON: {error}", fix='send a JSON object, such as {"text": "…"}'
        ) from error
    if not isinstance(found, dict):
        raise UsageError(
            "bad-json",
            f"the body is a {type(found).__name__}, not an object",
            fix='send a JSON object, such as {"text": "…"}',
        )
    require_text(found, "")
    return cast("dict[str, Any]", found)


def box_of(given: Any) -> Box:
    """Return a place from [page, x0, y0, x1, y1]. Raises UsageError `bad-feedback`."""
    numbers = cast("list[Any]", given) if isinstance(given, list) else []
    if len(numbers) != _BOX_NUMBERS or not all(
        type(one) in {int, float} and math.isfinite(one) for one in numbers
    ):
        _refuse("`box` must be five numbers", "give `box` as [page, x0, y0, x1, y1]")
    page, *corners = numbers
    return Box(int(page), *(float(one) for one in corners))


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON number")


def _refuse(message: str, fix: str) -> NoReturn:
    raise UsageError("bad-feedback", message, fix=fix)
