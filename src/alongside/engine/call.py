"""A call of a step: what identifies it, found out when it is called and before anything runs."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alongside.core.digest import digest, digest_parts
from alongside.core.encoding import Encoded, encode
from alongside.core.errors import DataError, PolicyError
from alongside.core.plain import plain, unwritable_place
from alongside.core.run import Effect
from alongside.core.surrogates import shown
from alongside.core.type_names import type_name
from alongside.core.unkept import FAULTS, explain
from alongside.engine.ambient import disturbed
from alongside.engine.code.hashing import Code
from alongside.engine.context import Context

__all__ = [
    "SCHEMA",
    "Call",
    "Spec",
    "changed_input",
    "draw_part",
    "encode_value",
    "encode_whole",
    "key_of",
    "masked",
    "prepare",
    "rooted",
]

SCHEMA = "1"
_SHOWN = 200
_CODE = re.compile(r"error\[[a-z0-9-]+\]: ")
_KEPT_BYTES = re.compile(rb'\{"\$":"bytes","v":"([A-Za-z0-9+/=]*)"')


@dataclass(frozen=True, slots=True)
class Spec:
    """What a step declares. `code` gives its hash; `guarded` holds its body to the rules of a pure step."""

    name: str
    effect: Effect
    reuse: bool
    code: Callable[[Any], Code]
    guarded: bool = True


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its key's parts in the order `why` compares them, and its place among equal calls.

    `asked` is what a model is given, encoded, by digest: of other steps it is kept as what made it answered.
    """

    spec: Spec
    context: Context
    code: Code
    bound: Mapping[str, Any]
    args: str
    occurrence: str
    key: str
    parts: tuple[tuple[str, str], ...]
    shown: str
    mutable: tuple[tuple[str, str], ...]
    classes: tuple[Code, ...]
    asked: Mapping[str, bytes]


def prepare(spec: Spec, context: Context, bound: Mapping[str, Any]) -> Call:
    """Return the call. Raises DataError `step-value`, `impure-step`; PolicyError `secret-in-value`."""
    run = context.run
    context.frame.children += 1
    code = spec.code(run.session)
    if spec.effect == "pure" and spec.guarded and code.impure:
        raise _impure(spec.name, code.impure[0])
    if spec.effect in {"pure", "model"} and not spec.name.startswith("alongside."):
        _check_around(spec, code, run.session)
    of = f"step {spec.name}"
    encoded = {name: encode_value(run.session, value, of=of, place=name) for name, value in bound.items()}
    classes = {name: _classes(run.session, one) for name, one in encoded.items() if one.classes}
    inputs = _inputs(encoded, classes)
    args = digest_parts(*(part for pair in inputs for part in pair))
    draw = _draw(spec, context, code, args)
    parts = (
        ("schema", SCHEMA),
        ("step", spec.name),
        ("code", code.hash),
        *inputs,
        ("effect", spec.effect),
        ("draw", draw),
    )
    key = key_of(run.session.salt, parts)
    _tell(run, spec.name, code)
    return Call(
        spec,
        context,
        code,
        bound,
        args,
        f"{context.branch}#{run.count('occurrence', context.branch, spec.name, args)}",
        key,
        parts,
        _shown(spec.name, encoded) if spec.effect in {"read", "external"} else "",
        _mutable(spec, bound, encoded),
        tuple(code for found in classes.values() for code in found.values()),
        {one.digest: one.data for one in encoded.values()} if spec.effect == "model" else {},
    )


def encode_value(session: Any, value: object, *, of: str, place: str) -> Encoded:
    """Return the canonical form of a step's input or output (`place` of the step `of`), kept for any version's tree.

    Raises DataError `step-value` naming the part that can't be kept, PolicyError where it holds a configured secret.
    """
    try:
        encoded = rooted(session, encode(value))
    except FAULTS:
        raise explain(value, of=of, place=place) from None
    _check_secrets(session.secrets, encoded.data)
    for blob in encoded.blobs.values():
        _check_secrets(session.secrets, blob)
    return encoded


def rooted(session: Any, encoded: Encoded) -> Encoded:
    """Return an encoded value with places in the version's tree told as from its root, as it is kept."""
    data = session.rooted.kept(encoded.data)
    return encoded if data is encoded.data else encoded._replace(data=data, digest=digest(data))


def encode_whole(session: Any, value: object, *, of: str, place: str) -> Encoded:
    """Return the canonical form of a workflow's input or answer, which people and files are to hold.

    Raises as `encode_value` does, and DataError `broken-text` for text that isn't UTF-8; between steps it may be.
    """
    encoded = encode_value(session, value, of=of, place=place)
    stray = unwritable_place(encoded.data, place)
    if stray is not None:
        raise DataError(
            "broken-text",
            f"{of}: {stray} holds half a surrogate pair, which is no character, so nobody could be shown it",
            fix=f'give {stray} as whole text; in code: text.encode("utf-8", "replace").decode()',
        )
    return encoded


