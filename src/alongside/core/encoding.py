"""Values as canonical bytes and back: what a step takes and returns, without pickle.

Plain JSON stays plain; everything else is an object with the key `$`. Mappings keep their order, because
the order can decide what a step does. Big things (documents, bytes over 4 kB) stand as a digest beside
the value, so a value that holds one is small and decoding it reads nothing until it is touched.
"""

import base64
import dataclasses
import enum
import json
import math
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple, cast
from uuid import UUID

from alongside.core.digest import digest
from alongside.core.document import Box, Document
from alongside.core.errors import DataError
from alongside.core.file import File
from alongside.core.packing import pack_document, unpack_document
from alongside.core.type_names import named_type, parts_of, type_name, type_tree
from alongside.core.value import Value

__all__ = ["Encoded", "blobs_of", "decode", "encode"]

# Text can't look like this: its quotes are escaped, and a mapping with the key `$` is written as pairs.
_NAMED_BLOB = re.compile(r'\{"\$":"(document|blob|file)","v":\[?"([0-9a-f]{64})"')
_PURE_PATHS = {"PurePosixPath": PurePosixPath, "PureWindowsPath": PureWindowsPath}
_PLAIN = (str, bool, type(None))
_NO_CLASSES: frozenset[type] = frozenset()
_BIG = 4096
_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)

Load = Callable[[str], bytes]
Resolve = Callable[[str], Any]


class Encoded(NamedTuple):
    """A value's canonical bytes, their digest, the blobs that the bytes name, the user's classes in it."""

    data: bytes
    digest: str
    blobs: Mapping[str, bytes]
    classes: frozenset[type]


def encode(value: object) -> Encoded:
    """Return the canonical form of `value`. Raises DataError `step-value` for what can't be kept."""
    if type(value) is str:
        data = _JSON.encode(value).encode()
        return Encoded(data, digest(data), {}, _NO_CLASSES)
    blobs = _Found()
    data = _JSON.encode(_tree(value, blobs)).encode()
    return Encoded(data, digest(data), blobs, frozenset(blobs.classes))


def decode(data: bytes, load: Load, resolve: Resolve) -> Any:
    """Return the value. `load` reads a blob by digest, `resolve` finds a class by `module:qualname`."""
    return _value(json.loads(data), load, resolve)


def blobs_of(data: bytes, *, files: bool) -> list[str]:
    """Return the digests of the blobs that an encoded value is made of; `files`: also those of the files it names."""
    return [name for kind, name in _NAMED_BLOB.findall(data.decode()) if files or kind != "file"]


class _Found(dict[str, bytes]):
    """The blobs met on the way, and beside them the classes."""

    def __init__(self) -> None:
        super().__init__()
        self.classes: set[type] = set()


def _refuse(kind: type, why: str) -> DataError:
    return DataError(
        "step-value",
        f"a value of type {kind.__module__}.{kind.__qualname__} can't be kept: {why}",
        fix=_instead(kind),
    )


def _instead(kind: type) -> str:
    """Return what to answer in the place of a value of this type."""
    package, name = kind.__module__.partition(".")[0], kind.__name__
    if package == "numpy":
        how = "tolist" if name == "ndarray" else "item"
        return f"return what Python has for it: `.{how}()`"
    if package in {"pydantic", "pydantic_core"} and name.endswith(("Url", "Dsn")):
        return "return its text: `str(url)`"
    return "return JSON types, dates, Decimal, Enum, UUID, Path, bytes, tuples, sets, dataclasses or pydantic models"


def _tree(value: object, blobs: _Found) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    encoder = _ENCODERS.get(kind)
    if encoder is not None:
        return encoder(value, blobs)
    return _typed_tree(value, blobs)


def _typed_tree(value: object, blobs: _Found) -> Any:
    kind: Any = type(value)
    blobs.classes.add(kind)
    if isinstance(value, enum.Enum):
        return _member(value, blobs)
    if isinstance(value, Path):
        return {"$": "path", "v": str(value)}
    if isinstance(value, PurePath):
        return {"$": "purepath", "v": [kind.__name__, str(value)]}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _tree(getattr(value, f.name), blobs) for f in dataclasses.fields(value)}
        return _named(kind, {"$": "data", "t": type_name(kind), "v": fields, **_beside(value, fields, blobs)})
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        items = {
            name: _tree(item, blobs)
            for name, item in zip(kind._fields, cast("tuple[object, ...]", value), strict=True)
        }
        return _named(kind, {"$": "named", "t": type_name(kind), "v": items})
    if _is_pydantic(kind):
        fields = {name: _tree(item, blobs) for name, item in _model_items(value)}
        return _named(
            kind,
            {"$": "model", "t": _model_type(kind, blobs), "v": fields, **_model_state(value, fields, blobs)},
        )
    raise _refuse(kind, "its type is not one of those that come back equal")


