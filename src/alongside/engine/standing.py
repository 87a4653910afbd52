"""How a version's steps, classes and reads stand now, for a forecast: answered in its worker."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from alongside.core.errors import DataError
from alongside.engine.builtin import code_version
from alongside.engine.named_class import find_class
from alongside.engine.session import Session
from alongside.engine.step import Step, Workflow

__all__ = ["standing"]


def standing(
    session: Session, workflows: Mapping[str, Workflow[..., Any]], question: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `{"steps": {name: [code hash, effect]}, "classes": {name: code hash}, "reads": [[kind, name, group, digest]]}`.

    What is asked for and isn't there any more is missing from the answer. Under `opaque` are the steps and classes
    whose code hash takes in every file of the version.
    """
    steps = {step.name: step for step in [*_steps(session), *workflows.values()]}
    return {
        "opaque": [
            *(n for n in question["steps"] if n in steps and session.code(steps[n].function).opaque),
            *(n for n in question["classes"] if _class(session, n) and session.code(find_class(n)).opaque),
        ],
        "steps": {name: told for name in question["steps"] if (told := _step(session, steps, name))},
        "classes": {name: told for name in question["classes"] if (told := _class(session, name))},
        "reads": [
            [kind, name, group, session.read(kind, name, group=group).digest]
            for kind, name, group in question["reads"]
        ],
    }


def _steps(session: Session) -> Iterator[Step[..., Any]]:
    for name, module in list(sys.modules.items()):
        if session.origins.is_project(name):
            yield from (thing for thing in vars(module).values() if isinstance(thing, Step))


def _step(session: Session, steps: Mapping[str, Step[..., Any]], name: str) -> list[str]:
    if name.startswith("alongside."):
        return list(code_version(session, name))
    step = steps.get(name)
    return [session.code(step.function).hash, step.effect] if step else []


def _class(session: Session, name: str) -> str:
    try:
        return session.code(find_class(name)).hash
    except DataError:
        return ""
