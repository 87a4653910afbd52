import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import encoded, mail, pdf, receipt, text

from alongside.core.errors import DataError
from alongside.core.packing import holds_attachments, pack_document
from alongside.documents.parse import parse_bytes


def parse(data, name="note.txt", media_type="", **options):
    return parse_bytes(data, name=name, media_type=media_type, options=options)


def test_text_is_laid_out_on_a4_with_a_place_for_every_word():
    document = parse(b"Dear Sir,\n\nthe  sum is\t12.50 EUR\n")
    page = document.pages[0]
    assert (page.width, page.height, page.text_layer) == (595, 842, "native")
    assert [block.text for block in page.blocks] == ["Dear Sir,", "the sum is 12.50 EUR"]
    the, total, *_ = page.blocks[1].lines[0].words
    assert the.box.y0 == page.blocks[0].box.y0 + 24
    assert total.box.x0 - the.box.x1 == 2 * 6.0


def test_long_text_flows_over_rows_and_pages():
    document = parse(("word " * 40 + "\n").encode() * 100 + b"\fnew sheet")
    assert len(document.pages) > 4
    assert document.pages[-1].blocks[0].text == "new sheet"
    for page in document.pages:
        for line in page.lines():
            assert line.box.x1 <= 595 - 50
            assert line.box.y1 <= 842 - 50


@settings(max_examples=60, deadline=None)
@given(content=st.text(max_size=400))
def test_no_character_of_a_text_is_lost_and_no_word_leaves_the_page(content):
    data = content.encode("utf-8", "replace")
    if not data.strip() or b"\0" in data or data.startswith((b"%PDF", b"BM", b"GIF8", b"PK", b"\x1f\x8b")):
        return
    try:
        document = parse(data)
    except DataError:
        assert any(ord(char) < 32 for char in content)  # not a text
        return
    held = "".join(word.text for line in document.lines() for word in line.words)
    excluded = "".join(exclusion.text for exclusion in document.parse_run.audit.exclusions)
    decoded = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8")
    assert sorted(held + excluded) == sorted(char for char in decoded if not char.isspace())
    for line in document.lines():
        assert all(50 <= word.box.x0 < word.box.x1 <= 545 for word in line.words)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    assert parse("Größe 12 €".encode(encoding)).text == "Größe 12 €"


def test_a_mail_is_headers_body_and_attachments_as_children():
    paper = pdf(text(72, 700, "Invoice 4711"))
    picture = encoded(receipt()[0], "PNG")
    document = parse(
        mail(attachments=[("invoice.pdf", "application/pdf", paper), ("till.png", "image/png", picture)]),
        name="a.eml",
    )
    assert document.media_type == "message/rfc822"
    assert "Subject: Invoice 4711" in document.pages[0].blocks[0].text.splitlines()
    assert document.pages[0].blocks[1].text == "Please find the invoice attached."
    assert [(child.name, child.media_type) for child in document.children] == [
        ("invoice.pdf", "application/pdf"),
        ("till.png", "image/png"),
    ]
    assert document.children[0].text == "Invoice 4711"
    assert "Total 5.70" in document.children[1].text


def test_a_mail_is_known_by_its_headers_alone():
    assert parse(mail(), name="saved", media_type="text/plain").media_type == "message/rfc822"
    assert parse(b"Note: buy milk\nAlso: bread\n\n", name="n.txt").media_type == "text/plain"


def test_mail_in_mail_is_a_child_down_to_a_depth():
    data = mail("the innermost")
    for level in range(6):
        data = mail(f"level {level}", attachments=[("inner.eml", "application/octet-stream", data)])
    document = parse(data, name="outer.eml")
    depth = 0
    while document.children:
        document, depth = document.children[0], depth + 1
    assert depth == 5
    assert "too deep" in document.parse_run.audit.losses[0].text
    assert not document.parse_run.audit.passed


@pytest.mark.parametrize("words", ["[]", ",[]]", "a [] b"])
def test_a_packed_document_says_whether_it_has_attachments(words):
    nested = mail(attachments=[("inner.eml", "application/octet-stream", mail(body=words))])
    assert not holds_attachments(pack_document(parse(words.encode())))
    assert not holds_attachments(pack_document(parse(mail(words), "a.eml")))
    assert holds_attachments(pack_document(parse(nested, "a.eml")))
    assert not holds_attachments(pack_document(parse(pdf(text(72, 700, words)), "note.pdf")))


def test_an_attachment_that_cannot_be_read_stays_as_a_failure():
    document = parse(mail(attachments=[("broken.pdf", "application/pdf", b"%PDF-1.4 nothing")]), name="a.eml")
    (child,) = document.children
    assert (child.name, child.pages) == ("broken.pdf", ())
    assert child.parse_run.audit.losses[0].text.startswith("broken.pdf: ")
    assert not child.parse_run.audit.passed
    assert document.parse_run.audit.passed


def test_an_html_mail_shows_its_text_once():
    unseen = "<div style='color: red; DISPLAY: none'>peek</div><p hidden>peek</p>"
    html = f"{unseen}<style>p{{}}</style><p>Sum: <b>12.50</b>&nbsp;EUR</p><table><tr><td>A</td><td>1</td></tr></table>"
    both = parse(mail("Sum: 12.50 EUR\n\n A  1\nhttps://mail.example/?id=77", html=html), name="a.eml")
    assert both.text.count("12.50") == 1
    assert both.children == ()
    audit = both.parse_run.audit
    assert [(one.text, one.reason) for one in audit.exclusions] == [("Sum: 12.50 EUR A 1", "alternative")]
    assert audit.characters == audit.accounted == len("".join((both.text + "Sum:12.50EURA1").split()))
    raw = b"From: a@b.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n" + html.encode()
    alone = parse(raw, name="a.eml").text
    assert alone.endswith("Sum: 12.50 EUR\nA 1")
    assert "peek" not in alone + both.text


@pytest.mark.parametrize(
    ("plain", "html", "shown"),
    [
        ("\n", "<html><head><meta charset=utf-8><body><p>TOTAL 12.50", "TOTAL 12.50"),
        ("Your reader shows no HTML.", "<p>TOTAL 12.50</p>", "TOTAL 12.50\nYour reader shows no HTML."),
        (
            "Dear Ann, the total is 12.50",
            "<p>Dear Ann, the total is 12.51",
            "12.51\nDear Ann, the total is 12.50",
        ),
        (
            "the total is 12.50, Ann",
            "<p>Dear Ann, dear Bob: the total is 12.50, for all of it",
            "for all of it",
        ),
    ],
)
def test_no_wording_of_a_mail_hides_what_another_says(plain, html, shown):
    assert parse(mail(plain, html=html), name="a.eml").text.endswith(shown)


def test_parts_that_are_no_files_are_the_mail_s_text():
    message = b"""From: a@b.example
Content-Type: multipart/mixed; boundary=x

--x

first
--x
Content-Type: text/html

<p>second
--x--
"""
    assert parse(message, name="a.eml").text.endswith("first\nsecond")
    assert parse(message.replace(b"--x", b"--y"), name="a.eml").text.count("second") == 1


def test_too_many_attachments_are_refused():
    many = mail(attachments=[(f"{n}.txt", "text/plain", "x") for n in range(0)])
    assert parse(many, name="a.eml", attachments=0).children == ()
    one = mail(attachments=[("n.bin", "application/octet-stream", b"\0")])
    with pytest.raises(DataError, match="1 attachments, 0 allowed"):
        parse(one, name="a.eml", attachments=0)
