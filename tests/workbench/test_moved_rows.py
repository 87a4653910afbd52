"""Which rows of an answer still are the same among the rows that people stated."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.workbench.moved_rows import has_moved


def rows(text: str) -> list[Any]:
    """Return rows from `sku qty price, …`; a single word is a row that is a text."""
    parts = [one.split() for one in text.split(",") if one.strip()]
    return [
        part[0] if len(part) == 1 else dict(zip(("sku", "qty", "price"), part, strict=True)) for part in parts
    ]


@pytest.mark.parametrize(
    ("own", "stated", "moved"),
    [
        ("ab 2 3, cd 1 4, ship 1 5, ef 3 1", "ab 2 3, cd 1 4, ef 3 1", [False, False, True, True]),
        ("ab 2 3, cd 1 4, ef 3 1", "ab 2 3, cd 1 4, ef 3 1, gh 1 1", [False, False, False]),
        ("ab 2 3, cd 1 4, ef 3 1", "gh 1 1, ab 2 3, cd 1 4, ef 3 1", [True, True, True]),
        ("ab 2 3, cd 1 4, ef 3 1", "ab 2 3, ef 3 1, gh 1 9", [False, True, True]),
        ("ab 2 3, cd 1 4, ef 3 1", "cd 1 4, ab 2 3, ef 3 1", [True, True, False]),
        ("ab 2 3, cd 1 4", "ab 2 3, xy 9 9", [False, False]),  # a row corrected in every cell
        ("tea 1 3, cake 1 4, pie 1 3", "tea 1 9, cake 1 4", [False, False, True]),
        ("ab 2 3, cd 1 4, ef 3 1", "ab 2 3, xy 9 9", [False, True, True]),  # of two rows, which was it?
        ("Coffee 1 3, Coffee 1 3, Tea 1 2", "Coffee 1 3, Coffee 1 4, Tea 1 2", [False, False, False]),
        ("item 1 5, item 1 6", "item 1 6", [True, True]),
        ("Coffee, Coffee, Tea", "Coffee, Koffie, Tea", [False, False, False]),
        ("a, b, c", "a, c", [False, True, True]),
        ("", "a", []),
    ],
)
def test_a_row_stays_where_nothing_moves_it(own: str, stated: str, moved: list[bool]) -> None:
    mine, theirs = rows(own), rows(stated)
    assert [has_moved(mine, theirs, at) for at in range(len(mine))] == moved


def told(sku: str, qty: int, price: int) -> Any:
    return {"sku": sku, "qty": qty, "price": price}


row = st.builds(told, st.sampled_from("abc"), st.integers(1, 2), st.integers(1, 9))
lists = st.lists(row, min_size=1, max_size=6, unique_by=lambda one: tuple(one.values()))


@given(lists, st.data())
def test_cells_that_are_corrected_move_no_row(own: list[Any], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(own) - 1))
    stated = [dict(one) for one in own]
    for name in data.draw(st.lists(st.sampled_from(["sku", "qty", "price"]), unique=True)):
        stated[at][name] = "mended"
    assert not has_moved(own, stated, at)


@given(lists, st.data())
def test_no_row_behind_one_that_was_taken_out_stays(own: list[Any], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(own) - 1))
    stated = [*own[:at], *own[at + 1 :]]
    assert [has_moved(own, stated, one) for one in range(len(own))] == [one >= at for one in range(len(own))]
