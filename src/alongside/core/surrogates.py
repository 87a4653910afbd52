"""Half surrogate pairs: text in memory that no UTF-8 file, database or page can hold.

They come from JSON that escapes half a pair (RFC 8259, section 8.2) and from file names whose bytes aren't UTF-8
(PEP 383). What comes in is refused or shown escaped at the gates; what goes out is shown escaped.
"""

import re
from typing import Any, cast

from alongside.core.errors import UsageError

__all__ = ["has_stray", "is_text", "require_text", "shown", "shown_json", "stray_place", "tidy"]

_STRAY = re.compile("[\ud800-\udfff]")
_ESCAPES = re.compile(r"\\\\|\\u[dD][89aAbB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)")
"""In JSON text: an escaped backslash, a whole pair, or (as the group) half a one."""
_BYTES = range(0xDC80, 0xDD00)  # a byte of a name that isn't UTF-8 (PEP 383)
_UTF_16 = "utf-16-le"


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(text: str) -> str:
    r"""Return the text with each stray half as people see it: `caf\xe9` for a byte of a name, `\ud83d` for any other."""
    return text if is_text(text) else _STRAY.sub(_escape, text)


def tidy(tree: Any) -> Any:
    """Return parsed JSON with two halves side by side joined, and U+FFFD for each stray one (Unicode, 3.9)."""
    match tree:
        case str():
            return tree if is_text(tree) else tree.encode(_UTF_16, "surrogatepass").decode(_UTF_16, "replace")
        case list():
            return [tidy(item) for item in cast("list[Any]", tree)]
        case dict():
            return {tidy(key): tidy(item) for key, item in cast("dict[str, Any]", tree).items()}
        case _:
            return tree


def require_text(tree: Any, place: str) -> None:
    """Raise UsageError `broken-text` where a text in parsed JSON can't be written; `place` is what people call the whole."""
    stray = stray_place(tree, place)
    if stray is not None:
        raise UsageError(
            "broken-text",
            f"{stray} holds what is no character: half a surrogate pair, or a byte that isn't UTF-8",
            fix=f"give {stray} as whole UTF-8 text",
        )


def stray_place(tree: Any, place: str) -> str | None:
    """Return where in parsed JSON a text that can't be written stands (`PLACE.rows[2].name`), None where there is none."""
    left: list[tuple[Any, str]] = [(tree, place)]
    while left:
        found, at = left.pop()
        match found:
            case str() if not is_text(found):
                return at
            case list() | tuple():
                items = cast("list[Any]", found)
                left += [(item, f"{at}[{index}]") for index, item in enumerate(items)][::-1]
            case dict():
                named = cast("dict[str, Any]", found)
                under = [(shown(f"{at}.{name}".lstrip(".")), name, item) for name, item in named.items()]
                left += [(part, place) for place, name, item in under[::-1] for part in (item, name)]
            case _:
                pass
    return None


def has_stray(text: str) -> bool:
    """Whether JSON text of ASCII alone escapes half a pair."""
    return "\\ud" in text and any(found[1] for found in _ESCAPES.finditer(text))


def shown_json(text: str) -> str:
    r"""Return JSON text of ASCII alone in which each escaped half has become what people see: the letters `\ud83d`."""
    if "\\ud" not in text:
        return text
    return _ESCAPES.sub(lambda found: f"\\{_escape_of(found[1])}" if found[1] else found[0], text)


def _escape_of(escape: str) -> str:
    return shown(chr(int(escape[2:], 16)))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if code in _BYTES else f"\\u{code:04x}"
