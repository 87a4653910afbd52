import json
from io import BytesIO

import pytest
from made import form_pdf, pdf, receipt, scanned_pdf, table_pdf, text
from PIL import Image

from alongside.core.packing import pack_document, unpack_document
from alongside.documents.parse import parse_bytes
from alongside.documents.place import holds, text_in
from alongside.documents.render import render_page


def parse(data, name="paper.pdf", **options):
    return parse_bytes(data, name=name, media_type="application/pdf", options=options)


def words(document, page=1):
    return {word.text: word.box for line in document.pages[page - 1].lines() for word in line.words}


def test_pages_words_and_places():
    document = parse(pdf(text(72, 700, "First page") + text(72, 40, "1"), text(300, 100, "Second page", 20)))
    assert [page.number for page in document.pages] == [1, 2]
    assert {(page.width, page.height, page.text_layer) for page in document.pages} == {(612, 792, "native")}
    first, second = words(document), words(document, 2)
    assert first["First"].x0 == pytest.approx(72, abs=1)
    assert first["First"].y0 < 792 - 700 < first["First"].y1 + 1
    assert first["1"].y0 > 700
    assert second["Second"].page == 2
    assert second["Second"].height > first["First"].height
    assert document.text == "First page\n1\fSecond page"
    assert document.parse_run.audit.passed


def test_equal_bytes_give_an_equal_document_that_survives_packing():
    first, again = parse(table_pdf()), parse(table_pdf())
    assert pack_document(first) == pack_document(again)
    assert unpack_document(pack_document(first))["pages"] == first.pages


def test_a_filled_in_field_is_added_and_a_record_kept_before_that_was_told_still_loads():
    document = parse(form_pdf("Net 30 days"))
    added = document.parse_run.audit.additions
    assert [(one.text, one.origin) for one in added] == [("Net", "field"), ("30", "field"), ("days", "field")]
    assert all(holds(document, one.box, one.text) for one in added)
    packed = json.loads(pack_document(document))
    assert unpack_document(pack_document(document))["parse_run"] == document.parse_run
    packed[4][3].pop()
    assert unpack_document(json.dumps(packed).encode())["parse_run"].audit.additions == ()


def test_every_filled_cell_stands_where_its_box_says():
    document = parse(table_pdf())
    (table,) = (block for page in document.pages for block in page.blocks if block.kind == "table")
    grid = {(cell.row, cell.column): cell for cell in table.cells}
    assert [grid[0, column].text for column in range(3)] == ["Item", "Count", "Price"]
    assert [grid[row, 2].text for row in range(4)] == ["Price", "14.40", "6.25", "0.90"]
    assert all(holds(document, cell.box, cell.text) for cell in table.cells)
    assert not holds(document, grid[1, 2].box, "6.25")


def test_a_rotated_page_is_shown_turned_and_its_words_run_down():
    document = parse(pdf(text(72, 700, "Turned page here"), attributes="/Rotate 90"))
    page = document.pages[0]
    assert (page.width, page.height, page.rotation) == (792, 612, 90)
    found = words(document)
    assert list(found) == ["Turned", "page", "here"]
    assert found["Turned"].height > found["Turned"].width
    assert found["Turned"].y1 <= found["page"].y0
    assert page.coverage == 1.0


def test_the_crop_box_is_the_page_and_what_lies_outside_is_excluded():
    content = text(72, 700, "Inside") + text(72, 20, "Outside")
    document = parse(pdf(content, attributes="/CropBox [50 100 400 750]"))
    page = document.pages[0]
    assert (page.width, page.height) == (350, 650)
    assert words(document)["Inside"].x0 == pytest.approx(22, abs=1)
    (exclusion,) = document.parse_run.audit.exclusions
    assert (exclusion.text, exclusion.reason, exclusion.page) == ("Outside", "off-page", 1)
    assert page.coverage == 1.0


def test_hidden_text_is_accounted_for():
    document = parse(pdf(text(72, 700, "Seen") + text(72, 600, "Unseen", extra="3 Tr")))
    audit = document.parse_run.audit
    held = document.text + "".join(exclusion.text for exclusion in audit.exclusions)
    assert "Seen" in held
    assert "Unseen" in held
    assert (audit.characters, audit.accounted) == (10, 10)


