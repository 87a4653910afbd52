"""Prompts and parameters of the engagement: handles that record what they read, when they are read."""

import copy
from dataclasses import dataclass
from typing import Any

from alongside.core.errors import DataError, UsageError
from alongside.engine.context import CONTEXT, Context, record_read

__all__ = ["Prompt", "outside", "param", "prompt"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A file of `prompts/`. It is read when it is used, so a prompt named at module level is tracked too."""

    name: str

    @property
    def __alongside_identity__(self) -> str:
        return f"prompt {self.name}"

    @property
    def text(self) -> str:
        """The prompt's text. Raises DataError `missing-prompt`."""
        session = _context("a prompt").run.session
        read = session.read("prompt", self.name, group="")
        record_read(read)  # also that it isn't there: a step may have an answer for that
        if read.digest == "missing":
            raise DataError(
                "missing-prompt",
                f"prompts/{self.name} is not in the engagement",
                fix=f"write prompts/{self.name}, or name one that is there",
            )
        return session.prompt_text(self.name)

    def render(self, **values: object) -> str:
        """Return the text with each `{{name}}` replaced."""
        text = self.text
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", str(value))
        return text

    def __str__(self) -> str:
        return self.text


def prompt(name: str) -> Prompt:
    """Return a handle on `prompts/NAME`."""
    return Prompt(name)


def param(name: str) -> Any:
    """Return the parameter from `[params]` of `alongside.toml`. Raises DataError `missing-parameter`."""
    session = _context("a parameter").run.session
    record_read(session.read("parameter", name, group=""))
    if name not in session.manifest.params:
        raise DataError(
            "missing-parameter",
            f"[params] of alongside.toml has no {name!r}",
            fix=f"add `{name} = …` under [params] in alongside.toml",
        )
    return copy.deepcopy(session.manifest.params[name])  # a step may do with it what it likes


def _context(what: str) -> Context:
    context = CONTEXT.get()
    if context is None:
        raise outside(f"{what} of the engagement")
    return context


def outside(what: str) -> UsageError:
    """Return the error for something that only a run has."""
    return UsageError(
        "outside-a-run",
        f"{what} is used outside a run",
        fix="call it in a workflow that `alongside run` starts",
    )
