from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from typed_page import document, under

from alongside.models.locate import Passages, states

RECEIPT = document(
    "BEAN & LEAF SDN. BHD.\n12, Jalan Besar,\n50000 Kuala Lumpur\nDate: 05/03/2018\nSubtotal 12.50\nTOTAL RM12.50\nCASH 112.50"
)


@pytest.mark.parametrize(
    ("quote", "text", "boxes"),
    [
        ("Bean & Leaf Sdn Bhd", "BEAN & LEAF SDN. BHD.", 1),
        ("12, Jalan Besar, 50000 Kuala Lumpur", "12, Jalan Besar, 50000 Kuala Lumpur", 2),
        ("12,jalanbesar", "12, Jalan Besar,", 1),
        ("05/03/2018", "05/03/2018", 1),
        ("RM 12.50", "RM12.50", 1),
        ("112.50", "112.50", 1),
        ("KualaLumpur\nDate", "Kuala Lumpur Date:", 2),
    ],
)
def test_a_quote_is_found_with_its_boxes(quote: str, text: str, boxes: int):
    found = Passages(RECEIPT).find(quote)
    assert found is not None
    assert (found.text, len(found.boxes), found.document) == (text, boxes, "receipt.txt")
    assert " ".join(under(RECEIPT, box) for box in found.boxes) == text


@pytest.mark.parametrize("quote", ["", "—", "2.50", "ean & Leaf", "12.5", "Tea", "TOTAL 12.50"])
def test_what_is_not_there_or_half_a_word_is_not_found(quote: str):
    assert Passages(RECEIPT).find(quote) is None


def test_of_several_places_the_one_beside_the_fields_name():
    passages = Passages(document("Change 12.50\nGrand Total 12.50\n12.50"))
    total, first = passages.find("12.50", near="grand_total"), passages.find("12.50", near="invoice")
    assert total is not None
    assert first is not None
    assert (total.boxes[0].y0, first.boxes[0].y0) == (12, 0)


def test_a_long_quote_is_narrowed_to_the_value():
    passages = Passages(RECEIPT)
    found = passages.find("Date: 05/03/2018", where=lambda text: states(date(2018, 3, 5), text))
    whole = passages.find("Date: 05/03/2018", where=lambda text: states(date(1999, 1, 1), text))
    assert (found and found.text, whole and whole.text) == ("05/03/2018", "Date: 05/03/2018")


def test_pages_and_attachments():
    inner = document("unpaid", "Invoice 77", name="inner.txt")
    passages = Passages(document("see attached", children=(inner,), name="mail.eml"))
    found = passages.find("Invoice 77")
    assert found is not None
    assert (found.document, found.boxes[0].page) == ("inner.txt", 2)


@given(st.lists(st.text("ab1é,.- ", min_size=1, max_size=9), min_size=1, max_size=6), st.data())
def test_every_run_of_words_is_found(lines: list[str], data: st.DataObject):
    made = document("\n".join(lines))
    words = [word.text for line in made.pages[0].lines() for word in line.words]
    assume(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    quote = " ".join(words[first : last + 1])
    found = Passages(made).find(quote)
    if found is None:
        assert not any(c.isalnum() for c in quote)
    else:
        letters = "".join(c for c in quote if c.isalnum())
        assert "".join(c for c in found.text if c.isalnum()) == letters


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("Bean & Leaf", "BEAN & LEAF SDN BHD", True),
        ("Tea", "BEAN", False),
        ("", "BEAN", False),
        (Decimal("12.50"), "RM12.50", True),
        (Decimal("12.5"), "RM 12.50", True),
        (Decimal("12.50"), "12,50 €", True),
        (Decimal("1234.50"), "1.234,50", True),
        (Decimal("1234.50"), "1,234.50", True),
        (Decimal(1234), "1,234", True),
        (Decimal("1.234"), "1,234", True),
        (Decimal("1234567.8"), "1'234'567.80", True),
        (Decimal("-12.50"), "-12.50", True),
        (Decimal("12.50"), "125.0", False),
        (Decimal("12.50"), "1250", False),
        (12, "Qty: 12", True),
        (12, "Qty: 112", False),
        (12.5, "12.50", True),
        (date(2018, 3, 5), "05/03/2018", True),
        (date(2018, 3, 5), "5 March 2018", True),
        (date(2018, 3, 5), "5-MAR-18", True),
        (date(2018, 3, 5), "20180305", True),
        (date(2018, 3, 5), "05/04/2018", False),
        (date(2018, 3, 5), "05/2018", False),
        (date(2018, 5, 5), "05/2018", False),
        (date(2018, 5, 5), "05/05/18", True),
        (date(2018, 5, 18), "18/05", False),
        (date(2018, 5, 18), "18/05/18", True),
    ],
)
def test_a_text_states_a_value_or_not(value: object, text: str, *, expected: bool):
    assert states(value, text) is expected


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%m.%d.%Y", "%Y%m%d", "on %d %b %Y, 10:30"]),
)
def test_dates_are_recognised_as_printed(day: date, form: str):
    assert states(day, day.strftime(form))


@given(st.decimals("0", "9999999", places=2))
def test_amounts_are_recognised_as_printed(amount: Decimal):
    assert states(amount, f"{amount:,.2f}")
    assert states(amount, f"{amount:.2f}".replace(".", ","))
