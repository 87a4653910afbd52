"""A link for somebody without an account: its own questions, its own pages, and nothing else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route

from alongside.core.engagement import Person
from alongside.store import feedback
from alongside.views.questions import choose_questions, in_words
from alongside.web.app import create_app
from alongside.web.roles import who_may
from alongside.workbench import Workbench, people, review_links
from web.served import LINK, TOKEN, Client, make_receipts, serving, ship, sign_in

pytestmark = pytest.mark.enable_socket

HOUR = 3600.0


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    bench = make_receipts(tmp_path_factory.mktemp("papers") / "acme", customer="Harbour & Sons")
    ship(bench)
    paper = bench.root / "documents" / "sample-receipt.txt"
    other = paper.with_name("other.txt")
    other.write_text(paper.read_text().replace("25.30", "26.30"))
    for file in (paper, other):
        assert bench.run("receipt", file, version=bench.live()).status == "done"
    return bench


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


@pytest.fixture
def link(bench: Workbench) -> Iterator[tuple[str, str]]:
    """A link's secret and id; what was said by it is taken back."""
    secret, made = ask(bench)
    yield secret, made.id
    asking = review_links.asking(bench, made.id)
    for question in asking.questions:
        review_links.take_back(bench, asking, question.word)
    review_links.revoke(bench, made.id)


def ask(bench: Workbench, count: int = 4, hours: float = 1.0) -> tuple[str, Any]:
    asked = choose_questions(bench, count=count)
    return review_links.make(bench, asked, person="Dana", by="kim", hours=hours)


def shown(client: Client, headers: dict[str, str]) -> Any:
    return client.ask("GET", "/review.json", None, headers, token="").json


def judge(client: Client, headers: dict[str, str], **said: str) -> int:
    place = str(shown(client, headers)["place"])
    return client.send("/review/judge", {"place": place, **said}, headers, token="").status


def test_the_least_sure_are_asked_first_and_each_run_in_turn(bench: Workbench) -> None:
    asked = choose_questions(bench, count=4)
    assert len(asked) == len(set(asked)) == 4
    assert [run for run, _ in asked[:2]] == [run for run, _ in asked[2:]]
    assert len({run for run, _ in asked}) == 2
    assert len(choose_questions(bench, count=20)) == 6
    one = asked[0][0]
    assert {run for run, _ in choose_questions(bench, count=20, named=[one])} == {one}


def test_from_the_link_to_the_last_answer(bench: Workbench, client: Client, link: tuple[str, str]) -> None:
    welcome = client.ask("GET", f"/in/{link[0]}", token="").body.decode()
    assert "4 answers wait for your word" in re.sub(r"\s+", " ", welcome)
    assert link[0] not in welcome
    headers = client.come_in(link[0])
    page = client.ask("GET", "/review", None, headers, token="").body.decode()
    assert "1 of 4" in page
    assert "Harbour &amp; Sons" in page
    first = shown(client, headers)
    assert first["crop"]["picture"] == "/review/pages/1/1.png"
    drawn = client.ask("GET", first["crop"]["picture"], None, headers, token="")
    assert drawn.body.startswith(b"\x89PNG")

    assert judge(client, headers, judgement="right") == 303
    wrong = client.ask("GET", "/review?wrong=1", None, headers, token="").body.decode()
    picks = re.findall(r'name="pick" value="([^"]+)"', wrong)
    if picks:
        assert judge(client, headers, judgement="wrong", pick=picks[0].replace("&#34;", '"')) == 303
    else:
        assert judge(client, headers, judgement="wrong", absent="1") == 303
    assert judge(client, headers, judgement="unsure") == 303
    assert judge(client, headers, judgement="wrong", skip="1") == 303
    over = shown(client, headers)
    assert (over["place"], over["judgements"]) == (0, ["right", "wrong", "unsure", "wrong"])
    assert b"That was all" in client.ask("GET", "/review", None, headers, token="").body

    asking = review_links.asking(bench, link[1])
    words = [feedback.of_run(bench.database, one.run) for one in asking.questions]
    said = {word.id: word for some in words for word in some}
    mine = [said[one.word] for one in asking.questions]
    assert {word.by for word in mine} == {"Dana, by link"}
    assert [word.field for word in mine] == [one.field for one in asking.questions]
    assert mine[1].has_expected
    assert not mine[3].has_expected


