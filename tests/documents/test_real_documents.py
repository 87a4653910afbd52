from pathlib import Path

import pytest

from alongside.documents.lines import document_of_lines
from alongside.documents.parse import parse_bytes
from alongside.documents.place import holds

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

pytestmark = pytest.mark.data


@pytest.mark.parametrize("name", ["us-001", "us-020", "us-025", "us-032", "us-040"])
def test_government_tables_are_accounted_for_with_right_boxes(name):
    document = parse_bytes((DATA / "pdf_tables" / f"{name}.pdf").read_bytes(), name=f"{name}.pdf")
    audit = document.parse_run.audit
    assert (audit.accounted, audit.losses, audit.failed_pages) == (audit.characters, (), ())
    cells = [cell for page in document.pages for block in page.blocks for cell in block.cells if cell.text]
    assert cells
    assert all(cell.box for cell in cells)
    assert sum(holds(document, cell.box, cell.text) for cell in cells) >= 0.98 * len(cells)


def test_every_given_receipt_is_a_document():
    files = sorted((DATA / "receipts" / "boxes").glob("*.csv"))
    assert len(files) == 157
    for file in files:
        document = document_of_lines(file.read_bytes(), name=file.name)
        assert len(list(document.lines())) >= 5


def test_a_real_receipt_is_read():
    image = DATA / "receipts" / "images" / "000.jpg"
    document = parse_bytes(image.read_bytes(), name=image.name)
    assert (document.pages[0].width, document.pages[0].height) == (463, 1013)
    assert "25/12/2018" in document.text
