"""Values that look equal and differ in what no field shows: their canonical forms differ, and come back so."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from pydantic import BaseModel, PrivateAttr

from alongside.core.encoding import decode, encode


class Model(BaseModel):
    a: int = 1
    b: int = 2


class Private(BaseModel, frozen=True):
    a: int = 1
    _note: int = PrivateAttr(0)


@dataclass
class Row:
    a: int = 1

    @cached_property
    def twice(self) -> int:
        return self.a * 2


def private(note: int) -> Private:
    made = Private()
    made._note = note
    return made


def row(more: int) -> Row:
    made = Row()
    made.more = more  # type: ignore[attr-defined]
    return made


def back(value: object) -> Any:
    def resolve(name: str) -> Any:
        module, _, qualname = name.partition(":")
        return getattr(sys.modules[module], qualname)

    return decode(encode(value).data, lambda _: b"", resolve)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([Model(a=1), Model(a=1, b=2), Model()], lambda model: model.model_dump(exclude_unset=True)),
        ([private(1), private(2)], lambda model: model._note),
        ([Row(), row(1), row(2)], vars),
    ],
    ids=["fields that were set", "private attributes", "attributes beside the fields"],
)
def test_what_no_field_shows_is_kept(values: list[Any], told: Callable[[Any], object]) -> None:
    assert len({encode(value).digest for value in values}) == len(values)
    assert [told(back(value)) for value in values] == [told(value) for value in values]


def test_what_follows_from_the_fields_is_not_told() -> None:
    asked = Row(3)
    assert asked.twice == 6
    assert encode(asked).digest == encode(Row(3)).digest
