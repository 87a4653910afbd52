"""Where in a version's code an exception was raised, kept with it and given back to it: a kept failure names its line as the first did."""

import inspect
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, NamedTuple, cast

__all__ = ["Place", "parts_of", "place", "raised_at"]


class Place(NamedTuple):
    """A line of a function, and where the function began: what is written above it may move both."""

    module: str
    function: str
    line: int
    first: int

    def __str__(self) -> str:
        return f"{self.module.replace('.', '/')}.py, line {self.line}, in {self.function.rpartition('.')[2]}"


def place(error: BaseException, is_own: Callable[[str], bool]) -> Place | None:
    """Return the innermost line that the exception came by in a module that `is_own`: that of the first part of a group, where it has one."""
    inner = next((place(part, is_own) for part in parts_of(error)), None)
    if inner is not None:
        return inner
    found, trace = None, error.__traceback__
    while trace is not None:
        module, code = trace.tb_frame.f_globals.get("__name__", ""), trace.tb_frame.f_code
        if is_own(module):
            found = Place(module, code.co_qualname, trace.tb_lineno, code.co_firstlineno)
        trace = trace.tb_next
    return found


def parts_of(error: BaseException) -> tuple[BaseException, ...]:
    """Return what a group holds, nothing of another exception."""
    return cast("Any", error).exceptions if isinstance(error, BaseExceptionGroup) else ()


def raised_at(error: BaseException, kept: Sequence[Any]) -> BaseException:
    """Return the exception with a traceback as if that line of the code as it now is had raised it."""
    was = Place(*kept)
    function = _function(was)
    line = was.line if function is None else was.line - was.first + function.__code__.co_firstlineno
    file = getattr(sys.modules.get(was.module), "__file__", None) or was.module
    code = compile("\n" * (line - 1) + "raise error", file, "exec").replace(
        co_name=was.function.rpartition(".")[2], co_qualname=was.function
    )
    return error.with_traceback(_trace(code, {"__name__": was.module, "error": error}))


def _function(was: Place) -> Any:
    """Return the function as it now is, None for one that no name of its module leads to."""
    found: Any = sys.modules.get(was.module)
    for name in was.function.split("."):
        found = getattr(found, name, None)
    found = inspect.unwrap(found) if callable(found) else None
    return found if inspect.isfunction(found) else None


def _trace(code: Any, scope: dict[str, Any]) -> TracebackType | None:
    try:
        exec(code, scope)  # noqa: S102  one `raise` of our own: nothing else makes a frame
    except BaseException as raised:  # noqa: BLE001  it is the exception itself
        trace = raised.__traceback__
        return None if trace is None else trace.tb_next
    finally:
        del scope["error"]  # the frame would hold what holds it
    return None