def test_an_answer_counts_once_and_can_be_taken_back(
    bench: Workbench, client: Client, link: tuple[str, str]
) -> None:
    headers = client.come_in(link[0])
    for _ in range(2):  # pressed twice
        said = client.send("/review/judge", {"place": "1", "judgement": "right"}, headers, token="")
        assert (said.status, said.headers["Location"]) == (303, "/review")
    now = shown(client, headers)
    assert now["judgements"] == ["right", "", "", ""]
    other = client.send("/review/judge", {"place": "1", "judgement": "unsure"}, headers, token="")
    page = client.ask("GET", other.headers["Location"], None, headers, token="").body.decode()
    assert re.search(r"was answered already, as Right\. That stands", page)
    run = review_links.asking(bench, link[1]).questions[0].run
    assert len([one for one in feedback.of_run(bench.database, run) if not one.undone]) == 1
    client.send("/review/undo", {"word": now["last"]}, headers, token="")
    assert shown(client, headers)["judgements"] == [""] * 4
    foreign = bench.judge(run, "right", by="kim")
    client.send("/review/undo", {"word": foreign.id}, headers, token="")
    assert [one.id for one in feedback.of_run(bench.database, run) if not one.undone] == [foreign.id]
    bench.undo(foreign.id, by=Person("kim", "reviewer"))


def test_a_guests_refused_word_comes_back_in_its_place(client: Client, link: tuple[str, str]) -> None:
    headers = client.come_in(link[0])
    while (at := shown(client, headers))["field"] not in {"total", "date"}:
        assert at["place"]
        judge(client, headers, judgement="unsure")
    for typed in ("the day before", "x" * 2_001):
        fields = {"place": str(at["place"]), "judgement": "wrong", "expected": typed}
        answer = client.send("/review/judge", fields, headers, token="")
        told = answer.body.decode()
        assert answer.status == 400
        assert f"What is the right <b>{at['label']}</b>" in told
        assert f'value="{typed}"' in told
        assert 'id="why-expected"' in told
    assert shown(client, headers)["place"] == at["place"]


@pytest.mark.parametrize("form", [{}, {"place": "1"}, {"place": "1", "judgement": "great"}, {"place": "99", "judgement": "right"}, {"place": "1", "judgement": "wrong", "pick": "{"}, {"place": "-1", "judgement": "right"}])  # fmt: skip
def test_what_is_no_answer_is_refused(client: Client, link: tuple[str, str], form: dict[str, str]) -> None:
    headers = client.come_in(link[0])
    assert client.send("/review/judge", form, headers, token="").status in {400, 404}
    assert shown(client, headers)["judgements"] == [""] * 4


def test_nothing_else_is_reachable(bench: Workbench, client: Client, link: tuple[str, str]) -> None:
    headers = client.come_in(link[0])
    value = headers["Cookie"].partition("=")[2]
    everywhere = {"Cookie": f"{headers['Cookie']}; alongside-{client.port}={value}"}
    question = review_links.asking(bench, link[1]).questions[0]
    reading = client.ask("GET", "/documents.json").json["rows"][0]["href"].split("/")
    parts = {
        "run": question.run,
        "kept": reading[2],
        "part": "0",
        "page": "1",
        "place": "1",
        "workflow": "receipt",
    }
    app = create_app(bench, token=TOKEN, open_link=LINK)
    reached = set[str]()
    for route in app.routes:
        assert isinstance(route, Route)
        path = re.sub(r"{(\w+)(:int)?}", lambda found: parts.get(found[1], "x"), route.path)
        for method in (route.methods or set()) - {"HEAD"}:
            answer = client.ask(method, path, None, everywhere, token="")
            if who_may(route.endpoint) == "link":
                reached.add(path)
                assert answer.status not in {401, 403}, path
            elif who_may(route.endpoint) != "public":
                assert answer.status == 401, path
    assert "/review" in reached
    for place, page in ((1, 2), (5, 1), (0, 1)):
        path = f"/review/pages/{place}/{page}.png"
        assert client.ask("GET", path, None, headers, token="").status == 404


def test_whose_review_still_opens_is_led_back_to_it_from_anywhere_else(
    client: Client, link: tuple[str, str], bench: Workbench
) -> None:
    headers = client.come_in(link[0]) | {"Accept": "text/html"}
    for path in ("/", "/runs", "/people", "/no-such-thing"):
        told = client.ask("GET", path, None, headers, token="")
        page = told.body.decode()
        assert (told.status, "Your link is for the review alone" in page) == (401, True), path
        assert 'href="/review"' in page
        assert "Your session has ended" not in page
    review_links.revoke(bench, link[1])
    assert b"for the review alone" not in client.ask("GET", "/", None, headers, token="").body


