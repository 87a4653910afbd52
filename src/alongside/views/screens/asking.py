"""A form from what a workflow takes: each input with its widget, what may be chosen, and what stands in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from alongside.core.input_types import Input, example_of
from alongside.views.fields import value_text
from alongside.views.screens.judged import label_of

__all__ = ["InputShown", "inputs_shown", "is_listed"]

_WIDGETS = {
    "file": "file", "text": "text", "flag": "flag", "integer": "integer", "number": "number", "decimal": "number",
    "date": "date", "moment": "datetime-local", "time": "time", "choice": "choice", "record": "group", "uuid": "uuid",
}  # fmt: skip
_LINES = {"text", "integer", "number", "decimal", "date", "moment", "time", "choice", "uuid"}


@dataclass(frozen=True, slots=True)
class InputShown:
    """An input as it is asked for.

    `kind` is file, files, text, integer, number, flag, date, datetime-local, time, choice, uuid, lines (one a line), group (of
    `fields`) or json (like `example`, else of the `type`).
    `given` is what stands in it, as text; a file is chosen anew. `options` are (value, label). `problem` says in words
    why what was sent can't be taken.
    """

    name: str
    label: str
    kind: str
    given: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    fields: "tuple[InputShown, ...]" = ()
    example: str = ""
    type: str = ""
    problem: str = ""

    @property
    def amiss(self) -> bool:
        """Whether something is wrong with it or with a part of it."""
        return bool(self.problem) or any(one.amiss for one in self.fields)


def inputs_shown(
    takes: Mapping[str, Input],
    values: Mapping[str, Any],
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> tuple[InputShown, ...]:
    """Return the form. It holds what was `typed` by form name, else the `values` asked with before, else the defaults."""
    form = _Form(typed, problems or {})
    return tuple(
        form.shown(name, told, values.get(name, told.get("default")), required=told["required"])
        for name, told in takes.items()
    )


def is_listed(told: Input) -> bool:
    """Whether a list is asked for one a line."""
    return told["kind"] == "list" and told["of"]["kind"] in _LINES


class _Form:
    def __init__(self, typed: Mapping[str, str] | None, problems: Mapping[str, str]) -> None:
        self._typed = typed
        self._problems = problems

    def shown(self, path: str, told: Input, value: Any, *, required: bool) -> InputShown:
        kind, optional = _widget(told), told.get("optional", False)
        needed = required and not optional and kind not in {"flag", "lines"}
        text = _text(told, kind, value) if self._typed is None else self._typed.get(path, "")
        record = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        return InputShown(
            path,
            label_of(path.rpartition(".")[2]),
            kind,
            "" if kind in {"file", "files", "group"} else text,
            needed,
            _options(told, needed=needed) if kind == "choice" else (),
            tuple(
                self.shown(
                    f"{path}.{name}", one, record.get(name, one.get("default")), required=needed and one["required"]
                )
                for name, one in told.get("fields", {}).items()
            )
            if kind == "group"
            else (),
            json.dumps(example_of(told), ensure_ascii=False) if kind == "json" and told["kind"] != "any" else "",
            told["type"] if told["kind"] == "any" else "",
            self._problems.get(path, ""),
        )  # fmt: skip


def _widget(told: Input) -> str:
    if told["kind"] == "list" and told["of"]["kind"] == "file":
        return "files"
    if told["kind"] == "flag" and told.get("optional"):
        return "choice"
    return "lines" if is_listed(told) else _WIDGETS.get(told["kind"], "json")


def _options(told: Input, *, needed: bool) -> tuple[tuple[str, str], ...]:
    flags = [{"value": "true", "label": "Yes"}, {"value": "false", "label": "No"}]
    found = tuple((str(one["value"]), str(one["label"])) for one in told.get("options", flags))
    return (("", "Choose…" if needed else "Not said"), *found)


def _text(told: Input, kind: str, value: Any) -> str:
    """Return a value as it stands in its widget."""
    if value is None:
        return ""
    if kind == "lines":
        items = cast("list[Any]", value) if isinstance(value, list) else [value]
        return "\n".join(value_text(one) for one in items)
    if kind == "choice" and "options" in told:
        found = [one["value"] for one in told["options"] if value in (one["value"], one.get("also"))]
        return str(found[0]) if found else ""
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, indent=1)
    return value_text(value)
