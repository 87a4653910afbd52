"""A table of a TOML file, read with errors that name the file, the line, the key and the nearest known key."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import tomli

from alongside.core.errors import DataError
from alongside.core.nearest import nearest
from alongside.store.toml_lines import line_of

__all__ = ["Table", "parse_table", "read_table"]

_ALIKE = 0.5  # how alike a known key must be to be meant
_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True, slots=True)
class Table:
    """The values at `path` in the TOML text `source` of the file that errors call `file`."""

    file: str
    source: str
    values: Mapping[str, Any]
    path: tuple[str | int, ...] = ()

    def refuse(self, key: str, why: str, *, fix: str, code: str = "bad-value") -> DataError:
        """Return the error that says why the value at `key` can't be: `FILE line N: KEY why`."""
        return DataError(code, f"{self._at(key)}: {self._full(key)} {why}", fix=fix)

    def only(self, known: Collection[str]) -> None:
        """Raise DataError `unknown-key` for the first key that isn't known."""
        for key in self.values:
            if key not in known:
                near = nearest(key, known, least=_ALIKE)
                told = f"the nearest is {near}" if near else f"known are {', '.join(sorted(known))}"
                fix = f"write {near or 'one of them'}, or take the line out"
                raise self.refuse(key, f"is not a known key; {told}", fix=fix, code="unknown-key")

    def text(self, key: str, default: str | None = None) -> str:
        """Return text; without a default the key must be there and not be empty."""
        value = self._take(key, str, default)
        if default is None and not value.strip():
            raise self.refuse(key, "is empty", fix=f"write a text after {key} =")
        return value

    def choice(self, key: str, default: str, *, among: Collection[str]) -> str:
        """Return one of a few texts."""
        value = self.text(key, default)
        if value not in among:
            raise self.refuse(
                key,
                f"is {value!r}; the nearest that it may be is {nearest(value, among)!r}",
                fix=f"write one of {', '.join(among)}",
            )
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        return self._take(key, bool, default)

    def integer(self, key: str, default: int, *, least: int = 0) -> int:
        """Return a whole number of at least `least`."""
        value = self._take(key, int, default)
        if value < least:
            raise self.refuse(key, f"is {value}", fix=f"write a whole number of at least {least}")
        return value

    def number(self, key: str, default: float, *, least: float = 0.0, most: float = float("inf")) -> float:
        """Return a number between `least` and `most`."""
        value = self._take(key, float, default)
        if not (least <= value <= most and math.isfinite(value)):
            bounds = f"from {least:g} to {most:g}" if most < float("inf") else f"of at least {least:g}"
            raise self.refuse(key, f"is {value:g}", fix=f"write a number {bounds}")
        return value

    def number_or_none(self, key: str, *, most: float = float("inf")) -> float | None:
        """Return a number of at least 0, or None where the key is missing."""
        return self.number(key, 0.0, most=most) if key in self.values else None

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts, or None where the key is missing."""
        if key not in self.values:
            return None
        items = self._take(key, list[Any], [])
        if not all(isinstance(item, str) for item in items):
            raise self.refuse(key, "holds something other than text", fix="put every item in quotes")
        return tuple(items)

    def table(self, key: str) -> "Table":
        """Return the table below `key`, empty where it is missing."""
        values = self._take(key, dict[str, Any], {})
        return Table(self.file, self.source, values, (*self.path, key))

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of `[[key]]`, none where it is missing."""
        items = self._take(key, list[Any], [])
        if not all(isinstance(item, dict) for item in items):
            raise self.refuse(key, "is not a list of tables", fix=f"begin each one with [[{key}]]")
        return [
            Table(self.file, self.source, cast("dict[str, Any]", item), (*self.path, key, index))
            for index, item in enumerate(items)
        ]

    def _take(self, key: str, kind: type[Any], default: Any) -> Any:
        if key not in self.values:
            if default is None:
                raise self.refuse(key, "is missing", fix=f"add {key} = …", code="missing-key")
            return default
        value = self.values[key]
        wanted = getattr(kind, "__origin__", kind)
        # true is an int to Python, and a whole number is as good as a number with a point
        accepted = (int, float) if wanted is float else (wanted,)
        if not isinstance(value, accepted) or (isinstance(value, bool) and wanted is not bool):
            raise self.refuse(key, f"must be {_KINDS[wanted]}, not {value!r}", fix=f"write {_KINDS[wanted]}")
        return value

    def _full(self, key: str) -> str:
        return ".".join(part for part in (*self.path, key) if isinstance(part, str))

    def _at(self, key: str) -> str:
        line = line_of(self.source, (*self.path, key)) or line_of(self.source, self.path)
        return f"{self.file} line {line}" if line else self.file


def read_table(path: Path, *, name: str) -> Table:
    """Read the file. `name` is what errors call it. Raises DataError `toml-syntax` or `not-read`."""
    try:
        return parse_table(path.read_bytes().decode("utf-8-sig"), name=name)
    except UnicodeDecodeError as error:
        raise DataError(
            "toml-syntax", f"{name}: byte {error.start} is not UTF-8", fix="save the file as UTF-8"
        ) from error
    except OSError as error:
        raise DataError(
            "not-read",
            f"{name} can't be read: {error.strerror}",
            fix="restore the file or mend its permissions",
        ) from error


def parse_table(source: str, *, name: str) -> Table:
    """Return the whole of the TOML text as one table. Raises DataError `toml-syntax`, which names the line."""
    try:
        return Table(name, source, tomli.loads(source))
    except (tomli.TOMLDecodeError, RecursionError) as error:
        raise DataError(
            "toml-syntax",
            f"{name}: {error}",
            fix="mend the line; text stands in quotes, and a key stands only once",
        ) from error
