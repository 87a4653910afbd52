"""JSON as an answer, whatever text was stored."""

import json
from typing import Any

from starlette import responses

__all__ = ["JSONResponse"]


class JSONResponse(responses.JSONResponse):
    """Starlette's, except that half a surrogate pair in a text becomes its escape instead of an error 500."""

    def render(self, content: Any) -> bytes:
        """Return the body. Raises ValueError for numbers that JSON doesn't know."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")
