"""Two hundred payloads where text of others is kept: no page holds one as markup."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from starlette.routing import Route

from alongside.views.screens.under_way import under_way
from alongside.web.app import create_app
from alongside.web.rendering import render
from alongside.web.roles import who_may
from alongside.workbench.progress import Told
from web.hostile import CONTEXTS, TEMPLATES, Planted, of, payload, plant
from web.served import LINK, TOKEN, Client, serving

pytestmark = pytest.mark.enable_socket

MARK = re.compile(r"x\d{4}q")
LINKS = {"href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post"}
NEVER = {"iframe", "object", "embed", "base", "style", "applet", "frame"}
PARTS = {
    "part": "0",
    "place": "1",
    "page": "1",
    "name": "workbench.css",
    "link": "x",
    "word": "x",
    "secret": "x",
}


class Markup(HTMLParser):
    """What a page is made of, as far as it could act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.in_script = tag == "script"
        if tag in NEVER or MARK.search(tag):
            self.faults.append(f"<{tag}>")
        if tag == "script" and not str(given.get("src")).startswith("/static/"):
            self.faults.append(f"<script {given}>")
        if tag == "meta" and "http-equiv" in given and given.get("content") != "2":
            self.faults.append(f"<meta {given}>")
        for name, value in given.items():
            bad = name.startswith("on") or name in {"style", "srcdoc", "hx-vals"} or MARK.search(name)
            foreign = name in LINKS and not re.match(r"/(?!/)|#|\?|$", value or "")
            if bad or foreign:
                self.faults.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data: str) -> None:
        if self.in_script and data.strip():
            self.faults.append(f"script: {data[:60]}")

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return plant(tmp_path_factory.mktemp("hostile") / "acme")


@pytest.fixture(scope="module")
def client(planted: Planted) -> Iterator[Client]:
    with serving(planted.bench) as client:
        yield client


def pages(planted: Planted, client: Client) -> list[str]:
    """One address of each page there is, and of some several; a part that this doesn't know fails."""
    first = client.ask("GET", "/documents.json").json["rows"][0]["href"].split("/")
    known = PARTS | {
        "kept": first[2],
        "workflow": "receipt",
        "case": planted.cases[0],
        "run": planted.runs[0],
    }
    known |= {"version": "live"}
    found: list[str] = []
    for route in create_app(planted.bench, token=TOKEN, open_link=LINK).routes:
        assert isinstance(route, Route)
        if "GET" not in (route.methods or ()) or route.path.startswith(
            ("/open/", "/in/", "/static/", "/fix/proof/")
        ):
            continue
        if who_may(route.endpoint) != "link":
            found.append(re.sub(r"{(\w+)(:\w+)?}", lambda part: known[part[1]], route.path))
    found += [f"/runs/{run}{query}" for run in planted.runs[1:] for query in ("", "?field=company&wrong=1")]
    found += [f"/app/receipt/{run}?wrong=company" for run in planted.runs]
    return found


def test_the_corpus_is_two_hundred_different_payloads() -> None:
    assert len({payload(c, t) for c in range(len(CONTEXTS)) for t in range(len(TEMPLATES))}) == 200


def test_no_page_holds_a_payload_as_markup(planted: Planted, client: Client) -> None:
    seen, faults = set[str](), list[str]()
    paths = pages(planted, client)
    for path in paths:
        answer = client.ask("GET", path, headers={"Accept": "text/html"})
        assert answer.status in {200, 303, 404}, (path, answer.body[:300])
        if answer.status == 303:
            assert answer.headers["Location"] == "/app/receipt"
        elif answer.headers["Content-Type"].startswith("text/html"):
            faults += [f"{path}: {fault}" for fault in check(answer.body.decode())]
        else:
            assert answer.headers["Content-Type"] in {
                "application/json",
                "image/png",
                "text/event-stream; charset=utf-8",
                "text/markdown; charset=utf-8",
            }, path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        seen |= set(MARK.findall(answer.body.decode("utf-8", "replace")))
    assert faults == ["/report.html: <style>"]  # the file that stands alone brings its style sheet
    shown = {CONTEXTS[int(one[1:3])] for one in seen}
    later = {"prompt"} | (set() if any("/cases" in path for path in paths) else {"case name"})
    assert shown >= set(CONTEXTS) - later, "a context that no page shows tests nothing"
    assert len(seen) >= 150


def test_the_review_and_its_welcome_hold_none_either(planted: Planted, client: Client) -> None:
    welcome = client.ask("GET", f"/in/{planted.link}", token="").body.decode()
    assert check(welcome) == []
    assert MARK.search(welcome)
    headers = client.come_in(planted.link)
    for query in ("", "?wrong=1", "?whole=1"):
        page = client.ask("GET", f"/review{query}", None, headers, token="").body.decode()
        assert check(page) == []
        assert MARK.search(page)


def test_what_an_address_says_is_text_too(planted: Planted, client: Client) -> None:
    for template in range(len(TEMPLATES)):
        text = payload(0, template)
        for path in ("/runs", f"/runs/{planted.runs[0]}", "/people", "/", "/app/receipt", "/nowhere"):
            query = "&".join(
                f"{name}={_quoted(text)}"
                for name in ("field", "with", "word", "version", "workflow", "said", "q")
            )
            answer = client.ask("GET", f"{path}?{query}", headers={"Accept": "text/html"})
            assert check(answer.body.decode()) == [], path
        answer = client.ask("GET", f"/app/{_quoted(text)}", headers={"Accept": "text/html"})
        assert check(answer.body.decode()) == []


def test_no_secret_of_this_start_is_on_a_page(planted: Planted, client: Client) -> None:
    for path in pages(planted, client):
        body = client.ask("GET", path, headers={"Accept": "text/html"}).body
        assert TOKEN.encode() not in body, path
        assert LINK.encode() not in body, path


def check(html: str) -> list[str]:
    markup = Markup()
    markup.feed(html)
    return markup.faults


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def test_what_a_model_writes_is_no_markup() -> None:
    for text in of("OCR text"):
        for written in (text, json.dumps({text: {"value": text}, "next": ""})):
            told = under_way(Told(steps=(text,), written={"00001": written}), seconds=1.0)
            shown = render("parts/under_way.html", {"told": told})
            assert MARK.search(shown) or text.startswith("{")
            assert not check(shown), shown
