"""People sign in by a link of their own: once, in their role, until they leave, rest or are taken out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alongside.core.engagement import Person
from alongside.workbench import Workbench, people
from web.served import LINK, Client, make_engagement, serving, sign_in

pytestmark = pytest.mark.enable_socket

HOUR = 3600.0


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    bench = make_engagement(tmp_path / "acme")
    bench.clock = Clock()
    return bench


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


def link(bench: Workbench, name: str = "Dana", role: str = "reviewer") -> str:
    people.add(bench, Person(name, role))
    return people.invite(bench, name, by="kim", hours=24)[0]


def may_look(client: Client, headers: dict[str, str]) -> bool:
    return client.ask("GET", "/status.json", None, headers, token="").status == 200


def test_a_look_ahead_doesnt_use_the_link_up(bench: Workbench, client: Client) -> None:
    secret = link(bench)
    for method in ("HEAD", "GET", "GET"):
        shown = client.ask(method, f"/in/{secret}", headers={"Accept": "text/html"}, token="")
        assert shown.status == 200
        assert "Set-Cookie" not in shown.headers
        assert secret.encode() not in shown.body
    assert b"Sign in as Dana" in client.ask("GET", f"/in/{secret}", token="").body
    assert may_look(client, client.come_in(secret))


def test_the_link_works_once_and_its_cookie_is_kept_from_scripts(bench: Workbench, client: Client) -> None:
    secret = link(bench)
    opened = client.send(f"/in/{secret}", {}, token="")
    assert (opened.status, opened.headers["Location"]) == (303, "/")
    cookie = opened.headers["Set-Cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= {
        part.strip() for part in cookie.split(";")
    }
    assert "secure" not in cookie
    for method in ("GET", "POST"):
        again = client.ask(method, f"/in/{secret}", b"" if method == "POST" else None, token="")
        assert (again.status, b"This link has been used" in again.body) == (403, True)
        assert "Set-Cookie" not in again.headers


def test_a_session_that_is_used_outlives_the_browser_and_one_that_ended_says_so(
    bench: Workbench, client: Client
) -> None:
    html = {"Accept": "text/html"}
    mine = client.come_in(link(bench))
    shown = client.ask("GET", "/runs", headers=html | mine, token="")
    assert shown.headers["Set-Cookie"].startswith(mine["Cookie"])
    assert "Max-Age=43200" in shown.headers["Set-Cookie"]
    assert "Set-Cookie" not in client.ask("GET", "/runs.json", headers=mine, token="").headers
    left = client.send("/leave", {}, mine, token="")
    assert "Max-Age=0" in left.headers["Set-Cookie"]
    for path in ("/", "/app", "/runs/nope"):
        ended = client.ask("GET", path, headers=html | mine, token="")
        page = ended.body.decode()
        assert (ended.status, "Your session has ended" in page) == (401, True)
        assert "<code>alongside person link NAME</code>" in page
        assert "taken out of the people who sign in" in page
        assert "Bearer" not in page
        assert "<a " not in page
    strange = client.ask("GET", "/review", headers=html, token="").body
    assert b"This review isn't open in this browser" in strange
    assert "Bearer TOKEN" in client.ask("GET", "/runs.json", headers=mine, token="").json["error"]["fix"]


def test_a_session_that_was_planted_is_nobodys(bench: Workbench, client: Client) -> None:
    """Session fixation: what the browser came with ends, and is never taken over."""
    planted = {"Cookie": f"alongside-{client.port}=planted"}
    answer = client.send(f"/in/{link(bench)}", {}, planted, token="")
    assert "planted" not in answer.headers["Set-Cookie"]
    assert not may_look(client, planted)
    first = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
    again = client.send(f"/in/{link(bench, 'Kim', 'admin')}", {}, first, token="")
    assert not may_look(client, first)
    assert may_look(client, {"Cookie": again.headers["Set-Cookie"].partition(";")[0]})


def test_a_link_ends(bench: Workbench, client: Client) -> None:
    expired = link(bench)
    bench.clock.now += 24 * HOUR
    assert b"The time of this link is over" in client.send(f"/in/{expired}", {}, token="").body
    older = people.invite(bench, "Dana", by="kim", hours=24)[0]
    newer = people.invite(bench, "Dana", by="kim", hours=24)[0]
    assert client.send(f"/in/{older}", {}, token="").status == 403
    people.remove(bench, "Dana")
    assert client.send(f"/in/{newer}", {}, token="").status == 403
    guessed = client.send("/in/nothing", {}, token="")
    assert (guessed.status, b"This link opens nothing here" in guessed.body) == (403, True)


def test_a_session_rests_for_twelve_hours_at_most(bench: Workbench, client: Client) -> None:
    headers = client.come_in(link(bench))
    for hours, looks in ((11, True), (11, True), (13, False)):
        bench.clock.now += hours * HOUR
        assert may_look(client, headers) is looks


def test_who_is_taken_out_is_out_at_once(bench: Workbench, client: Client) -> None:
    dana, kim = client.come_in(link(bench)), client.come_in(link(bench, "Kim", "admin"))
    assert may_look(client, dana)
    removed = client.send("/people/remove", {"name": "Dana"}, kim, token="")
    assert removed.status == 303
    assert not may_look(client, dana)
    people.add(bench, Person("Dana", "admin"))
    assert not may_look(client, dana)  # the session that ended isn't hers again
    assert may_look(client, kim)


def test_a_role_is_what_the_file_says_now(bench: Workbench, client: Client) -> None:
    dana, file = client.come_in(link(bench)), bench.root / "alongside.toml"
    assert client.ask("GET", "/people", None, dana, token="").status == 403
    file.write_text(file.read_text().replace("reviewer", "admin"))
    assert client.ask("GET", "/people", None, dana, token="").status == 200
    whole = file.read_text()
    file.write_text("half an ed")
    answer = client.ask("GET", "/status.json", None, dana, token="")
    assert "alongside.toml can't be read" in answer.json["unread"]
    assert client.send("/people/remove", {"name": "Dana"}, dana, token="").status == 422
    file.write_text(whole)
    assert may_look(client, dana)  # a slip of the engineer's signs nobody out


def test_leaving_ends_the_session_here(bench: Workbench, client: Client) -> None:
    headers = client.come_in(link(bench))
    page = client.ask("GET", "/", None, headers | {"Accept": "text/html"}, token="")
    assert b'action="/leave"' in page.body
    further = page.body.partition(b'id="more"')[2]  # where a phone's navigation leads
    assert all(f'href="{path}"'.encode() in further for path in ("/documents", "/report", "/app"))
    assert b'href="#more"' in page.body
    assert client.send("/leave", {}, headers, token="").status == 200
    assert not may_look(client, headers)
    owner = client.ask("GET", f"/open/{LINK}", token="").headers["Set-Cookie"].partition(";")[0]
    assert client.send("/leave", {}, {"Cookie": owner}, token="").status == 200
    assert not may_look(client, {"Cookie": owner})


def test_a_session_survives_a_restart_of_the_server(tmp_path: Path) -> None:
    from alongside.workbench import open_engagement

    bench = make_engagement(tmp_path / "acme")
    secret = link(bench)
    with serving(bench) as client:
        headers = client.come_in(secret)
        value = headers["Cookie"].partition("=")[2]
    with serving(open_engagement(tmp_path / "acme")) as client:
        assert may_look(client, {"Cookie": f"alongside-{client.port}={value}"})


def test_nobody_speaks_for_somebody_else(bench: Workbench, client: Client) -> None:
    from web.served import ship

    ship(bench)
    run = client.run("greet", {"name": "x"}).json["run"]
    dana = sign_in(bench, client, "Dana", "reviewer")
    word = {"judgement": "right", "by": "Kim"}
    assert client.ask("POST", f"/runs/{run}/feedback", word, dana, token="").json["by"] == "Dana"
    assert client.ask("POST", f"/runs/{run}/feedback", word).json["by"] == "Kim"


def test_the_people_page_lets_in_and_shows_a_link_once(bench: Workbench, client: Client) -> None:
    kim = sign_in(bench, client, "Kim", "admin")
    made = client.send("/people/add", {"name": "Zoë", "role": "reviewer"}, kim, token="")
    assert made.status == 200
    found = re.search(rb'value="http://127\.0\.0\.1:\d+/in/([\w-]{43})"', made.body)
    assert found
    page = client.ask("GET", "/people", headers=kim | {"Accept": "text/html"}, token="")
    assert "Zoë" in page.body.decode()
    assert found[1] not in page.body
    with (bench.root / "alongside.toml").open("a") as file:
        file.write('\n[[people]]\nname = "Ann"\nrole = "expert"\n')
    rows = client.ask("GET", "/people.json", headers=kim, token="").json["people"]
    may = {row["name"]: row["may"] for row in rows}
    assert may["Ann"] == f"a word of this engagement's own, the same as reviewer: {may['Zoë']}"
    assert may_look(client, client.come_in(found[1].decode()))
    assert client.send("/people/add", {"name": "Zoë", "role": "admin"}, kim, token="").status == 400
    assert client.send("/people/add", {"name": "X", "role": "king"}, kim, token="").status == 400
    again = client.send("/people/link", {"name": "Zoë"}, kim, token="")
    assert b"/in/" in again.body


@pytest.mark.parametrize(
    ("names", "host", "origin", "status"),
    [
        (["host.example"], "host.example:{port}", "http://host.example:{port}", 200),
        (["host.example"], "HOST.example:{port}", "", 200),
        (["host.example"], "host.example", "", 403),
        (["host.example"], "evil.example:{port}", "", 403),
        (["host.example"], "host.example:{port}", "https://host.example:{port}", 403),
        (["host.example"], "127.0.0.1:{port}", "", 200),
        (["https://host.example"], "host.example", "https://host.example", 200),
        (["https://host.example"], "host.example", "http://host.example", 403),
        (["https://host.example"], "host.example:443", "", 200),
        (["host.example:8443"], "host.example:8443", "http://host.example:8443", 200),
        (["10.0.0.7", "[fe80::1]"], "10.0.0.7:{port}", "", 200),
        (["10.0.0.7", "[fe80::1]"], "[fe80::1]:{port}", "", 200),
        (["10.0.0.7"], "10.0.0.8:{port}", "", 403),
        (["host.example"], "a@host.example:{port}", "", 403),
        (["host.example"], "host.example:{port}.evil.example", "", 403),
    ],
)
def test_declared_names_are_answered_and_no_others(
    bench: Workbench, names: list[str], host: str, origin: str, status: int
) -> None:
    with serving(bench, names=names) as client:
        headers = {"Host": host.format(port=client.port), "Origin": origin.format(port=client.port)}
        for method, path, body in (("GET", "/status.json", None), ("POST", "/run/greet", {"name": "x"})):
            answer = client.ask(method, path, body, headers)
            assert answer.status == (409 if status == 200 and method == "POST" else status)
            trusted = host.startswith("127.") or origin.startswith("https:") or ":443" in host
            if status == 200:  # browsers ignore it elsewhere, and complain
                assert ("Cross-Origin-Opener-Policy" in answer.headers) is trusted


def test_over_https_the_cookie_stays_there(bench: Workbench) -> None:
    secret = link(bench)
    with serving(bench, names=["https://host.example"]) as client:
        headers = {"Host": "host.example", "Origin": "https://host.example"}
        answer = client.send(f"/in/{secret}", {}, headers, token="")
        assert "secure" in answer.headers["Set-Cookie"].lower()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
    ],
)
def test_a_foreign_page_redeems_no_link_and_uses_no_session(
    bench: Workbench, client: Client, headers: dict[str, str]
) -> None:
    secret, kim = link(bench), sign_in(bench, client, "Kim", "admin")
    assert client.send(f"/in/{secret}", {}, headers, token="").status == 403
    for path in ("/people/add", "/people/remove", "/people/link", "/links", "/links/revoke", "/leave"):
        assert client.send(path, {"name": "Dana", "role": "admin"}, headers | kim, token="").status == 403
    assert may_look(client, client.come_in(secret))
    assert [one.name for one in people.SignedIn(bench).people()] == ["Dana", "Kim"]
