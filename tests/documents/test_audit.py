import string

from hypothesis import given, settings
from hypothesis import strategies as st
from made import pdf, text

from alongside.core.document import Box, Word
from alongside.documents.audit import audit_page, total
from alongside.documents.parse import parse_bytes
from alongside.documents.textlayer import Glyph


class Layer:
    """A text layer of 8-point cells: the audit's own port, filled by hand."""

    def __init__(self, rows, hidden=(), unplaced=(), width=400):
        self.text = "\r\n".join(rows)
        self.hidden, self.unplaced, self.width = set(hidden), set(unplaced), width
        self.cells = []
        index = 0
        for row, line in enumerate(rows):
            for column, char in enumerate(line):
                self.cells.append((index, char, column * 8.0, row * 20.0))
                index += 1
            index += 2

    def glyphs(self, characters):
        return [
            Glyph(index, char, *((0.0,) * 4 if index in self.unplaced else (x, y, x + 7.5, y + 10)))
            for index, char, x, y in self.cells
            if char in characters
        ]

    def is_hidden(self, glyph):
        return glyph.index in self.hidden

    def is_off_page(self, glyph):
        return glyph.x0 > self.width

    def fields(self):
        return []


def word(text, column, row):
    return Word(text, Box(1, column * 8.0, row * 20.0, (column + len(text)) * 8.0, row * 20.0 + 10))


def test_everything_held_is_everything_accounted_for():
    page = audit_page(1, Layer(["ab cd"]), [word("ab", 0, 0), word("cd", 3, 0)])
    assert (page.characters, page.accounted, page.coverage, page.recovered) == (4, 4, 1.0, ())


def test_dropped_text_comes_back_with_its_place():
    page = audit_page(1, Layer(["ab cd", "page 12"]), [word("ab", 0, 0), word("cd", 3, 0)])
    (line,) = page.recovered
    assert line.text == "page 12"
    assert (line.words[1].box.x0, line.words[1].box.y0) == (40.0, 20.0)
    assert page.coverage == 1.0


def test_text_that_stands_twice_is_missed_where_it_was_dropped():
    page = audit_page(1, Layer(["total 55", "", "total 55"]), [word("total", 0, 0), word("55", 6, 0)])
    assert [line.box.y0 for line in page.recovered] == [40.0]
    assert page.recovered[0].text == "total 55"


def test_characters_invented_elsewhere_do_not_cover_a_lost_one():
    page = audit_page(1, Layer(["a1", "", "", "b"]), [word("a", 0, 0), word("b11", 0, 3)])
    assert [line.text for line in page.recovered] == ["1"]
    assert page.recovered[0].box.y0 == 0.0
    assert [(added.text, added.box.y0) for added in page.additions] == [("11", 60.0)]


def test_a_word_that_stands_twice_or_was_made_up_is_added_and_fails_nothing():
    held = [word("ab", 0, 0), word("cd", 3, 0), word("ab", 0, 0), word("mh", 0, 3)]
    page = audit_page(1, Layer(["ab cd", "hm"]), held)
    assert [(added.text, added.box.y0) for added in page.additions] == [("ab", 0.0), ("mh", 60.0)]
    assert [line.text for line in page.recovered] == ["hm"]
    audit = total([page])
    assert (audit.additions, audit.passed) == (page.additions, True)


def test_what_has_no_place_is_loss_and_fails_the_page():
    page = audit_page(1, Layer(["ab xyz"], unplaced=(3, 4, 5)), [word("ab", 0, 0)])
    assert [loss.text for loss in page.losses] == ["xyz"]
    audit = total([page])
    assert (audit.characters, audit.accounted, audit.failed_pages, audit.passed) == (5, 2, (1,), False)


def test_exclusions_have_their_reasons():
    layer = Layer(["ab\x01 hid" + " " * 60 + "far"], hidden=(4, 5, 6))
    page = audit_page(1, layer, [word("ab", 0, 0)])
    assert {exclusion.text: exclusion.reason for exclusion in page.exclusions} == {
        "\x01": "control",
        "hid": "hidden",
        "far": "off-page",
    }
    assert page.coverage == 1.0


def test_overprinted_text_is_a_duplicate():
    layer = Layer(["abc"])
    layer.text += "abc"
    layer.cells += [(index + 10, char, x + 0.5, y) for index, char, x, y in layer.cells]
    page = audit_page(1, layer, [word("abc", 0, 0)])
    assert [(exclusion.text, exclusion.reason) for exclusion in page.exclusions] == [("abc", "duplicate")]


def test_typographic_kin_count_as_the_same():
    layer = Layer(["1990\u201391 \u2018a\u2019 \ufb01"])
    held = [word("1990-91", 0, 0), word("'a'", 8, 0), word("fi", 12, 0)]
    assert audit_page(1, layer, held).recovered == ()


ROWS = st.lists(
    st.text(string.ascii_letters + string.digits, min_size=1, max_size=6),
    min_size=1,
    max_size=12,
    unique=True,
)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, data=st.data())
def test_whatever_a_reader_drops_comes_back_and_what_it_makes_up_is_listed(rows, data):
    kept = data.draw(st.lists(st.sampled_from(range(len(rows))), unique=True))
    made_up = data.draw(st.lists(st.text("βγδ", min_size=1, max_size=4), max_size=3))
    page = audit_page(
        1,
        Layer(rows),
        [*(word(rows[row], 0, row) for row in kept), *(word(one, 20, n) for n, one in enumerate(made_up))],
    )
    assert [added.text for added in page.additions] == made_up
    assert sorted(line.text for line in page.recovered) == sorted(
        row for index, row in enumerate(rows) if index not in kept
    )
    assert page.coverage == 1.0


@settings(max_examples=15, deadline=None)
@given(
    lines=st.lists(
        st.text(string.ascii_letters + string.digits + " .,:-", min_size=1, max_size=40), max_size=20
    )
)
def test_every_character_of_a_real_page_is_in_a_block(lines):
    content = "".join(text(72, 740 - 30 * row, line) for row, line in enumerate(lines))
    document = parse_bytes(pdf(content), name="lines.pdf", media_type="application/pdf")
    held = "".join(word.text for line in document.lines() for word in line.words)
    excluded = "".join(exclusion.text for exclusion in document.parse_run.audit.exclusions)
    assert document.parse_run.audit.additions == ()
    assert sorted(held + excluded) == sorted("".join("".join(lines).split()))
    assert document.parse_run.audit.passed
