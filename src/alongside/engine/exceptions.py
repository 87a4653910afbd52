"""Exceptions as they are kept: which are answers, what one is made of, and the same one again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, cast

from alongside.core.encoding import Encoded, decode, encode
from alongside.core.errors import AlongsideError, DataError, UpstreamError
from alongside.core.type_names import type_name
from alongside.core.unkept import FAULTS, explain
from alongside.engine.named_class import find_class
from alongside.engine.raised_at import parts_of

__all__ = ["NOT_KEPT", "Held", "as_kept", "keepable", "rebuilt", "said", "told", "why_unkept"]

Load = Callable[[str], bytes]
_set = object.__setattr__  # a class of the project's may forbid any other
NOT_KEPT = "not kept: "
"""How the line begins that says, in a span's error, why its exception is no answer."""
_ATTEMPT = "it counts as an attempt, which may end otherwise the next time"
_NOT_STATE = frozenset({"__dict__", "__weakref__"})
_TOLD_OTHERWISE = (BaseException, BaseExceptionGroup, object)


@dataclass(frozen=True, slots=True)
class Held:
    """What an exception holds and no value may: `how` it is made again (class, exception, remade) and of what."""

    how: str
    of: Any


@dataclass(frozen=True, slots=True)
class _Remade:
    """How an object of a library's is made again: of which arguments, by which method of its class (empty: by a call)."""

    arguments: Callable[[Any], Sequence[Any]]
    method: str = ""


_MARK = _Remade(attrgetter("name", "index", "line", "column", "buffer", "pointer"))
_PYDANTIC = "pydantic_core._pydantic_core"
_REMADE = {
    "yaml.error:Mark": _MARK,
    "yaml._yaml:Mark": _MARK,
    f"{_PYDANTIC}:ValidationError": _Remade(lambda error: error.__reduce__()[1], "from_exception_data"),
    f"{_PYDANTIC}:PydanticCustomError": _Remade(attrgetter("type", "message_template", "context")),
    f"{_PYDANTIC}:PydanticKnownError": _Remade(attrgetter("type", "context")),
}


def _nothing(_: str) -> bytes:
    return b""


def keepable(error: BaseException, effect: str) -> bool:
    """Whether an exception is an answer (kept and raised again) or only an attempt."""
    return not why_unkept(error, effect)


def why_unkept(error: BaseException, effect: str, load: Load = _nothing) -> str:
    """Return why an exception of a step isn't kept, empty where it is; `load` reads a blob of a value that it holds."""
    if _is_attempt(error, effect):
        return _ATTEMPT
    part = next(filter(None, (why_unkept(part, effect, load) for part in parts_of(error))), "")
    return part or _unlike(error, load)


def _is_attempt(error: BaseException, effect: str) -> bool:
    if isinstance(error, UpstreamError):
        return not getattr(error, "kept", False)
    if isinstance(error, AlongsideError):
        return not (isinstance(error, DataError) and error.code.endswith("-document"))
    if not isinstance(error, Exception):
        return True
    return effect == "model" or isinstance(error, OSError | MemoryError | TimeoutError | RecursionError)


def _unlike(error: BaseException, load: Load) -> str:
    """Return why raising it again wouldn't look the same, empty where it would."""
    try:
        kept = told(error)
        encoded = encode(kept)
        made = rebuilt(decode(encoded.data, lambda name: encoded.blobs.get(name) or load(name), find_class))
        again = encode(told(made)).data
    except DataError as refused:
        return refused.message
    except Exception as failed:  # noqa: BLE001  whatever its class does when it is made
        return f"{_whose(error)} can't be made again: {type(failed).__name__}: {failed}"
    if type(made) is type(error) and str(made) == str(error) and again == encoded.data:
        return ""
    return f"{_whose(error)} holds what its class alone can set, so it would come back as another"


def _whose(error: BaseException) -> str:
    return f"exception {type_name(type(error))}"


def told(error: BaseException) -> dict[str, Any]:
    """Return what an exception is made of, as a value. Raises DataError `step-value` naming what can't be kept."""
    kind = type(error)
    parts = parts_of(error)
    name = _named(kind)
    remade = _REMADE.get(name)
    arguments = remade.arguments(error) if remade else error.args[:1] if parts else error.args
    tree: dict[str, Any] = {
        "type": name,
        "args": _held(list(arguments), name, "args"),
        "state": {key: _held(item, name, key) for key, item in vars(error).items()},
        "text": str(error),
    }
    slots = {key: _slot(error, key, item) for key, _, item in _slots_of(error)}
    if slots:
        tree["slots"] = slots
    if parts:
        tree["parts"] = [told(part) for part in parts]
    cause = error.__cause__
    if isinstance(cause, Exception) and not _unlike(cause, _nothing):
        tree["cause"] = told(cause)
    if error.__suppress_context__ is not ("cause" in tree):
        tree["suppress"] = error.__suppress_context__
    return tree


def said(kept: bytes, load: Load) -> Encoded:
    """Return a kept exception less its place: what it says."""
    tree = decode(kept, load, find_class)
    return encode({name: part for name, part in tree.items() if name != "place"})


def rebuilt(tree: Mapping[str, Any]) -> BaseException:
    """Return the exception that `told` told."""
    kind = find_class(tree["type"])
    arguments = cast("list[Any]", _given(_plain(tree["args"])))
    if "parts" in tree:
        arguments = [*arguments, [rebuilt(part) for part in tree["parts"]]]
    made = _made(kind, arguments, tree["type"])
    vars(made).update(cast("dict[str, Any]", _given(_plain(tree["state"]))))
    for name, slot, _ in _slots_of(made, unset=True):
        if name in tree.get("slots", {}):
            _fill(made, slot, _given(tree["slots"][name]))
    if "cause" in tree:
        _set(made, "__cause__", rebuilt(tree["cause"]))
    if "suppress" in tree:
        _set(made, "__suppress_context__", tree["suppress"])
    return made