def test_text_that_nobody_can_see_is_left_out_and_pale_text_on_dark_stays():
    document = parse(
        pdf(
            text(72, 700, "Total 10")
            + text(72, 660, "Total 20", extra="1 1 1 rg")
            + text(72, 640, "Total 30", extra="0 0 0 rg", size=0.5)
            + "0.1 0.2 0.5 rg 60 590 200 30 re f\n"
            + text(72, 600, "Total 40", extra="1 1 1 rg")
        )
    )
    audit = document.parse_run.audit
    assert document.text.split() == ["Total", "10", "Total", "40"]
    assert [(one.text, one.reason) for one in audit.exclusions] == [
        ("Total20", "hidden"),
        ("Total30", "hidden"),
    ]
    assert (audit.passed, audit.losses, audit.accounted) == (True, (), audit.characters)


def test_a_page_number_alone_at_the_foot_is_not_lost():
    """LiteParse drops it as furniture; the second reader brings it back, with its place."""
    pages = [text(72, 700, "Some words of the text") + text(300, 30, str(number)) for number in (14, 15, 16)]
    document = parse(pdf(*pages))
    for page, number in zip(document.pages, ("14", "15", "16"), strict=True):
        box = words(document, page.number)[number]
        assert box.x0 == pytest.approx(300, abs=1.5)
        assert text_in(document, box) == number
        assert page.blocks[-1].text == number
    assert document.parse_run.audit.passed


def test_a_scanned_page_is_read_by_ocr_where_it_stands():
    image, lines = receipt(2.0)
    document = parse(scanned_pdf(image, size=(420, 360)))
    page = document.pages[0]
    assert (page.text_layer, page.width, page.height) == ("ocr", 420, 360)
    assert [line.text for line in page.lines()] == lines
    total = words(document)["5.70"]
    assert 0 < total.x0 < total.x1 < 210
    assert 290 < total.y0 < total.y1 < 330
    assert all(0 < word.confidence <= 1 for line in page.lines() for word in line.words)


def test_a_stamp_on_a_scan_does_not_hide_what_was_scanned():
    image, lines = receipt(2.0)
    document = parse(scanned_pdf(image, size=(420, 360), stamp=text(300, 8, "Page 1 of 3", 9)))
    page = document.pages[0]
    assert page.text_layer == "ocr"
    assert [line.text for line in page.lines()] == [*lines, "Page 1 of 3"]
    assert document.parse_run.audit.characters == len("Page1of3")


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_stamp_on_a_scan_that_lies_on_its_side(degrees):
    image, lines = receipt(2.0)
    size = (420, 360) if degrees == 180 else (360, 420)
    lying = image.rotate(degrees, expand=True)
    document = parse(scanned_pdf(lying, size=size, stamp=text(100, 4, "Page 1", 6)))
    page = document.pages[0]
    assert (page.width, page.height, page.rotation, page.text_layer) == (*size, 0, "ocr")
    read = {line.text: line.box for line in page.lines()}
    assert set(read) == {*lines, "Page 1"}
    drawn = Image.open(BytesIO(render_page(scanned_pdf(lying, size=size), media_type="", page=1, scale=1.0)))
    for line in lines:  # there is ink where the line is said to stand
        box = read[line]
        assert min(drawn.convert("L").crop((box.x0, box.y0, box.x1, box.y1)).tobytes()) < 128
        assert (box.height > box.width) == (degrees != 180)


def test_a_blank_page_has_no_text_and_does_not_fail():
    document = parse(pdf(""))
    assert (document.pages[0].text_layer, document.pages[0].blocks) == ("none", ())
    assert document.parse_run.audit.passed
    assert parse(scanned_pdf(Image.new("L", (200, 200), 255))).pages[0].text_layer == "none"


def test_the_run_says_what_parsed():
    run = parse(pdf(text(72, 700, "x"))).parse_run
    assert run.engine == "liteparse"
    assert "liteparse/2.18.0" in run.version
    assert "tessdata/" in run.version
    assert dict(run.options)["psm"] == "6"
