"""What the parser read, as a page and as JSON; its pages as pictures."""

import textwrap
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from alongside.workbench import Workbench, open_engagement
from web.served import Client, serving, ship

pytestmark = pytest.mark.enable_socket

WORKFLOW = """
from alongside import File, parse, workflow


@workflow
def words(file: File) -> int:
    return len(parse(file).text.split())
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
