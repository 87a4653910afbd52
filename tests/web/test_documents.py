"""What the parser read, as a page and as JSON; its pages as pictures."""

import json
import textwrap
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from alongside.views.document import readings_view
from alongside.workbench import Workbench, open_engagement
from alongside.workbench.paper import latest_readings, unread_runs
from documents.made import encoded, form_pdf, mail, pdf, receipt, table_pdf, text
from web.served import Client, serving, ship

pytestmark = pytest.mark.enable_socket

WORKFLOW = """
from alongside import File, Value, parse, workflow


@workflow
def words(file: File) -> int:
    return len(parse(file).text.split())


@workflow
def total(file: File) -> Value[str]:
    first = parse(file).attachments[0]
    line = next(line for line in first.lines() if "7.00" in line.text)
    return Value(line.text, line.text, (line.box,), 0.5, "rule", first.source)
"""
MAIL = textwrap.dedent("""\
    From: Dana <dana@customer.example>
    To: Kim <kim@alongside.example>
    Subject: <script>alert(1)</script> an invoice
    Date: Fri, 20 Nov 2026 10:00:00 +0000

    Net 12.50
    Total 15.00
    """)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    root: Path = tmp_path_factory.mktemp("papers")
    (root / "workflows").mkdir()
    (root / "workflows" / "words.py").write_text(WORKFLOW)
    (root / "alongside.toml").write_text('customer = "acme"\n')
    return open_engagement(root)


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[Client]:
    ship(bench)
    with serving(bench) as client:
        yield client


@pytest.fixture(scope="module")
def read(client: Client) -> str:
    """The address of the mail as it was read."""
    answer = client.ask(
        "POST", "/run/words", MAIL.encode(), {"X-Filename": "a.eml", "Content-Type": "message/rfc822"}
    )
    assert answer.status == 200, answer.body
    return client.ask("GET", "/documents.json").json["rows"][0]["href"]


def page(client: Client, path: str) -> str:
    answer = client.ask("GET", path, headers={"Accept": "text/html"})
    assert answer.status == 200, answer.body
    return answer.body.decode()


def test_the_list_says_what_was_kept_of_each(client: Client, read: str) -> None:
    row = client.ask("GET", "/documents.json").json["rows"][0]
    assert (row["name"], row["pages"], row["coverage"], row["lost"], row["unsure"]) == ("a.eml", 1, 1.0, 0, 0)
    shown = page(client, "/documents")
    assert read in shown
    assert (row["kept"], "all of it" in shown) == (["right", "all of it"], True)
    assert client.ask("GET", "/documents.json?lost=1").json["rows"] == []


def test_a_document_shows_its_text_and_its_picture(client: Client, read: str) -> None:
    screen = client.ask("GET", f"{read}.json").json
    text = [piece["text"] for block in screen["blocks"] for line in block["lines"] for piece in line]
    assert "Total 15.00" in text
    assert (screen["number"], screen["of"], screen["lost"], screen["places"]) == (1, 1, [], [])
    assert screen["command"].startswith("alongside document show ")
    shown = page(client, read)
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert 0 < screen["readable"] <= 2  # pixels a point; the picture has as many
    picture = client.ask("GET", screen["picture"])
    assert picture.status == 200
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.body.startswith(b"\x89PNG")
    assert client.ask("GET", screen["picture"]).body == picture.body  # drawn once


def test_what_was_added_is_marked_in_the_text_and_on_the_picture(client: Client) -> None:
    headers = {"X-Filename": "form.pdf", "Content-Type": "application/pdf"}
    assert client.ask("POST", "/run/words", form_pdf("Net"), headers).status == 200
    row = client.ask("GET", "/documents.json").json["rows"][0]
    assert (row["name"], row["added"], row["kept"]) == ("form.pdf", 1, ["right", "all of it"])
    screen = client.ask("GET", f"{row['href']}.json").json
    assert screen["passed"]
    assert screen["added"] == [{"ref": "added-1", "text": "Net", "origin": "a form's field"}]
    pieces = [piece for block in screen["blocks"] for line in block["lines"] for piece in line]
    assert [one["text"] for one in pieces if one["mark"] == "added"] == ["Net"]
    (place,) = screen["places"]
    assert (place["ref"], place["mark"], place["name"]) == ("added-1", "added", "Added: Net")
    shown = page(client, row["href"])
    assert '<ins data-d="added" data-ref="added-1">Net</ins>' in shown
    assert "<span>1 word</span>" in shown


def test_what_is_not_there_is_said(client: Client, read: str) -> None:
    assert client.ask("GET", "/documents/nowhere/0").status == 404
    assert client.ask("GET", f"{read[:-1]}7").status == 404
    assert client.ask("GET", f"{read[:-1]}x").status == 404
    kept = read.split("/")[2]
    assert client.ask("GET", f"/pages/{kept}/0/99.png").status == 404
    assert client.ask("GET", f"/pages/{kept}/5/1.png").status == 404
    # A digest of something that isn't a document, such as the file itself, is none.
    source = client.ask("GET", f"{read}.json").json["source"]
    assert client.ask("GET", f"/documents/{source}/0").status == 404


