"""A checker for the part of JSON Schema (draft 2020-12) that describes answers. Standard library only.

Known: type, enum, const; properties, required, additionalProperties, minProperties, maxProperties; items,
prefixItems, minItems, maxItems, uniqueItems; minLength, maxLength, pattern; minimum, maximum, exclusiveMinimum,
exclusiveMaximum, multipleOf; allOf, anyOf, oneOf, not; $ref to a place in the same schema (#/$defs/…). What only
describes (title, description, default, examples, format, $schema, $id, $defs, $comment) is allowed and checks
nothing. Any other keyword is an error, never a silent pass. Nothing is ever fetched.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from alongside.core.errors import DataError
from alongside.core.nearest import nearest

__all__ = ["violations"]

_DEPTH = 64
_DESCRIBING = frozenset(
    {"title", "description", "default", "examples", "format", "deprecated", "readOnly", "writeOnly"}
    | {"$schema", "$id", "$defs", "$comment", "$anchor"}
)

Found = Iterator[str]


def violations(value: Any, schema: Mapping[str, Any]) -> list[str]:
    """Return what the JSON value breaks, each as `place: reason` (`$.lines[0].amount: …`); empty where it fits.

    Raises DataError `schema` where the schema uses a keyword that isn't known here, or a $ref that leads nowhere.
    """
    try:
        return list(_check(value, schema, "$", schema, 0))
    except (TypeError, AttributeError, ArithmeticError, re.error) as error:
        raise _bad_schema(f"{error}", "give each keyword the kind of value that JSON Schema wants") from error


def _check(value: Any, schema: Any, place: str, root: Mapping[str, Any], depth: int) -> Found:
    if isinstance(schema, bool):
        if not schema:
            yield f"{place}: nothing is allowed here"
        return
    if depth > _DEPTH:
        raise _bad_schema(f"it nests deeper than {_DEPTH}", "take out a $ref that leads to itself")
    for keyword, argument in cast("Mapping[str, Any]", schema).items():
        if keyword in _DESCRIBING:
            continue
        if keyword in _SIMPLE:
            if reason := _SIMPLE[keyword](value, argument):
                yield f"{place}: {reason}"
        elif keyword in _NESTED:
            yield from _NESTED[keyword](value, argument, schema, place, root, depth + 1)
        else:
            known = {*_SIMPLE, *_NESTED}
            raise _bad_schema(
                f"keyword {keyword!r} is not known", f"write {nearest(keyword, known)}, or take it out"
            )


def _bad_schema(why: str, fix: str) -> DataError:
    return DataError("schema", f"the JSON schema can't be checked: {why}", fix=fix)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "number": _number,
    "integer": lambda value: _number(value) and (isinstance(value, int) or value.is_integer()),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _type(value: Any, wanted: str | list[str]) -> str:
    names = [wanted] if isinstance(wanted, str) else wanted
    if unknown := [name for name in names if name not in _TYPES]:
        raise _bad_schema(f"type {unknown[0]!r} is not known", f"write {nearest(unknown[0], _TYPES)}")
    return "" if any(_TYPES[name](value) for name in names) else f"{value!r} is not {' or '.join(names)}"


def _same(one: Any, other: Any) -> bool:
    """JSON's equality: true is not 1, while 1.0 is 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(cast("list[Any]", one)) == len(cast("list[Any]", other)) and all(
            map(_same, cast("list[Any]", one), cast("list[Any]", other))
        )
    if isinstance(one, dict) and isinstance(other, dict):
        left, right = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    return one == other


def _unique(value: Any, wanted: bool) -> str:  # noqa: FBT001
    items = cast("list[Any]", value) if isinstance(value, list) and wanted else []
    twice = [item for at, item in enumerate(items) if any(_same(item, other) for other in items[:at])]
    return f"{twice[0]!r} stands twice" if twice else ""


def _sized(kind: Any, what: str, *, least: bool) -> Callable[[Any, Any], str]:
    def check(value: Any, bound: int) -> str:
        if not isinstance(value, kind) or (len(value) >= bound if least else len(value) <= bound):
            return ""
        return f"has {len(value)} {what}, {'at least' if least else 'at most'} {bound} wanted"

    return check


def _bounded(holds: Callable[[Any, Any], bool], words: str) -> Callable[[Any, Any], str]:
    return lambda value, bound: (
        "" if not _number(value) or holds(value, bound) else f"{value} is not {words} {bound}"
    )


