"""What a model was asked, kept so that `why` can tell it: each long text once, whatever asks with it."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, cast

from alongside.core.encoding import encode
from alongside.core.plain import plain

__all__ = ["OPTIONS", "Asked", "asked_of", "readable", "rejoined"]

OPTIONS: Final = ("schema", "temperature", "max_tokens", "seed")
"""What stands in a chat's input `options`, in this order."""

_LONG = 500


class Asked(NamedTuple):
    """Inputs by their digest as JSON in which long texts stand by theirs, and those texts (as steps' answers are kept)."""

    outlines: Mapping[str, str]
    texts: Mapping[str, bytes]


def asked_of(inputs: Mapping[str, bytes]) -> Asked:
    """Take encoded inputs (by digest) apart: a prompt's edit keeps the prompt anew, and not every document beside it."""
    texts: dict[str, bytes] = {}
    outlines = {name: json.dumps(_parted(json.loads(data), texts)) for name, data in inputs.items()}
    return Asked(outlines, texts)


def rejoined(outline: str, text: Callable[[str], str]) -> Any:
    """Return an input as plain JSON. `text` gives a long text by its digest."""
    return plain(json.dumps(_whole(json.loads(outline), text)).encode())


def readable(step: str, name: str, value: Any) -> Any:
    """Return a plain input as people read it: a chat's options by their names, its messages as one text."""
    if step != "alongside.chat" or not isinstance(value, list):
        return value
    items = cast("list[Any]", value)
    if name == "options":
        given = zip(OPTIONS, items, strict=False)
        return {option: one for option, one in given if one is not None}
    return "\n".join(map(_turn, items)) if name == "messages" else items


def _turn(message: list[Any]) -> str:
    role, content, answers, calls = message
    who = f"{role} ({answers})" if answers else role
    called = [f"{who} calls {name}({arguments}) as {identity}" for identity, name, arguments in calls]
    return "\n".join([f"{who}: {content}", *called])


def _parted(tree: Any, texts: dict[str, bytes]) -> Any:
    if isinstance(tree, str) and len(tree) >= _LONG:
        kept = encode(tree)
        texts[kept.digest] = kept.data
        return {"$": "text", "v": kept.digest}
    if isinstance(tree, list):
        return [_parted(item, texts) for item in cast("list[Any]", tree)]
    if isinstance(tree, dict):
        return {key: _parted(item, texts) for key, item in cast("dict[str, Any]", tree).items()}
    return tree


def _whole(tree: Any, text: Callable[[str], str]) -> Any:
    if isinstance(tree, list):
        return [_whole(item, text) for item in cast("list[Any]", tree)]
    if isinstance(tree, dict):
        node = cast("dict[str, Any]", tree)
        if node.get("$") == "text":
            return text(node["v"])
        return {key: _whole(item, text) for key, item in node.items()}
    return tree
