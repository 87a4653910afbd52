from io import BytesIO
from pathlib import Path

import pytest
from made import encoded, form_pdf, mail, pdf, receipt, table_pdf, text
from PIL import Image

from alongside.core.errors import DataError
from alongside.documents.parse import parse_bytes
from alongside.documents.parser import IsolatedParser
from alongside.documents.render import render_page

MATERIAL = {
    "table": table_pdf(),
    "turned": pdf(text(72, 700, "Turned page here"), attributes="/Rotate 90"),
    "cropped": pdf(text(72, 700, "Inside the crop box"), attributes="/CropBox [50 100 400 750]"),
    "form": form_pdf("Net 30 days"),
    "text": b"Dear Sir,\n\nthe sum is 12.50 EUR, due at once.\n",
    "mail": mail(),
    "scan": encoded(receipt()[0], "PNG", dpi=(144, 144)),
    "sideways": encoded(receipt()[0].rotate(90, expand=True), "PNG"),
}


@pytest.mark.parametrize("kind", MATERIAL)
@pytest.mark.parametrize("scale", [1.5, 3.0])
def test_the_ink_of_every_word_lies_in_its_box(kind, scale):
    """Blank out all words' boxes on the picture: what is left has lost nearly all of its ink."""
    data = MATERIAL[kind]
    page = parse_bytes(data, name=kind).pages[0]
    drawn = render_page(data, media_type="", page=1, scale=scale, rotation=page.rotation)
    image = Image.open(BytesIO(drawn)).convert("L")
    assert image.size == pytest.approx((page.width * scale, page.height * scale), abs=1.5)
    words = [word for line in page.lines() for word in line.words]
    assert words
    blank = image.copy()
    for word in words:
        edges = [
            round(edge * scale)
            for edge in (word.box.x0 - 2, word.box.y0 - 2, word.box.x1 + 2, word.box.y1 + 2)
        ]
        inside = image.crop(edges)
        assert min(inside.tobytes()) < 128, word
        blank.paste(255, edges)
    if kind != "table":  # its rules are ink, but no words
        assert _ink(blank) < 0.02 * _ink(image)


def test_a_page_that_is_not_there_is_an_error_with_the_range():
    with pytest.raises(DataError, match="no page 3, the last is 1") as caught:
        render_page(table_pdf(), media_type="", page=3, scale=1.0)
    assert caught.value.code == "no-such-page"


def test_one_frame_of_many_is_drawn():
    frames = [Image.new("L", (40 + 10 * n, 30), 255) for n in range(3)]
    data = encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    drawn = render_page(data, media_type="image/tiff", page=2, scale=2.0)
    assert Image.open(BytesIO(drawn)).size == (100, 60)
    with pytest.raises(DataError, match="no page 4, the last is 3"):
        render_page(data, media_type="image/tiff", page=4, scale=1.0)


def test_the_worker_draws_too(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with IsolatedParser("document_worker:worker") as parser:
        there = parser.render(table_pdf(), name="t.pdf", media_type="", page=1, scale=0.5)
    assert there == render_page(table_pdf(), media_type="", page=1, scale=0.5)
    assert Image.open(BytesIO(there)).size == (306, 396)


def _ink(image):
    return sum(255 - value for value in image.tobytes())
