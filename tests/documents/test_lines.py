import pytest

from alongside.core.document import Box
from alongside.core.errors import DataError
from alongside.documents.lines import document_of_lines
from alongside.documents.place import holds, text_in

ROWS = b"72,25,326,25,326,64,72,64,TAN WOON YANN\r\n\n50,342,279,342,279,370,50,370,DATE: 25/12/2018, 8:13:39 PM\n"


def test_lines_are_blocks_with_words_by_proportion():
    document = document_of_lines(ROWS, name="000.csv")
    page = document.pages[0]
    assert (page.text_layer, page.width, page.height) == ("ocr", 326, 370)
    assert [block.text for block in page.blocks] == ["TAN WOON YANN", "DATE: 25/12/2018, 8:13:39 PM"]
    tan, woon, yann = page.blocks[0].lines[0].words
    assert tan.box.x0 == 72
    assert yann.box.x1 == pytest.approx(326)
    assert woon.box.width == pytest.approx(254 * 4 / 13)
    assert tan.box.x1 < woon.box.x0
    assert text_in(document, woon.box) == "WOON"
    assert holds(document, page.blocks[1].box, "date: 25/12/2018, 8:13:39 pm")


def test_scale_and_size():
    document = document_of_lines(ROWS, name="000.csv", size=(300, 400), scale=0.5)
    assert document.pages[0].blocks[0].box == Box(1, 36.0, 12.5, 163.0, 32.0)
    assert (document.pages[0].width, document.pages[0].height) == (300, 400)


def test_a_bad_row_is_named():
    with pytest.raises(DataError, match=r"bad\.csv, row 2: ") as caught:
        document_of_lines(b"1,2,3,4,5,6,7,8,fine\n1,2,x,4,5,6,7,8,text\n", name="bad.csv")
    assert caught.value.code == "bad-ocr-line"
    assert document_of_lines(b"", name="none.csv").pages[0].blocks == ()
