"""The demo's documents: the same for a seed, readable by their libraries, and true to their truth."""

import email
import email.policy
import json
import re
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pypdfium2
import pytest
import tesserocr
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from alongside.cli.demo.documents import generate
from alongside.cli.demo.layout import invoice, letter, till
from alongside.cli.demo.pdf import text_pdf
from alongside.cli.demo.sales import draw, printed_date
from alongside.cli.demo.shops import SHOPS
from alongside.cli.demo.suppliers import SUPPLIERS
from alongside.cli.demo.vendors import CUSTOMER

VENDORS = {vendor.key: vendor for vendor in (*SHOPS, *SUPPLIERS)}
PICTURES = {".jpg", ".png", ".tiff"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    generate(folder)
    return folder


def files(folder):
    return sorted((folder / "documents").iterdir())


def truth_of(folder):
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def pdf_text(data):
    pdf = pypdfium2.PdfDocument(data)
    try:
        assert len(pdf) == 1
        return pdf[0].get_textpage().get_text_range()
    finally:
        pdf.close()


def mail_text(path):
    """Return the body, or the text of the attached PDF."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["Subject"]
    assert CUSTOMER[0] in message["To"]
    attached = list(message.iter_attachments())
    return pdf_text(attached[0].get_content()) if attached else message.get_body().get_content()


def holds(text, key, want):
    """Whether the vendor's way to print company, date and total of `want` stands in `text`."""
    vendor = VENDORS[key]
    flat = " ".join(text.split())
    day = printed_date(vendor.date, date.fromisoformat(want["date"]))
    return want["company"] in flat and day in flat and f"{Decimal(want['total']):,.2f}" in flat


@pytest.mark.slow
def test_same_seed_same_bytes(made, tmp_path):
    generate(tmp_path)
    assert [(p.name, p.read_bytes()) for p in files(tmp_path)] == [
        (p.name, p.read_bytes()) for p in files(made)
    ]
    assert truth_of(tmp_path) == truth_of(made)


def test_three_dozen_of_a_dozen_vendors_in_every_format(made):
    paths, truth = files(made), truth_of(made)
    assert [path.stem for path in paths] == list(truth)
    assert len(paths) == 36
    assert {path.stem[3:] for path in paths} == set(VENDORS)
    assert len({entry["company"] for entry in truth.values()}) == 12
    assert {path.suffix for path in paths} == {*PICTURES, ".pdf", ".eml"}
    assert [entry["date"] for entry in truth.values()] == sorted(entry["date"] for entry in truth.values())


def test_pictures_open_and_are_not_blank(made):
    for path in files(made):
        if path.suffix in PICTURES:
            with Image.open(path) as picture:
                darkest, lightest = picture.convert("L").getextrema()
                assert lightest - darkest > 60, path.name
                assert 600 < min(picture.size) < max(picture.size) < 1900, path.name


def test_native_pdfs_and_mails_print_their_truth(made):
    truth = truth_of(made)
    seen = 0
    for path in files(made):
        text = {".pdf": lambda p: pdf_text(p.read_bytes()), ".eml": mail_text}.get(path.suffix, lambda _: "")(
            path
        )
        if text:
            assert holds(text, path.stem[3:], truth[path.stem]), path.name
            seen += 1
    assert seen == 14


def test_one_pdf_is_a_scan(made):
    scanned = [path for path in files(made) if path.suffix == ".pdf" and not pdf_text(path.read_bytes())]
    assert len(scanned) == 1
    assert b"/DCTDecode" in scanned[0].read_bytes()


def read(path):
    data = str(Path(sys.prefix) / "share" / "tessdata")
    with (
        Image.open(path) as picture,
        tesserocr.PyTessBaseAPI(path=data, lang="eng", psm=tesserocr.PSM.SINGLE_BLOCK) as api,
    ):
        api.SetImage(picture)
        return api.GetUTF8Text()


@pytest.mark.parametrize("name", ["02-merrin.jpg", "05-saltmarsh.tiff", "30-tillstone.png"])
def test_ordinary_scans_can_be_read(made, name):
    path = made / "documents" / name
    assert holds(read(path), path.stem[3:], truth_of(made)[path.stem])


@given(key=st.sampled_from(sorted(VENDORS)), seed=st.integers(0, 10**9))
def test_amounts_add_up_and_all_is_printed(key, seed):
    vendor = VENDORS[key]
    sale = draw(vendor, Random(seed))

    def amount(name):
        return Decimal(re.sub(r"[^\d.-]", "", sale.shown.get(name, "0")))

    net = sum(item.quantity * item.price for item in sale.items)
    gross = net + amount("freight") + (0 if vendor.included else amount("tax"))
    assert amount("net") == net
    assert amount("gross") == gross
    assert amount("due") == sale.total == gross + amount("credit") + amount("rounding")
    assert amount("tendered") - amount("change") == (sale.total if "tendered" in sale.shown else 0)
    assert abs(amount("rounding")) * 2 <= Decimal(vendor.rounded) / 100
    assert sale.total * 100 % vendor.rounded == 0

    want = {"company": sale.company, "date": sale.date.isoformat(), "total": str(sale.total)}
    sheet = till(sale) if vendor.kind == "till" else invoice(sale)
    assert holds("\n".join(text.text for text in sheet.texts), key, want)
    assert all(0 < text.x < sheet.width and 0 < text.y < sheet.height for text in sheet.texts)
    if vendor.kind == "letter":
        assert holds(letter(sale), key, want)


@pytest.mark.parametrize(
    ("day", "printed"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12, "12th"), (22, "22nd"), (31, "31st")],
)
def test_ordinals(day, printed):
    assert printed_date("{mon} {ordinal}, {y}", date(2025, 12, day)) == f"Dec {printed}, 2025"


def test_the_pdf_writer_keeps_its_table_of_offsets():
    data = text_pdf(invoice(draw(VENDORS["osgood"], Random(1))))
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", data)[1])
    assert data[start:].startswith(b"xref\n")
    offsets = [int(entry) for entry in re.findall(rb"(\d{10}) 00000 n ", data[start:])]
    assert len(offsets) >= 5
    for number, offset in enumerate(offsets, 1):
        assert data[offset:].startswith(b"%d 0 obj\n" % number)
    for length, body in re.findall(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", data, re.DOTALL):
        assert int(length) == len(body)


def test_brackets_and_backslashes_survive_the_pdf():
    sale = draw(VENDORS["calder"], Random(2))
    assert "Calder Paints (North) Ltd" in pdf_text(text_pdf(till(sale)))