def _check_secrets(secrets: Mapping[bytes, str], data: bytes) -> None:
    """Raise PolicyError `secret-in-value` where a secret (with its variable) stands in the data, as it is or as JSON writes it."""
    for secret, variable in secrets.items():
        if secret in data or _in_json(secret) in data or _in_bytes(secret, data):
            raise PolicyError(
                "secret-in-value",
                f"a value that a step takes or returns holds the secret of the environment variable {variable}",
                fix="keep the secret in the environment and read it where the call is made; where it is no secret, "
                "choose a value that says so, such as `none`",
            )


def changed_input(call: Call) -> str:
    """Return the name of the first input that isn't any more what the step was given, or an empty string."""
    for name, was in call.mutable:
        try:
            if rooted(call.context.run.session, encode(call.bound[name])).digest != was:
                return name
        except FAULTS:
            return name
    return ""


def masked(secrets: Iterable[bytes], text: str) -> str:
    """Return a text for people with every secret struck out and nothing that can't be written; an error's code stays."""
    code = _CODE.match(text)
    told = text[code.end() :] if code else text
    for secret in secrets:
        told = told.replace(secret.decode("utf-8", "replace"), "[secret]")
    return shown(f"{code[0] if code else ''}{told}")


def _in_json(secret: bytes) -> bytes:
    return json.dumps(secret.decode("utf-8", "replace"))[1:-1].encode()


def _in_bytes(secret: bytes, data: bytes) -> bool:
    return any(secret in base64.b64decode(found) for found in _KEPT_BYTES.findall(data))


def _classes(session: Any, one: Encoded) -> dict[str, Code]:
    """Return the code of the project's classes in a value, by the class's name."""
    kinds = [kind for kind in one.classes if session.origins.is_project(kind.__module__)]
    return {type_name(kind): session.code(kind) for kind in sorted(kinds, key=type_name)}


def _inputs(
    encoded: Mapping[str, Encoded], classes: Mapping[str, Mapping[str, Code]]
) -> tuple[tuple[str, str], ...]:
    """Return a key part an input: its digest, and beside it `class=code hash` of the project's classes in it."""
    parts: list[tuple[str, str]] = []
    for name, one in encoded.items():
        parts.append((f"input {name}", one.digest))
        if found := classes.get(name):
            told = " ".join(f"{kind}={code.hash}" for kind, code in found.items())
            parts.append((f"classes of {name}", told))
    return tuple(parts)


def _draw(spec: Spec, context: Context, code: Code, args: str) -> str:
    if spec.effect != "model":
        return "0"
    run = context.run
    number = run.count("draw", context.branch, spec.name, code.hash, args)
    return draw_part(number, run.draw)


def draw_part(number: int, draw: int) -> str:
    """Return how a model call's key tells draws apart: the how-manieth equal call, in which draw of the case."""
    return f"{number}@{draw}" if draw else str(number)


def key_of(salt: str, parts: Iterable[tuple[str, str]]) -> str:
    """Return a call's base key from the engagement's salt and the call's parts, in their order."""
    return digest_parts(salt, *(part for pair in parts for part in pair))


def _tell(run: Any, name: str, code: Code) -> None:
    if code.opaque:
        run.opaque[name] = code.opaque


def _shown(name: str, encoded: Mapping[str, Encoded]) -> str:
    """Return the call as people read it: `send_mail(to="a@b.c", …)`."""
    arguments = ", ".join(
        f"{key}={json.dumps(plain(one.data), ensure_ascii=False)}" for key, one in encoded.items()
    )
    text = f"{name.rpartition('.')[2]}({arguments})"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _mutable(
    spec: Spec, bound: Mapping[str, Any], encoded: Mapping[str, Encoded]
) -> tuple[tuple[str, str], ...]:
    """Return the inputs to digest again after the step; those of built-in steps are made for the call by ourselves."""
    if spec.name.startswith("alongside."):
        return ()
    return tuple((name, encoded[name].digest) for name, value in bound.items() if _may_change(value))


def _may_change(value: object) -> bool:
    """Whether a step could change this input in place."""
    if type(value) in {str, int, float, bool, bytes, type(None)}:
        return False
    frozen = getattr(type(value), "__dataclass_params__", None)
    return frozen is None or not frozen.frozen or type(value).__module__.partition(".")[0] != "alongside"


def _check_around(spec: Spec, code: Code, session: Any) -> None:
    """Refuse a call whose answer would depend on more than its arguments and what it reads."""
    around = disturbed(code, session.precision)
    if around:
        raise DataError(
            "impure-step",
            f"the answer of step {spec.name} is kept by its arguments, but {around}",
            fix="pass it as an argument, and set it inside the step",
        )


def _impure(step: str, what: str) -> DataError:
    return DataError(
        "impure-step",
        f"step {step} is pure, but {what}",
        fix="set it when the module is imported, or pass it in as an argument"
        if "outlives" in what
        else 'pass it in as an argument, or declare the step `@step(effect="read")` or another effect',
    )
