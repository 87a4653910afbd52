import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.models.sse import EventParser

LINE = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12)


def parsed(body: bytes, cuts: list[int]) -> list[bytes]:
    parser, events, start = EventParser(), [], 0
    for cut in [*sorted(min(cut, len(body)) for cut in cuts), len(body)]:
        events += parser.feed(body[start:cut])
        start = cut
    return events + parser.end()


@given(
    st.lists(st.lists(LINE, min_size=1, max_size=3), max_size=4),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.lists(st.integers(0, 200), max_size=8),
)
def test_events_come_back_however_they_are_cut(events: list[list[str]], eol: str, bom: bool, cuts: list[int]):
    body = "".join("".join(f"data: {line}{eol}" for line in lines) + eol for lines in events)
    data = (b"\xef\xbb\xbf" if bom else b"") + body.encode()
    assert parsed(data, cuts) == ["\n".join(lines).encode() for lines in events]


def test_fields_as_the_standard_has_them():
    body = b":comment\n\ndata\n\ndata:a\ndata: b\ndata:  c\nid: 1\ndatax: no\n\nevent: e\n\ndata: end"
    assert parsed(body, []) == [b"", b"a\nb\n c", b"end"]


@pytest.mark.parametrize("eol", [b"\n", b"\r\n", b"\r"])
def test_byte_by_byte(eol: bytes):
    body = b"data: a\ndata: b\n\ndata: c\n\n".replace(b"\n", eol)
    assert parsed(body, list(range(len(body)))) == [b"a\nb", b"c"]
