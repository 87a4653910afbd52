"""Workflows: what they take and answer, their steps with their effects, what can't be followed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from alongside.core.input_types import Input
from alongside.views.parts import Facts, Part, Table, View

__all__ = ["workflow_view", "workflows_view"]


def workflows_view(offered: Mapping[str, Any]) -> View:
    """Show all workflows, as `Workbench.describe` gives them."""
    rows = tuple(
        (name, _inputs(one), one["answer"], one["doc"], "; ".join(sorted(_opaque(one))))
        for name, one in offered.items()
    )
    table = Table(("workflow", "takes", "answers", "", "opaque steps"), rows)
    return View(
        {"workflows": dict(offered)}, [table if rows else "no workflows yet: write one in workflows/"]
    )


def workflow_view(name: str, one: Mapping[str, Any]) -> View:
    """Show one workflow."""
    facts = Facts((("workflow", name), ("", one["doc"]), ("takes", _inputs(one)), ("answers", one["answer"])))
    takes = tuple(row for input_name, told in one["inputs"].items() for row in _input_rows(input_name, told))
    fields = tuple((field, kind) for field, kind in one["fields"].items())
    steps = tuple(
        (
            step.rpartition(".")[2],
            step.rpartition(".")[0],
            fact["effect"],
            "; ".join([*fact["opaque"], *(fact["impure"] if fact["effect"] == "pure" else ())]),
        )
        for step, fact in one["steps"].items()
    )
    learned = tuple(
        (one["name"], ", ".join(field[0] for field in one["fields"]), one["group"]) for one in one["learned"]
    )
    prompted = tuple(
        (one["name"], ", ".join(field[0] for field in one["fields"]), one["model"]) for one in one["prompted"]
    )
    parts: list[Part] = [facts]
    parts += ["", Table(("input", "is", "", ""), takes)] if takes else []
    parts += ["", Table(("field", "type"), fields)] if fields else []
    parts += ["", Table(("step", "in", "effect", "opaque or impure"), steps)] if steps else []
    parts += ["", Table(("extractor", "fields", "folds by"), learned)] if learned else []
    parts += ["", Table(("extractor", "fields", "asks the model"), prompted)] if prompted else []
    if _opaque(one):
        parts.append("an opaque step re-runs whenever anything in the project changes")
    return View({"workflow": name, **one}, parts)


def _input_rows(name: str, told: Input) -> Iterator[tuple[str, ...]]:
    """Yield an input and, of a record, its parts: what it is, what may be chosen, what it is where it is left out."""
    among = ", ".join(one["label"] for one in told.get("options", ()))
    left_out = (
        "" if told["required"] else f"else {json.dumps(told['default'])}" if "default" in told else "optional"
    )
    yield name, told["type"], among, left_out
    for part, inner in told.get("fields", {}).items():
        yield from _input_rows(f"{name}.{part}", inner)


def _inputs(one: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {told['type']}" for name, told in one["inputs"].items())


def _opaque(one: Mapping[str, Any]) -> list[str]:
    return [step.rpartition(".")[2] for step, fact in one["steps"].items() if fact["opaque"]]