def _member(value: enum.Enum, blobs: _Found) -> Any:
    """Return a member by its name; flags that are combined (`PAID|LATE`) have a value alone."""
    kind, name = type(value), cast("str | None", value.name)
    told = {"$": "enum", "t": type_name(kind), "v": name}
    if name in kind.__members__:
        return told
    return told | {"v": name or str(value.value), "n": _tree(value.value, blobs)}


def _model_type(kind: Any, blobs: _Found) -> Any:
    """Return the name of a pydantic model's class; of a parametrised one, those of its parts too."""
    if kind.__pydantic_generic_metadata__["origin"] is None:
        return type_name(kind)
    blobs.classes.discard(kind)
    try:
        tree = type_tree(kind)
    except TypeError as error:
        raise _refuse(kind, f"{error}; make a class of it: `class Named({kind.__name__}): ...`") from error
    blobs.classes |= _classes_in(kind)
    return tree


def _classes_in(hint: Any) -> set[type]:
    origin, arguments = parts_of(hint)
    found = {origin} if isinstance(origin, type) else set[type]()
    return found.union(*(_classes_in(one) for one in arguments))


def _model_items(model: Any) -> list[tuple[str, Any]]:
    fields = cast("dict[str, Any]", type(model).model_fields)
    extra: dict[str, Any] = model.__pydantic_extra__ or {}
    return [*((name, getattr(model, name)) for name in fields), *extra.items()]


def _beside(value: Any, fields: Mapping[str, Any], blobs: _Found) -> dict[str, Any]:
    """Return what a dataclass's object holds beside its fields; what `cached_property` keeps follows from them."""
    kind = cast("Any", type(value))
    held: dict[str, Any] = getattr(value, "__dict__", {})
    if len(held) <= len(fields) and held.keys() <= fields.keys():
        return {}
    more = {
        name: _tree(item, blobs)
        for name, item in held.items()
        if name not in fields and not isinstance(getattr(kind, name, None), cached_property)
    }
    return {"x": more} if more else {}


def _model_state(model: Any, fields: Mapping[str, Any], blobs: _Found) -> dict[str, Any]:
    """Return what two equal-looking pydantic models may differ in: the fields that were set, private attributes."""
    unset = [name for name in fields if name not in model.model_fields_set]
    private: dict[str, Any] = model.__pydantic_private__ or {}
    state: dict[str, Any] = {"unset": unset} if unset else {}
    if private:
        state["private"] = {name: _tree(item, blobs) for name, item in private.items()}
    return state


def _named(kind: type, tree: Any) -> Any:
    if "<locals>" in kind.__qualname__:
        raise _refuse(kind, "its class is defined inside a function and can't be found again")
    return tree


def _is_pydantic(kind: type) -> bool:
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and issubclass(kind, pydantic.BaseModel)


def _dict(value: dict[Any, Any], blobs: _Found) -> Any:
    if all(type(key) is str for key in value) and "$" not in value:
        return {key: _tree(item, blobs) for key, item in value.items()}
    return {"$": "dict", "v": [[_tree(key, blobs), _tree(item, blobs)] for key, item in value.items()]}


def _set(value: set[object] | frozenset[object], blobs: _Found) -> Any:
    items = sorted((_tree(item, blobs) for item in value), key=lambda tree: json.dumps(tree, sort_keys=True))
    return {"$": type(value).__name__, "v": items}


def _float(value: float, _: _Found) -> Any:
    return value if math.isfinite(value) else {"$": "float", "v": repr(value)}


def _bytes(value: bytes, blobs: _Found) -> Any:
    if len(value) <= _BIG:
        return {"$": "bytes", "v": base64.b64encode(value).decode()}
    name = digest(value)
    blobs[name] = value
    return {"$": "blob", "v": name}


def _document(value: Document, blobs: _Found) -> Any:
    name = value.carried_digest
    if name is None:
        data = pack_document(value)
        name = digest(data)
        blobs[name] = data
        value.carry_digest(name)
    elif not value.is_shell and name not in blobs:
        blobs[name] = pack_document(value)
    return {"$": "document", "v": name}


def _value_tree(value: Value[Any], blobs: _Found) -> Any:
    boxes = [[box.page, box.x0, box.y0, box.x1, box.y1] for box in value.boxes]
    return {
        "$": "value",
        "v": [_tree(value.value, blobs), value.text, boxes, value.confidence, value.source, value.document],
    }


def _datetime(value: datetime, _: _Found) -> Any:
    zone = getattr(value.tzinfo, "key", None) if type(value.tzinfo).__module__ == "zoneinfo" else None
    if zone:  # its rules, not only the offset that they give now
        return {"$": "datetime", "v": [value.isoformat(), value.fold, zone]}
    return {"$": "datetime", "v": [value.isoformat(), value.fold]}


