"""Corrected documents as training rows: which candidates are the right ones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher

from alongside.core.digest import digest, digest_parts
from alongside.core.document import Document
from alongside.core.fields import Field
from alongside.core.packing import pack_document
from alongside.learn.candidates import Candidate, normal
from alongside.learn.features import Scene, dense, hashed_words, scene_of, view
from alongside.learn.labels import signature

__all__ = ["Example", "Judged", "Prepared", "expected_key", "prepare", "similar"]

_NEAR = 0.8


@dataclass(frozen=True, slots=True)
class Example:
    """A document and what is right on it. `expected` holds the judged fields alone: None means that the field is not there.

    `group` is what must not be split between training and judging (a vendor, or the document itself).
    """

    document: Document
    expected: Mapping[str, object]
    group: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One field of one document: its candidates as rows; `right` are the positions of the right ones."""

    rows: list[list[float]]
    words: list[list[int]]
    keys: list[str]
    right: list[int]
    expected: str | None
    text: str
    labels: list[str]

    @property
    def label(self) -> str:
        """The label beside the right value, the nearest to the end where it stands several times."""
        return self.labels[-1] if self.labels else ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An example whose features are made. Examples are ordered by `order`, so that their own order never matters."""

    order: str
    group: str
    header: frozenset[str]
    fields: Mapping[str, Judged]


def prepare(example: Example, fields: Sequence[Field]) -> Prepared:
    """Return the example's rows for the fields that were judged."""
    scene = scene_of(example.document)
    judged = {
        f.name: _judged(scene, f, example.expected[f.name]) for f in fields if f.name in example.expected
    }
    content = example.document.carried_digest or digest(pack_document(example.document))
    expected = json.dumps({name: str(value) for name, value in example.expected.items()}, sort_keys=True)
    return Prepared(
        digest_parts(content, expected, example.group), example.group, scene.layout.header, judged
    )


def expected_key(field: Field, value: object) -> str:
    """Return what a candidate's `key` must be to count as this value."""
    if field.kind == "date":
        day = value.date() if isinstance(value, datetime) else value
        return day.isoformat() if isinstance(day, date) else str(value)[:10]
    if field.kind in {"amount", "integer"}:
        try:
            return str(Decimal(str(value)).normalize())
        except InvalidOperation:
            return str(value)
    return normal(str(value))


def similar(a: str, b: str) -> float:
    """Return 0 to 1: how much of two keys agrees (Ratcliff and Obershelp)."""
    if not a or not b or min(len(a), len(b)) < 0.6 * max(len(a), len(b)):
        return 0.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() > _NEAR - 0.05 else 0.0


def _judged(scene: Scene, field: Field, value: object) -> Judged:
    found = view(scene, field.kind)
    rows = [dense(found, field, i) for i in range(len(found.candidates))]
    words = [hashed_words(found, i) for i in range(len(found.candidates))]
    keys = [c.key for c in found.candidates]
    if value is None:
        return Judged(rows, words, keys, [], None, "", [])
    key = expected_key(field, value)
    right = _right(field, found.candidates, key)
    return Judged(
        rows,
        words,
        keys,
        right,
        key,
        str(value),
        [signature(found.candidates[i], found.labels[i]) for i in right],
    )


def _right(field: Field, made: Sequence[Candidate], key: str) -> list[int]:
    """Return the candidates that hold the value; where a text was retyped with small differences, the most alike."""
    exact = [i for i, c in enumerate(made) if c.key == key]
    if exact or field.kind != "text":
        return exact
    near = [(similar(c.key, key), -i) for i, c in enumerate(made)]
    best = max(near, default=(0.0, 0))
    return [-best[1]] if best[0] >= _NEAR else []