def as_kept(error: BaseException, made: BaseException) -> None:
    """Give an exception what it will have when it is raised again: copies of what it holds, and the cause that comes back."""
    _set(error, "args", made.args)
    vars(error).clear()
    vars(error).update(vars(made))
    for _, slot, item in _slots_of(made):
        _fill(error, slot, item)
    _set(error, "__cause__", made.__cause__)
    _set(error, "__suppress_context__", made.__suppress_context__)
    _set(error, "__context__", None)
    for part, kept in zip(parts_of(error), parts_of(made), strict=True):
        as_kept(part, kept)


def _made(kind: Any, arguments: list[Any], name: str) -> BaseException:
    if issubclass(kind, AlongsideError):
        code, message, fix = arguments
        return kind(code, message, fix=fix)
    if name in _REMADE:
        made = _remade(name, arguments)
        made.args = ()
        return made
    if kind.__module__ == "builtins":
        return kind(*arguments)
    made = kind.__new__(kind, *arguments)  # an __init__ of somebody's own takes anything
    _set(made, "args", tuple(arguments))
    return made


def _remade(name: str, arguments: list[Any]) -> Any:
    kind, method = find_class(name), _REMADE[name].method
    return (getattr(kind, method) if method else kind)(*arguments)


def _slots_of(error: BaseException, *, unset: bool = False) -> Iterator[tuple[str, Any, Any]]:
    """Yield (name, descriptor, value) of what stands beside its `__dict__`: `__slots__`, and attributes of classes made in C."""
    for kind in type(error).__mro__:
        for name, slot in () if kind in _TOLD_OTHERWISE else vars(kind).items():
            if not isinstance(slot, MemberDescriptorType | GetSetDescriptorType) or name in _NOT_STATE:
                continue
            try:
                value = slot.__get__(error)
            except AttributeError:
                if not unset:
                    continue
                value = None
            yield f"{type_name(kind)}.{name}", slot, value


def _slot(error: BaseException, name: str, value: Any) -> Any:
    try:
        return _held(value, type_name(type(error)), name.rpartition(".")[2])
    except DataError:
        if name == "builtins:AttributeError.obj":  # a hint for whoever reads a traceback, whatever it is
            return None
        raise


def _fill(error: BaseException, slot: Any, value: Any) -> None:
    """Set what can be set; the rest is as its class made it, which is held against the first."""
    try:
        slot.__set__(error, value)
    except (AttributeError, TypeError):
        return


def _held(value: Any, of: str, place: str) -> Any:
    """Return part of an exception as a value. Raises DataError `step-value`."""
    try:
        tree = _tree(value)
    except RecursionError:
        why = f"exception {of}: {place} holds itself, and can't be kept"
        raise DataError("step-value", why, fix="leave out what leads back") from None
    try:
        encode(tree)
    except FAULTS:
        raise explain(tree, of=f"exception {of}", place=place) from None
    return tree


def _tree(value: Any) -> Any:
    """Return a value, with what no value may be told by how it is made again."""
    try:
        encode(value)
    except FAULTS:
        pass
    else:
        return value
    kind = cast("type[object]", type(value))
    if kind in {list, tuple}:
        return cast("Any", kind)(map(_tree, value))
    if kind is dict:
        return {key: _tree(item) for key, item in value.items()}
    if isinstance(value, BaseException):
        return Held("exception", told(value))
    if isinstance(value, type):
        return Held("class", _class(value))
    name = type_name(kind)
    return Held("remade", [name, *_tree(_REMADE[name].arguments(value))]) if name in _REMADE else value


def _given(tree: Any) -> Any:
    """Return what `_tree` told."""
    kind = cast("type[object]", type(tree))
    if kind in {list, tuple}:
        return cast("Any", kind)(map(_given, tree))
    if kind is dict:
        return {key: _given(item) for key, item in tree.items()}
    if kind is not Held:
        return tree
    match tree.how:
        case "exception":
            return rebuilt(tree.of)
        case "class":
            return _class_of(tree.of)
        case _:
            return _remade(tree.of[0], _given(tree.of[1:]))


def _class(kind: type) -> list[str]:
    """Return a class's name; of one that its module doesn't name, its first base's and its own, as of decimal's conditions."""
    try:
        return [_named(kind)]
    except DataError:
        above = [_named(kind.__bases__[0]), kind.__name__]
        if "<locals>" in kind.__qualname__ or _class_of(above) is not kind:
            raise
        return above


def _class_of(names: Sequence[str]) -> Any:
    found = find_class(names[0])
    return next((k for k in found.__subclasses__() if k.__name__ == names[1]), None) if names[1:] else found


def _named(kind: type) -> str:
    """Return the name by which a class is found again. Raises DataError `step-value` where it isn't."""
    name = type_name(kind)
    inside = "<locals>" in kind.__qualname__
    try:
        found = None if inside else find_class(name)
    except DataError:
        found = None
    if found is kind:
        return name
    why = "its class is defined inside a function" if inside else "its module has no such class"
    raise DataError("step-value", f"{name} can't be found again: {why}", fix="define the class in a module")


def _plain(kept: Any) -> Any:
    """Return arguments or state; older tapes have them as text."""
    return decode(kept.encode(), _nothing, find_class) if isinstance(kept, str) else kept
