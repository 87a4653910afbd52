"""Three texts into one, and line ends: what one side left alone is the other's, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.workbench.merging import as_posted, merged, with_line_ends

_TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n"]), max_size=8).map("".join)
_KEPT = st.lists(st.sampled_from(["a\n", "b\r\n", "c\r", "d"]), max_size=6).map("".join)


@given(seen=_TEXTS, other=_TEXTS)
def test_what_one_side_left_alone_is_the_others(seen: str, other: str) -> None:
    assert merged(seen, other, seen) == other
    assert merged(seen, seen, other) == other
    assert merged(seen, other, other) == other


@given(seen=_TEXTS, yours=_TEXTS, now=_TEXTS)
def test_neither_side_comes_first(seen: str, yours: str, now: str) -> None:
    assert merged(seen, yours, now) == merged(seen, now, yours)


@pytest.mark.parametrize(
    ("yours", "now", "both"),
    [
        ("1\n2\n3\n4\n5!\n", "1!\n2\n3\n4\n5\n", "1!\n2\n3\n4\n5!\n"),
        ("1\n2\n3\n4\n5\n6\n", "1\n3\n4\n5\n", "1\n3\n4\n5\n6\n"),
        ("1\n2!\n3\n4\n5\n", "1\n2?\n3\n4\n5\n", None),
        ("1\n2!\n3\n4\n5\n", "1\n2\n3!\n4\n5\n", None),
        ("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\n7\n", None),
    ],
)
def test_lines_apart_go_together_and_lines_side_by_side_do_not(
    yours: str, now: str, both: str | None
) -> None:
    assert merged("1\n2\n3\n4\n5\n", yours, now) == both


@given(kept=_KEPT)
def test_a_text_that_comes_back_untouched_is_to_the_byte_what_it_was(kept: str) -> None:
    assert with_line_ends(as_posted(kept), kept) == kept


def test_a_new_line_ends_as_most_do() -> None:
    assert with_line_ends("a\nnew\nb\nc\n", "a\r\nb\nc\r\n") == "a\r\nnew\r\nb\nc\r\n"
