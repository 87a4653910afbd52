import random
import time
import zlib
from pathlib import Path

import pytest
from made import assemble, encoded, pdf, receipt, stream, table_pdf, text

from alongside.core.errors import DataError
from alongside.core.ports import Parser
from alongside.documents.parse import parse_bytes
from alongside.documents.parser import IsolatedParser

ENTRY = "document_worker:worker"


@pytest.fixture(scope="module")
def parser():
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(Path(__file__).parent))
    with IsolatedParser(ENTRY, memory=1 << 30, seconds=60) as made:
        yield made
    patch.undo()


def corrupted(count):
    """Yield copies of a sound PDF, half of them cut short, half with some bytes changed."""
    chance = random.Random(7)
    sound = bytearray(
        pdf(*(text(72, 700, f"Page {n} with words") + text(72, 650, "and more") for n in range(4)))
    )
    sound += table_pdf()
    for number in range(count):
        if number % 2:
            yield bytes(sound[: chance.randrange(10, len(sound))])
        else:
            copy = bytearray(sound)
            for _ in range(chance.choice((3, 30, 300))):
                copy[chance.randrange(len(copy))] = chance.randrange(256)
            yield bytes(copy)


def test_the_isolated_parser_gives_what_parsing_here_gives(parser):
    port: Parser = parser
    there = port.parse(table_pdf(), name="table.pdf", media_type="application/pdf")
    assert there == parse_bytes(table_pdf(), name="table.pdf", media_type="application/pdf")
    assert there.parse_run.version == port.version


def outcome(parser, data, name):
    try:
        document = parser.parse(data, name=name, media_type="application/pdf")
    except DataError as error:
        named = error.code == "unreadable-document" and error.message.startswith(f"{name}: ")
        return "refused" if named and error.fix else "unnamed"
    return "read" if document.pages or not document.parse_run.audit.passed else "empty"


def test_forty_corrupted_pdfs_give_a_document_or_an_error_that_names_them(parser):
    outcomes = {"read": 0, "refused": 0}
    for number, data in enumerate(corrupted(40)):
        outcomes[outcome(parser, data, f"corrupted-{number}.pdf")] += 1
    assert outcomes["read"] >= 10
    assert outcomes["refused"] >= 3
    assert parser.parse(table_pdf(), name="fine.pdf", media_type="").parse_run.audit.passed


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "the file is empty"),
        (pdf(text(72, 700, "secret"), encrypted=True), "the PDF is encrypted"),
        (b"%PDF-1.7\nnothing here", "the PDF is damaged"),
        (
            assemble([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]),
            "the PDF",
        ),
        (b"\x89PNG\r\n\x1a\n", "the image is damaged .its header is cut or broken"),
        (b"\x89PNG\n\n", "the image is damaged"),
        (b"PK\x03\x04" + bytes(100), "application/zip isn't read yet"),
        (bytes(range(256)), "application/octet-stream isn't read yet"),
    ],
)
def test_an_unreadable_file_is_named_with_a_fix(parser, data, why):
    with pytest.raises(DataError, match=why) as caught:
        parser.parse(data, name="odd.bin", media_type="application/pdf")
    assert caught.value.message.startswith("odd.bin: ")
    assert caught.value.fix.endswith(".")


NO_PAGES = assemble([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"])


@pytest.mark.parametrize("data", [NO_PAGES, assemble([b"<< /Type /Catalog >>"])])
def test_a_pdf_without_pages_isnt_called_encrypted_whatever_was_read_before_it(parser, data):
    with pytest.raises(DataError, match="the PDF is encrypted"):
        parser.parse(pdf(text(72, 700, "secret"), encrypted=True), name="locked.pdf", media_type="")
    with pytest.raises(DataError, match="the PDF is damaged") as caught:
        parser.parse(data, name="empty.pdf", media_type="")
    assert caught.value.fix == "Ask for an undamaged copy."


def test_the_bytes_beat_the_name_and_the_declared_type(parser):
    document = parser.parse(table_pdf(), name="photo.jpg", media_type="image/jpeg")
    assert document.media_type == "application/pdf"


def bomb(megabytes):
    """Return a PDF of a few kilobytes whose page unpacks to that many."""
    packed = zlib.compress(b"0 0 m 1 1 l S " * (megabytes * 75_000), 9)
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
            stream(packed, "/Filter /FlateDecode"),
        ]
    )


def test_a_bomb_ends_its_worker_alone(parser):
    with IsolatedParser(ENTRY, memory=640 << 20, seconds=4) as tight:
        began = time.monotonic()
        with pytest.raises(DataError, match=r"bomb\.pdf: ") as caught:
            tight.parse(bomb(200), name="bomb.pdf", media_type="application/pdf")
        assert time.monotonic() - began < 30
        assert caught.value.code == "unreadable-document"
        assert tight.parse(table_pdf(), name="fine.pdf", media_type="").parse_run.audit.passed


def test_a_file_that_takes_too_long_is_named(parser):
    match = r"slow\.pdf: reading it takes too long"
    with (
        IsolatedParser(ENTRY, seconds=0.001) as hasty,
        pytest.raises(DataError, match=match),
    ):
        hasty.parse(table_pdf(), name="slow.pdf", media_type="application/pdf")


FRAME = receipt()[0]


@pytest.mark.parametrize(
    ("data", "limit", "why"),
    [
        (pdf("", "", ""), {"pages": 2}, "3 pages, 2 allowed"),
        (table_pdf(), {"bytes": 100}, "bytes, 100 allowed"),
        (
            encoded(FRAME, "TIFF", save_all=True, append_images=[FRAME] * 2),
            {"pages": 2},
            "3 pages, 2 allowed",
        ),
        (b"hello world", {"text_characters": 10}, "11 characters, 10 allowed"),
    ],
)
def test_what_a_file_may_cost_is_capped(data, limit, why):
    with pytest.raises(DataError, match=why):
        parse_bytes(data, name="long.bin", options=limit)