def test_another_session_opens_no_review(bench: Workbench, client: Client) -> None:
    kim = sign_in(bench, client, "Kim", "admin")
    value = kim["Cookie"].partition("=")[2]
    for headers in (kim, {"Cookie": f"alongside-review-{client.port}={value}"}):
        assert client.ask("GET", "/review", None, headers, token="").status == 401
    assert client.ask("GET", "/review").status == 401  # nor does the token


def test_it_ends_when_revoked_and_in_time(bench: Workbench, client: Client, monkeypatch: Any) -> None:
    secret, made = ask(bench)
    headers = client.come_in(secret)
    assert client.come_in(secret) != headers  # another browser may come by it
    kim = sign_in(bench, client, "Kit", "engineer")
    assert client.send("/links/revoke", {"link": made.id}, kim, token="").status == 303
    assert client.ask("GET", "/review", None, headers, token="").status == 401
    late = client.send("/review/judge", {"place": "1", "expected": "Müller <b>"}, headers, token="")
    assert (late.status, b"This link was closed" in late.body) == (401, True)
    assert "Müller &lt;b&gt;</textarea>" in late.body.decode()
    again = client.send(f"/in/{secret}", {}, token="")
    assert (again.status, b"kim, or somebody who works" in again.body) == (403, True)
    expiring, _ = ask(bench, hours=1e-9)
    over = client.send(f"/in/{expiring}", {}, token="")
    assert (over.status, b"The time of this link is over" in over.body) == (403, True)
    assert not review_links.revoke(bench, made.id)


def test_an_engineer_sends_one_from_the_browser(bench: Workbench, client: Client) -> None:
    kim = sign_in(bench, client, "Kai", "engineer")
    made = client.send("/links", {"for": "Dana", "count": "3", "hours": "2"}, kim, token="")
    assert made.status == 200
    secret = re.search(r"/in/([\w-]{43})", made.body.decode())
    assert secret
    assert len(shown(client, client.come_in(secret[1]))["judgements"]) == 3
    assert client.send("/links", {"for": " "}, kim, token="").status == 400
    assert client.send("/links", {"for": "Dana", "workflow": "none"}, kim, token="").status == 400
    rows = client.ask("GET", "/people.json").json["links"]
    assert (rows[0]["person"], rows[0]["answered"], rows[0]["questions"]) == ("Dana", 0, 3)


def test_the_store_knows_no_secret(bench: Workbench, client: Client) -> None:
    secret, _ = ask(bench)
    session = client.come_in(secret)["Cookie"].partition("=")[2]
    own = people.invite(bench, "Kai", by="kim", hours=1)[0]
    kept = b"".join(path.read_bytes() for path in (bench.state).glob("store.db*"))
    for one in (secret, session, own, TOKEN, LINK):
        assert one.encode() not in kept


@pytest.mark.parametrize(("value", "text"), [("2026-03-14", "14 March 2026"), ("2026-03-14T09:30:00", "14 March 2026, 09:30:00"), ("2026-03-14T09:30:00+02:00", "14 March 2026, 09:30:00 +02:00"), ("2026-13-14", "2026-13-14"), (True, "yes"), (None, "nothing"), ("25.30", "25.30"), (3, "3")])  # fmt: skip
def test_values_in_words(value: Any, text: str) -> None:
    assert in_words(value) == text


def test_an_engineer_sees_the_links_and_ends_them(bench: Workbench, client: Client) -> None:
    eve, rob = sign_in(bench, client, "Eve", "engineer"), sign_in(bench, client, "Rob", "reviewer")
    made = client.send("/links", {"for": "Dana", "count": "1"}, eve, token="")
    assert b'href="/links"' in made.body
    html = {"Accept": "text/html"}
    assert client.ask("GET", "/people", None, eve, token="").status == 403
    assert client.ask("GET", "/links", None, rob | html, token="").status == 403
    (row, *_) = client.ask("GET", "/links.json", None, eve, token="").json["links"]
    assert (row["person"], row["made_by"], row["state"]) == ("Dana", "Eve", "open")
    page = client.ask("GET", "/links", None, eve | html, token="").body.decode()
    assert f'name="link" value="{row["id"]}"' in page
    assert 'action="/leave"' in page
    gone = client.send("/links/revoke", {"link": row["id"], "here": "/links"}, eve, token="")
    assert (gone.status, gone.headers["Location"]) == (303, "/links")
    (row, *_) = client.ask("GET", "/links.json", None, eve, token="").json["links"]
    assert row["state"] == "revoked"
