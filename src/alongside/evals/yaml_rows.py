"""Rows as a YAML list. Read by safe_load's rules, but that what has no quotes stays as it is written (Plain); a row with an alias is refused, since a few lines of them can mean gigabytes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from alongside.core.errors import DataError
from alongside.evals.plain_scalars import Plain

__all__ = ["read_yaml", "write_yaml"]

_DEEPEST = 100
_FOLDED = set("\r\x85\u2028\u2029")


def read_yaml(text: str) -> Iterator[tuple[str, Any]]:
    """Yield (`item N (line L)`, the row, or the DataError it is). Numbers, flags and dates without quotes are Plain."""
    import yaml

    loader = _row_loader()(text)
    try:
        aliased = _aliased(text)
        node = loader.get_single_node()
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            raise DataError("bad-file", "it is not a list of cases", fix="begin each case with a dash")
        for number, item in enumerate(node.value, 1):
            place = f"item {number} (line {aliased.get(number, item.start_mark.line + 1)})"
            yield place, _aliasing() if number in aliased else _construct(loader, item)
    except (yaml.YAMLError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise DataError(
            "bad-file",
            f"it is not YAML: {why}",
            fix="mend the line; indent by spaces, quote what holds a colon",
        ) from error
    finally:
        loader.dispose()


def write_yaml(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows as YAML, keys in their order, without aliases."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def quoted(dumper: Any, text: str) -> Any:
        # YAML folds these line ends into a space unless they stand as escapes, which only double quotes have
        style = '"' if set(text) & _FOLDED else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, quoted)
    return yaml.dump(list(rows), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110)


def _loader() -> Any:
    """Return libyaml's safe loader where PyYAML was built with it: ten times as fast, to the same rules."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _row_loader() -> Any:
    class Loader(_loader()):
        pass

    def keep_text(loader: Any, node: Any) -> Any:
        read: Any = _loader().yaml_constructors[node.tag](loader, node)
        is_number = not isinstance(read, float) or math.isfinite(read)
        return Plain(node.value, read) if is_number and not node.style else read

    for kind in ("bool", "int", "float", "timestamp"):
        Loader.add_constructor(f"tag:yaml.org,2002:{kind}", keep_text)
    return Loader


def _aliased(text: str) -> dict[int, int]:
    """Return the line of the first alias in each item that has one, by the item's number.

    Raises DataError `bad-file` for what is nested too deeply to be composed, which would end the process.
    """
    import yaml

    found: dict[int, int] = {}
    depth = item = 0
    events: Iterator[Any] = cast("Any", yaml).parse(text, Loader=_loader())
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            continue
        item += depth == 1 and isinstance(event, yaml.NodeEvent)
        if isinstance(event, yaml.AliasEvent):
            found.setdefault(item, event.start_mark.line + 1)
        depth += isinstance(event, yaml.CollectionStartEvent)
        if depth > _DEEPEST:
            raise DataError(
                "bad-file",
                f"line {event.start_mark.line + 1} is nested more than {_DEEPEST} deep",
                fix="write it flatter, or take the row out",
            )
    return found


def _aliasing() -> DataError:
    return DataError("bad-row", "it uses an alias (*name)", fix="write the value out where the alias stands")


def _construct(loader: Any, node: Any) -> Any:
    import yaml

    try:
        return _plain(loader.construct_object(node, deep=True))
    except (yaml.YAMLError, ValueError, TypeError) as error:
        why = " ".join(str(error).split())
        return DataError(
            "bad-row", why, fix="use plain YAML: text, numbers, lists and mappings with text as keys"
        )


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case dict():
            items = cast("dict[Any, Any]", value).items()
            return {str(_plain(key)): _plain(inner) for key, inner in items}
        case list():
            return [_plain(item) for item in cast("list[Any]", value)]
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case _:
            raise ValueError(f"{value!r} is not a value that JSON knows")
