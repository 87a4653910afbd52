"""Who may ask a served engagement, from where, and what a browser is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from alongside.workbench import Workbench
from web.served import LINK, TOKEN, Client, make_engagement, serving

pytestmark = pytest.mark.enable_socket

HOSTILE = "</title><script>alert(1)</script> & \"Sons\" 'x'"
ROUTES = [
    ("GET", "/"),
    ("GET", "/status.json"),
    ("POST", "/run/greet"),
    ("GET", "/runs/run_0000000000000000"),
    ("POST", "/runs/run_0000000000000000/feedback"),
    ("POST", "/feedback/fb_0000000000000000/undo"),
    ("GET", "/nowhere"),
]


PAGE = {"Accept": "text/html"}


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(make_engagement(tmp_path_factory.mktemp("acme"), customer=HOSTILE)) as client:
        yield client


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    bench = make_engagement(tmp_path / "acme")
    bench.clock = Clock()
    return bench


@pytest.fixture
def fresh(bench: Workbench) -> Iterator[Client]:
    """A server whose link nobody opened yet."""
    with serving(bench) as client:
        yield client


@pytest.fixture(scope="module")
def session(client: Client) -> dict[str, str]:
    """The header of a browser that opened the link."""
    return {"Cookie": _cookie(client)}


def _cookie(client: Client) -> str:
    opened = client.ask("GET", f"/open/{LINK}", token="")
    return opened.headers["Set-Cookie"].partition(";")[0]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer \u00e9"},
        {"Authorization": "Bearer"},
        {"Cookie": "alongside-1=x"},
        {"Cookie": f"session={TOKEN}; ;;=\\"},
    ],
)
def test_every_address_needs_the_token(client: Client, headers: dict[str, str]) -> None:
    for method, path in ROUTES:
        answer = client.ask(method, path, headers=headers, token="")
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        if path != "/":
            assert answer.code == "unauthorised"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "127.0.0.1", "a@127.0.0.1:{port}", "127.0.0.1:{port}/x", "[", "127.0.0.1:x"])  # fmt: skip
def test_a_name_that_was_rebound_to_this_machine_gets_nothing(client: Client, host: str) -> None:
    for method, path in [*ROUTES, ("GET", f"/open/{LINK}"), ("GET", "/style.css")]:
        answer = client.ask(method, path, headers={"Host": host.format(port=client.port)})
        assert answer.status == 403
        assert b"foreign-host" in answer.body


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
def test_loopback_has_several_names(client: Client, name: str) -> None:
    host = f"{name}:{client.port}"
    answer = client.ask("GET", "/status.json", headers={"Host": host, "Origin": f"http://{host}"})
    assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_can_not_act(client: Client, session: dict[str, str], headers: dict[str, str]) -> None:
    given = {name: value.format(port=client.port) for name, value in headers.items()}
    answer = client.ask("POST", "/run/greet", {"name": "x"}, given | session, token="")
    assert (answer.status, answer.code) == (403, "foreign-origin")


def test_the_link_opens_one_browser_once(fresh: Client) -> None:
    assert fresh.ask("GET", "/open/wrong", token="").status == 403
    assert fresh.ask("HEAD", f"/open/{LINK}", token="").status == 200
    opened = fresh.ask("GET", f"/open/{LINK}", token="")
    assert (opened.status, opened.headers["Location"]) == (303, "/")
    cookie = opened.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert f"alongside-{fresh.port}=" in cookie
    again = fresh.ask("GET", f"/open/{LINK}", token="")
    assert again.status == 403
    assert "Set-Cookie" not in again.headers
    session = {"Cookie": opened.headers["Set-Cookie"].partition(";")[0]}
    assert fresh.ask("GET", "/", headers=session, token="").status == 200
    assert fresh.ask("POST", "/run/greet", {"name": "x"}, session, token="").status == 409


def test_the_link_opens_for_five_minutes(fresh: Client, bench: Workbench) -> None:
    bench.clock.now += 301
    late = fresh.ask("GET", f"/open/{LINK}", token="")
    assert late.status == 403
    assert "Set-Cookie" not in late.headers


def test_a_session_ends_after_twelve_hours_without_use(fresh: Client, bench: Workbench) -> None:
    session = {"Cookie": _cookie(fresh)}
    for hours, status in ((11, 200), (11, 200), (13, 401)):
        bench.clock.now += hours * 3600
        assert fresh.ask("GET", "/status.json", headers=session, token="").status == status


def test_a_wrong_token_is_not_mended_by_a_session(client: Client, session: dict[str, str]) -> None:
    assert client.ask("GET", "/", headers=session, token="wrong").status == 401


def test_what_a_browser_is_told(client: Client) -> None:
    for path, status in (("/", 200), ("/nowhere", 404), ("/static/workbench.css", 200), ("/open/x", 403)):
        answer = client.ask("GET", path)
        assert answer.status == status
        assert answer.headers["Content-Security-Policy"].startswith(
            "default-src 'none'; script-src 'self'; style-src 'self';"
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        kept = "no-store" if not path.startswith("/static/") else "private, max-age=31536000, immutable"
        assert answer.headers["Cache-Control"] == kept
        assert "Server" not in answer.headers or answer.headers["Server"] == "uvicorn"


def test_nothing_live_is_said_with_the_next_step(client: Client) -> None:
    answer = client.run("greet", {"name": "Dana"})
    assert (answer.status, answer.code) == (409, "no-live-version")
    page = client.ask("GET", "/", headers=PAGE).body.decode()
    assert "nothing is live yet" in page
    assert "alongside run WORKFLOW FILE" in page
    assert client.ask("GET", "/status.json").json["live"] is None


def test_the_page_escapes_the_customer_and_has_no_script_of_its_own(client: Client) -> None:
    page = client.ask("GET", "/", headers=PAGE).body.decode()
    assert "&lt;/title&gt;&lt;script&gt;" in page
    assert page.count("<script") == page.count('<script src="/static/')
    assert "style=" not in page
    assert client.ask("GET", "/status.json").json["customer"] == HOSTILE


def test_a_wrong_method_says_which_is_right(client: Client) -> None:
    answer = client.ask("GET", "/run/greet")
    assert (answer.status, answer.code) == (405, "wrong-method")
    assert answer.headers["Allow"] == "POST"
