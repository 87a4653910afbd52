"""Every error that a user meets: what happened, a stable code, and how to mend it.

AlongsideError
├── UsageError      2  the command or the call was wrong
├── DataError       3  data is not as declared: a file, a row, a case
├── PolicyError     4  refused by a declared limit or rule
└── UpstreamError   5  a model, a source or a worker process failed
    └── ModelError         an attempt at a model failed: another may succeed
        └── RejectedError  the model's answer is no, and stays no
"""

from typing import ClassVar

__all__ = [
    "AlongsideError",
    "DataError",
    "ModelError",
    "PolicyError",
    "RejectedError",
    "UpstreamError",
    "UsageError",
]


class AlongsideError(Exception):
    """An error with a stable `code` (kebab-case) and a `fix` (one imperative sentence).

    `place` is the dotted path of the value that is wrong, where it is one.
    """

    exit_code: ClassVar[int] = 1
    place: str = ""

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

    def __init__(self, code: str, message: str, *, fix: str, place: str = "") -> None:
        super().__init__(code, message, fix=fix)
        self.place = place


class DataError(AlongsideError):
    """Data is not as declared; names the file and the row."""

    exit_code = 3


class PolicyError(AlongsideError):
    """Refused by a declared limit or rule."""

    exit_code = 4


class UpstreamError(AlongsideError):
    """A model, a source or a worker process failed."""

    exit_code = 5


class ModelError(UpstreamError):
    """An attempt at a model failed.

    `kept` says whether the same request ends the same way every time, so that a ledger may keep the failure.
    `status` is the HTTP status (RFC 9110), None where none came. `cost` is in nano-dollars what the failed call
    is known to have cost: None where the provider may bill it but didn't say how much.
    """

    kept: ClassVar[bool] = False

    def __init__(
        self, code: str, message: str, *, fix: str, status: int | None = None, cost: int | None = 0
    ) -> None:
        super().__init__(code, message, fix=fix)
        self.status = status
        self.cost = cost

    def __reduce__(self) -> tuple[object, ...]:
        return (*super().__reduce__(), {"status": self.status, "cost": self.cost})


class RejectedError(ModelError):
    """The request itself was refused (400, 422, a refusal by the model or its filter): asking again won't help."""

    kept = True


def _rebuild(kind: type[AlongsideError], code: str, message: str, fix: str) -> AlongsideError:
    return kind(code, message, fix=fix)