def _pattern(value: Any, pattern: str) -> str:
    return (
        ""
        if not isinstance(value, str) or re.search(pattern, value)
        else f"{value!r} doesn't match {pattern}"
    )


def _required(value: Any, names: Sequence[str]) -> str:
    missing = [name for name in names if isinstance(value, dict) and name not in value]
    return f"{', '.join(missing)} missing" if missing else ""


_SIMPLE: dict[str, Callable[[Any, Any], str]] = {
    "type": _type,
    "enum": lambda value, among: (
        "" if any(_same(value, one) for one in among) else f"{value!r} is not one of {among}"
    ),
    "const": lambda value, one: "" if _same(value, one) else f"{value!r} is not {one!r}",
    "required": _required,
    "minProperties": _sized(dict, "fields", least=True),
    "maxProperties": _sized(dict, "fields", least=False),
    "minItems": _sized(list, "items", least=True),
    "maxItems": _sized(list, "items", least=False),
    "uniqueItems": _unique,
    "minLength": _sized(str, "characters", least=True),
    "maxLength": _sized(str, "characters", least=False),
    "pattern": _pattern,
    "minimum": _bounded(lambda value, bound: value >= bound, "at least"),
    "maximum": _bounded(lambda value, bound: value <= bound, "at most"),
    "exclusiveMinimum": _bounded(lambda value, bound: value > bound, "more than"),
    "exclusiveMaximum": _bounded(lambda value, bound: value < bound, "less than"),
    "multipleOf": _bounded(
        lambda value, bound: Decimal(str(value)) % Decimal(str(bound)) == 0, "a multiple of"
    ),
}


def _properties(value: Any, schemas: Any, _: Any, place: str, root: Any, depth: int) -> Found:
    for name, schema in schemas.items():
        if isinstance(value, dict) and name in value:
            yield from _check(value[name], schema, f"{place}.{name}", root, depth)


def _additional(value: Any, schema: Any, parent: Any, place: str, root: Any, depth: int) -> Found:
    declared = parent.get("properties", {})
    for name in cast("dict[str, Any]", value) if isinstance(value, dict) else ():
        if name in declared:
            continue
        if schema is False:
            yield f"{place}: {name} is not a declared field"
        else:
            yield from _check(value[name], schema, f"{place}.{name}", root, depth)


def _items(value: Any, schema: Any, parent: Any, place: str, root: Any, depth: int) -> Found:
    skipped = len(parent.get("prefixItems", ()))
    for at, item in enumerate(cast("list[Any]", value) if isinstance(value, list) else []):
        if at >= skipped:
            yield from _check(item, schema, f"{place}[{at}]", root, depth)


def _prefix(value: Any, schemas: Any, _: Any, place: str, root: Any, depth: int) -> Found:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    for at, (item, schema) in enumerate(zip(items, schemas, strict=False)):
        yield from _check(item, schema, f"{place}[{at}]", root, depth)


def _all(value: Any, schemas: Any, _: Any, place: str, root: Any, depth: int) -> Found:
    for schema in schemas:
        yield from _check(value, schema, place, root, depth)


def _some(value: Any, schemas: Any, _: Any, place: str, root: Any, depth: int) -> Found:
    tried = [list(_check(value, schema, place, root, depth)) for schema in schemas]
    if all(tried):
        yield f"{place}: fits none of anyOf ({tried[0][0] if tried else 'which is empty'})"


def _one(value: Any, schemas: Any, _: Any, place: str, root: Any, depth: int) -> Found:
    fits = sum(not list(_check(value, schema, place, root, depth)) for schema in schemas)
    if fits != 1:
        yield f"{place}: fits {fits} of oneOf, exactly one wanted"


def _not(value: Any, schema: Any, _: Any, place: str, root: Any, depth: int) -> Found:
    if not list(_check(value, schema, place, root, depth)):
        yield f"{place}: fits what it must not"


def _ref(value: Any, ref: str, _: Any, place: str, root: Any, depth: int) -> Found:
    target: Any = root
    for part in ref.removeprefix("#").split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        target = cast("dict[str, Any]", target).get(key) if isinstance(target, dict) else None
    if not ref.startswith("#") or target is None:
        raise _bad_schema(f"$ref {ref!r} leads nowhere in it", "point it at #/$defs/NAME of the same schema")
    yield from _check(value, target, place, root, depth)


_NESTED: dict[str, Callable[[Any, Any, Any, str, Any, int], Found]] = {
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "prefixItems": _prefix,
    "allOf": _all,
    "anyOf": _some,
    "oneOf": _one,
    "not": _not,
    "$ref": _ref,
}