_ENCODERS: dict[type, Callable[[Any, _Found], Any]] = {
    int: lambda value, _: value,
    float: _float,
    list: lambda value, blobs: [_tree(item, blobs) for item in value],
    dict: _dict,
    tuple: lambda value, blobs: {"$": "tuple", "v": [_tree(item, blobs) for item in value]},
    set: _set,
    frozenset: _set,
    bytes: _bytes,
    Decimal: lambda value, _: {"$": "decimal", "v": str(value)},
    datetime: _datetime,
    date: lambda value, _: {"$": "date", "v": value.isoformat()},
    time: lambda value, _: {"$": "time", "v": value.isoformat()},
    timedelta: lambda value, _: {"$": "timedelta", "v": [value.days, value.seconds, value.microseconds]},
    UUID: lambda value, _: {"$": "uuid", "v": str(value)},
    File: lambda value, _: {"$": "file", "v": [value.source, value.name, value.media_type]},
    Document: _document,
    Value: _value_tree,
    Box: lambda value, _: {"$": "box", "v": [value.page, value.x0, value.y0, value.x1, value.y1]},
}


def _value(tree: Any, load: Load, resolve: Resolve) -> Any:
    if isinstance(tree, dict):
        node = cast("dict[str, Any]", tree)
        if "$" in node:
            return _DECODERS[node["$"]](node, load, resolve)
        return {key: _value(item, load, resolve) for key, item in node.items()}
    if isinstance(tree, list):
        return [_value(item, load, resolve) for item in cast("list[Any]", tree)]
    return tree


def _items(node: dict[str, Any], load: Load, resolve: Resolve) -> list[Any]:
    return [_value(item, load, resolve) for item in node["v"]]


def _undata(node: dict[str, Any], load: Load, resolve: Resolve) -> Any:
    """Rebuild without running `__post_init__` again: the value was whole when it was kept."""
    kind = resolve(node["t"])
    made = object.__new__(kind)
    for name, tree in (node["v"] | node.get("x", {})).items():
        object.__setattr__(made, name, _value(tree, load, resolve))
    return made


def _unnamed(node: dict[str, Any], load: Load, resolve: Resolve) -> Any:
    held: Any = node["v"]  # a list where it was kept before parts had their names
    items = list(cast("dict[str, Any]", held).values()) if isinstance(held, dict) else held
    return resolve(node["t"])._make(_value(item, load, resolve) for item in items)


def _unmodel(node: dict[str, Any], load: Load, resolve: Resolve) -> Any:
    fields = {name: _value(tree, load, resolve) for name, tree in node["v"].items()}
    given = set(fields) - set(node.get("unset", ()))
    made = named_type(node["t"], resolve).model_construct(_fields_set=given, **fields)
    for name, tree in node.get("private", {}).items():
        setattr(made, name, _value(tree, load, resolve))
    return made


def _unmember(node: dict[str, Any], load: Load, resolve: Resolve) -> Any:
    kind = resolve(node["t"])
    return kind(_value(node["n"], load, resolve)) if "n" in node else kind[node["v"]]


def _undatetime(text: str, fold: int, zone: str = "") -> datetime:
    made = datetime.fromisoformat(text).replace(fold=fold)
    if not zone:
        return made
    from zoneinfo import ZoneInfo

    return made.replace(tzinfo=ZoneInfo(zone))


def _undocument(node: dict[str, Any], load: Load, _: Resolve) -> Document:
    name = node["v"]
    return Document.shell(name, lambda: unpack_document(load(name)))


def _unvalue(node: dict[str, Any], load: Load, resolve: Resolve) -> Value[Any]:
    value, text, boxes, confidence, source, document = node["v"]
    return Value(
        _value(value, load, resolve), text, tuple(Box(*box) for box in boxes), confidence, source, document
    )


def _unfile(node: dict[str, Any], load: Load, _: Resolve) -> File:
    source, name, media_type = node["v"]
    return File(source, name, media_type, lambda: load(source))


_DECODERS: dict[str, Callable[[dict[str, Any], Load, Resolve], Any]] = {
    "dict": lambda node, load, resolve: {
        _value(key, load, resolve): _value(item, load, resolve) for key, item in node["v"]
    },
    "tuple": lambda node, load, resolve: tuple(_items(node, load, resolve)),
    "set": lambda node, load, resolve: set(_items(node, load, resolve)),
    "frozenset": lambda node, load, resolve: frozenset(_items(node, load, resolve)),
    "float": lambda node, _, __: float(node["v"]),
    "bytes": lambda node, _, __: base64.b64decode(node["v"]),
    "blob": lambda node, load, _: load(node["v"]),
    "decimal": lambda node, _, __: Decimal(node["v"]),
    "datetime": lambda node, _, __: _undatetime(*node["v"]),
    "date": lambda node, _, __: date.fromisoformat(node["v"]),
    "time": lambda node, _, __: time.fromisoformat(node["v"]),
    "timedelta": lambda node, _, __: timedelta(*node["v"]),
    "uuid": lambda node, _, __: UUID(node["v"]),
    "path": lambda node, _, __: Path(node["v"]),
    "purepath": lambda node, _, __: _PURE_PATHS[node["v"][0]](node["v"][1]),
    "enum": _unmember,
    "data": _undata,
    "named": _unnamed,
    "model": _unmodel,
    "document": _undocument,
    "value": _unvalue,
    "file": _unfile,
    "box": lambda node, _, __: Box(*node["v"]),
}
