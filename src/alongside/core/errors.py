"""Every error that a user meets: what happened, a stable code, and how to mend it.

AlongsideError
├── UsageError      2  the command or the call was wrong
├── DataError       3  data is not as declared: a file, a row, a case
├── PolicyError     4  refused by a declared limit or rule
└── UpstreamError   5  a model, a source or a worker process failed
"""

from typing import ClassVar

__all__ = ["AlongsideError", "DataError", "PolicyError", "UpstreamError", "UsageError"]


class AlongsideError(Exception):
    """An error with a stable `code` (kebab-case) and a `fix` (one imperative sentence)."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, message: str, *, fix: str) -> None:
        super().__init__(code, message, fix)
        self.code = code
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"error[{self.code}]: {self.message}\nfix: {self.fix}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.message, self.fix))


class UsageError(AlongsideError):
    """The command or the call was wrong."""

    exit_code = 2


class DataError(AlongsideError):
    """Data is not as declared; names the file and the row."""

    exit_code = 3


class PolicyError(AlongsideError):
    """Refused by a declared limit or rule."""

    exit_code = 4


class UpstreamError(AlongsideError):
    """A model, a source or a worker process failed."""

    exit_code = 5


def _rebuild(kind: type[AlongsideError], code: str, message: str, fix: str) -> AlongsideError:
    return kind(code, message, fix=fix)
