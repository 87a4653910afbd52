"""Prompts and parameters of the engagement: handles that record what they read, when they are read."""

import copy
import re
from dataclasses import dataclass
from typing import Any

from alongside.core.errors import DataError, UsageError
from alongside.core.nearest import nearest
from alongside.engine.context import CONTEXT, Context, record_read

__all__ = ["Prompt", "outside", "param", "prompt"]

_IN_BRACES = re.compile(r"\{\{([^{}\n]+)\}\}")


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

    def render(self, /, **values: object) -> str:
        """Return the text with each `{{name}}` replaced, in one pass: what a value says stays as it is.

        Raises DataError `prompt-placeholders` for a value without a placeholder, or a placeholder without a value.
        Other braces are text: `{"total": {}}`, `{{ }}`.
        """
        text = self.text
        found = dict.fromkeys(
            name for name in _IN_BRACES.findall(text) if name in values or name.isidentifier()
        )
        if found.keys() != values.keys():
            raise self._misfit(list(found), list(values))
        return _IN_BRACES.sub(lambda match: str(values[match[1]]) if match[1] in values else match[0], text)

    def _misfit(self, found: list[str], given: list[str]) -> DataError:
        """Return the error for the first value without a placeholder, else for the first placeholder without a value."""
        file, unfilled = f"prompts/{self.name}", [name for name in found if name not in given]
        for name in given:
            if name not in found:
                near = nearest(name, unfilled)
                told = ", ".join(map(_placeholder, found)) or "no placeholder"
                instead = f"render it with {near}=…" if near else f"leave {name}=… out"
                fix = f"{instead}, or write {_placeholder(name)} into {file}"
                return DataError(
                    "prompt-placeholders", f"{file} has no {_placeholder(name)}; it has {told}", fix=fix
                )
        left = _placeholder(unfilled[0])
        return DataError(
            "prompt-placeholders",
            f"{file} has {left}, and no value is given for it",
            fix=f'render it with {unfilled[0]}=…; where it is no placeholder, with {unfilled[0]}="{left}"',
        )

    def __str__(self) -> str:
        return self.text


def _placeholder(name: str) -> str:
    return "{{" + name + "}}"


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
