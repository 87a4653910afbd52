"""What a version offers: its workflows, their inputs and answers, the fields that learn."""

import sys
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind, kind_of
from alongside.core.fields import Field, fields_of
from alongside.core.input_types import input_of, shown_type
from alongside.core.value import Value
from alongside.engine.builtin import Learned, Prompted
from alongside.engine.code.hashing import Code
from alongside.engine.session import Session
from alongside.engine.step import Step, Workflow

__all__ = ["describe"]


def describe(session: Session, workflows: Mapping[str, Workflow[..., Any]]) -> dict[str, Any]:
    """Return `{workflow: {inputs, answer, fields, kind, steps, learned, prompted, doc}}` as JSON."""
    return {name: _workflow(session, workflow) for name, workflow in workflows.items()}


def _workflow(session: Session, workflow: Workflow[..., Any]) -> dict[str, Any]:
    hints = workflow.hints
    answer = hints.get("return")
    names = vars(sys.modules[workflow.function.__module__])
    return {
        "doc": (workflow.__doc__ or "").strip().partition("\n")[0],
        "inputs": {
            name: input_of(hints.get(name, Any), parameter.default)
            for name, parameter in workflow.signature.parameters.items()
        },
        "answer": shown_type(answer),
        "fields": {name: shown_type(_inner(hint)) for name, hint in _fields(answer).items()},
        "kind": _kind(answer),
        "steps": {
            name: {"effect": effect, **_code(session.code(function))}
            for name, effect, function in _steps(names.values())
        },
        "learned": [
            _learned(cast("Learned[Any]", thing)) for thing in names.values() if isinstance(thing, Learned)
        ],
        "prompted": [
            _prompted(name, cast("Prompted[Any]", thing))
            for name, thing in names.items()
            if isinstance(thing, Prompted)
        ],
    }


def _kind(answer: Any) -> Kind:
    """Return what kind of answer is declared, field by field; see `core.answer_types.Kind`."""
    try:
        return kind_of(answer)
    except (NameError, TypeError):
        return ANYTHING


def _steps(things: Iterable[Any]) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for thing in things:
        if isinstance(thing, Step) and not isinstance(thing, Workflow):
            found = cast("Step[..., Any]", thing)
            yield found.name, found.effect, found.function


def _code(code: Code) -> dict[str, Any]:
    return {"code": code.hash, "opaque": list(code.opaque), "impure": list(code.impure)}


def _learned(handle: Learned[Any]) -> dict[str, Any]:
    return {
        "name": handle.name,
        "fields": [_field(field) for field in handle.fields],
        "group": handle.group,
        "vendor_field": handle.vendor_field,
    }


def _prompted(name: str, extractor: Prompted[Any]) -> dict[str, Any]:
    fields = [_field(field) for field in fields_of(extractor.shape)]
    return {"name": name, "model": extractor.model, "fields": fields}


def _field(field: Field) -> list[str]:
    return [field.name, field.kind, field.type.__name__]


def _fields(answer: Any) -> dict[str, Any]:
    """Return the annotated fields of an answer's class."""
    if not isinstance(answer, type):
        return {}
    try:
        return (
            typing.get_type_hints(answer)
            if answer.__module__.partition(".")[0] not in {"builtins", "alongside"}
            else {}
        )
    except (NameError, TypeError):
        return {}


def _inner(hint: Any) -> Any:
    return typing.get_args(hint)[0] if typing.get_origin(hint) is Value else hint
