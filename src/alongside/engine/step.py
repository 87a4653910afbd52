"""`@step` and `@workflow`: ordinary functions whose calls, inside a run, are kept."""

import functools
import inspect
import types
import typing
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar, overload

from alongside.core.run import Effect
from alongside.engine import leaf
from alongside.engine.call import Spec, prepare
from alongside.engine.context import CONTEXT

__all__ = ["Step", "Workflow", "step", "workflow"]

P = ParamSpec("P")
R = TypeVar("R")


class Step(Generic[P, R]):
    """A function whose calls are steps. Outside a run it is just the function."""

    def __init__(self, function: Callable[P, R], *, effect: Effect, reuse: bool) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.signature = inspect.signature(function)
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.effect: Effect = effect
        self._body = _by_name(function, self.signature)
        self.spec = Spec(
            self.name, effect, reuse, lambda session: session.code(function), guarded=effect == "pure"
        )

    @property
    def __alongside_identity__(self) -> str:
        return f"step {self.name}"

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Bind to an instance, as a function does: `self` is then an input like the others."""
        return self if instance is None else types.MethodType(self, instance)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function: as a step inside a run, as itself elsewhere."""
        context = CONTEXT.get()
        if context is None or context.run.mode is None:
            return self.function(*args, **kwargs)
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        call = prepare(self.spec, context, bound.arguments)
        if inspect.iscoroutinefunction(self.function):
            return leaf.call_async(call, self._body)  # type: ignore[return-value]
        if inspect.isasyncgenfunction(self.function):
            return leaf.call_stream_async(call, self._body)  # type: ignore[return-value]
        if inspect.isgeneratorfunction(self.function):
            return leaf.call_stream(call, self._body)  # type: ignore[return-value]
        return leaf.call_sync(call, self._body)


class Workflow(Step[P, R]):
    """A function that a run starts. Its body always re-executes and is held to the rules of a pure step."""

    @functools.cached_property
    def hints(self) -> dict[str, Any]:
        """The annotations of its inputs, and of its answer under `return`."""
        return typing.get_type_hints(self.function)

    @property
    def short_name(self) -> str:
        """The name that the command line uses."""
        return self.function.__name__


def _by_name(function: Callable[..., Any], signature: inspect.Signature) -> Callable[..., Any]:
    """Return the function, taking its arguments by name; a decorated one may only take them by position."""
    if all(parameter.kind is parameter.POSITIONAL_OR_KEYWORD for parameter in signature.parameters.values()):

        def straight(**arguments: Any) -> Any:
            return function(*arguments.values())

        return straight

    def call(**arguments: Any) -> Any:
        bound = inspect.BoundArguments(signature, OrderedDict(arguments))
        return function(*bound.args, **bound.kwargs)

    return call


@overload
def step(function: Callable[P, R], /) -> Step[P, R]: ...
@overload
def step(*, effect: Effect = "pure", reuse: bool = False) -> Callable[[Callable[P, R]], Step[P, R]]: ...
def step(function: Any = None, /, *, effect: Effect = "pure", reuse: bool = False) -> Any:
    """Make a function a step.

    `effect` is `pure` (the answer depends on the inputs alone), `model` (a nondeterministic call), `read`
    (reads a source as it is now) or `external` (changes something outside). `reuse` lets a new run take
    a model's kept answer.
    """
    if function is None:
        return functools.partial(Step[..., Any], effect=effect, reuse=reuse)
    return Step(function, effect=effect, reuse=reuse)


def workflow(function: Callable[P, R]) -> Workflow[P, R]:
    """Make a function a workflow."""
    return Workflow(function, effect="pure", reuse=False)