def test_attachments_that_cannot_be_read_are_told_wherever_the_run_is(client: Client) -> None:
    sent = EmailMessage()
    sent["Subject"] = "see attached"
    sent.set_content("see attached\n")
    sent.add_attachment(b"%PDF-1.4 nothing", maintype="application", subtype="pdf", filename="broken.pdf")
    headers = {"X-Filename": "b.eml", "Content-Type": "message/rfc822"}
    answer = client.ask("POST", "/run/words", sent.as_bytes(), headers).json
    assert answer["status"] == "done"
    assert [(one["name"], one["code"]) for one in answer["unread"]] == [("broken.pdf", "unreadable-document")]
    kept = client.ask("GET", f"/runs/{answer['run']}", headers={"Accept": "application/json"}).json
    assert kept["unread"] == answer["unread"]
    assert "1 attachment couldn&#39;t be read: broken.pdf (" in page(client, f"/runs/{answer['run']}")


def test_a_file_that_cannot_be_read_is_listed_with_why_once(client: Client, bench: Workbench) -> None:
    headers = {"X-Filename": "broken.pdf", "Content-Type": "application/pdf"}
    asked = [client.ask("POST", "/run/words", b"%PDF-1.4 nothing", headers).json["run"] for _ in range(2)]
    ((why, href, _),) = client.ask("GET", "/documents.json").json["unread"]
    assert (why, href) == ("broken.pdf: the PDF is damaged", f"/runs/{asked[-1]}")
    assert why in page(client, "/documents")
    assert client.ask("GET", "/documents.json?before=9e9").json["unread"] == []
    told = readings_view((), unread_runs(bench, limit=9)).data["unread"]
    assert [(one["run"], one["message"]) for one in told] == [(asked[-1], why)]


def test_every_attachment_is_shown_on_the_page_of_the_run_those_of_a_forwarded_mail_too(
    client: Client, bench: Workbench
) -> None:
    forwarded = mail("Here it is.", attachments=[("scan.png", "image/png", encoded(receipt()[0], "PNG"))])
    sent = mail(
        attachments=[
            ("bill.pdf", "application/pdf", table_pdf()),
            ("fwd.eml", "application/octet-stream", forwarded),
            ("broken.pdf", "application/pdf", b"%PDF-1.4 nothing"),
        ]
    )
    headers = {"X-Filename": "c.eml", "Content-Type": "message/rfc822"}
    run = client.ask("POST", "/run/words", sent, headers).json["run"]
    first = client.ask("GET", f"/runs/{run}.json?wrong=1").json["paper"]
    assert [one["name"] for one in first["documents"]] == ["c.eml", "bill.pdf", "fwd.eml", "scan.png"]
    shown = page(client, f"/runs/{run}")
    pictures: set[bytes] = set()
    for one in first["documents"]:
        assert one["href"].replace("wrong=1&", "").replace("&", "&amp;") in shown
        there = client.ask("GET", one["href"].replace("?", ".json?")).json["paper"]
        assert (there["name"], [each["shown"] for each in there["documents"]].count(True)) == (one["name"], 1)
        drawn = client.ask("GET", there["pages"][0]["picture"])
        assert (drawn.status, drawn.headers["Content-Type"]) == (200, "image/png")
        assert client.ask("GET", there["href"]).status == 200
        pictures.add(drawn.body)
    assert len(pictures) == len(first["documents"])
    row = client.ask("GET", "/documents.json").json["rows"][0]
    (listed,) = readings_view(latest_readings(bench, limit=1), ()).data["documents"]  # `document list`
    assert (listed["name"], listed["pages"], listed["losses"]) == ("c.eml", row["pages"], row["lost"])
    assert (listed["unsure"], row["pages"]) == (row["unsure"], 4)


def test_a_figure_touched_on_another_attachment_is_shown_there_by_its_case(client: Client) -> None:
    offer, bill = pdf(text(72, 700, "Offered 7.00")), pdf(text(300, 400, "TOTAL 12.50", 20))
    sent = mail(attachments=[("offer.pdf", "application/pdf", offer), ("bill.pdf", "application/pdf", bill)])
    headers = {"X-Filename": "d.eml", "Content-Type": "message/rfc822"}
    run = client.ask("POST", "/run/total", sent, headers).json["run"]
    whole = client.ask("GET", f"/runs/{run}.json?wrong=1").json["paper"]
    there = {one["name"]: one["href"].replace("?", ".json?") for one in whole["documents"]}
    papers = {name: client.ask("GET", href).json["paper"]["pages"][0] for name, href in there.items()}
    touched = next(one["value"] for one in papers["bill.pdf"]["picks"] if "12.50" in one["text"])
    client.send(f"/runs/{run}/judge", {"judgement": "wrong", "pick": touched})
    case = client.ask("GET", f"/runs/{run}.json").json["case"]
    crop = client.ask("GET", f"/cases/{case}.json").json["chosen"]["crop"]
    assert (crop["name"], crop["picture"]) == ("bill.pdf", papers["bill.pdf"]["picture"])
    elsewhere = {"value": "8.00", "box": [1, 20.0, 20.0, 60.0, 30.0]}
    client.send(f"/runs/{run}/judge", {"judgement": "wrong", "pick": json.dumps(elsewhere)})
    assert client.ask("GET", f"/cases/{case}.json").json["chosen"]["crop"] is None  # rather than on another
