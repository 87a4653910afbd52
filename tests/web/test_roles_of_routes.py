"""Every address says who may use it, and nothing of it runs for anybody else."""

import contextlib
from collections.abc import Iterator
from typing import Any, cast

import pytest
from starlette.routing import Route

from alongside.core.engagement import ROLES
from alongside.web.app import create_app
from alongside.web.roles import who_may
from alongside.workbench import Workbench
from web.served import LINK, TOKEN, Client, make_engagement, serving, sign_in

pytestmark = pytest.mark.enable_socket

PARTS = {"page": "1", "part": "0", "place": "1", "run": "run_0000000000000000"}


class Watched:
    """An engagement that notes what is asked of it while `armed`."""

    def __init__(self, bench: Workbench) -> None:
        self.real, self.armed, self.touched = bench, False, list[str]()

    def __getattr__(self, name: str) -> Any:
        if self.armed:
            self.touched.append(name)
        return getattr(self.real, name)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return make_engagement(tmp_path_factory.mktemp("acme"))


@pytest.fixture(scope="module")
def routes(bench: Workbench) -> list[Route]:
    app = create_app(bench, token=TOKEN, open_link=LINK)
    return [cast("Route", route) for route in app.routes]


@pytest.fixture(scope="module")
def watched(bench: Workbench) -> Watched:
    return Watched(bench)


@pytest.fixture(scope="module")
def client(watched: Watched) -> Iterator[Client]:
    with serving(cast("Workbench", watched)) as client:
        yield client


def address(route: Route) -> str:
    path = route.path
    for name in route.param_convertors:
        kind = next(text for text in (f"{{{name}:int}}", f"{{{name}}}") if text in path)
        path = path.replace(kind, PARTS.get(name, "x"))
    return path


def least(route: Route) -> str:
    return who_may(route.endpoint)


def test_every_route_says_who_may(routes: list[Route]) -> None:
    said = {route.path: least(route) for route in routes}
    assert {path: who for path, who in said.items() if who not in {*ROLES, "public", "link"}} == {}
    assert {path for path, who in said.items() if who == "public"} == {
        "/static/{name}",
        "/open/{link}",
        "/in/{secret}",
    }
    assert {path for path, who in said.items() if who == "link"} == {
        path for path in said if path in {"/review", "/review.json"} or path.startswith("/review/")
    }


@pytest.mark.parametrize("role", ["", "viewer", "reviewer", "expert", "engineer"])
def test_nothing_runs_before_the_check(
    role: str, routes: list[Route], client: Client, watched: Watched
) -> None:
    headers = sign_in(watched.real, client, f"a {role}", role) if role else {}
    own = ROLES.index(role if role in ROLES else "reviewer") if role else -1
    refused = [
        route
        for route in routes
        if least(route) == "link" or (least(route) in ROLES and ROLES.index(least(route)) > own)
    ]
    assert len(refused) >= 5
    for route in refused:
        for method in route.methods or ():
            with armed(watched):
                answer = client.ask(method, address(route), None, headers, token="")
            status = 403 if role and least(route) != "link" else 401
            assert (route.path, method, answer.status) == (route.path, method, status)
    assert set(watched.touched) <= {"reload"}  # who has which role is what the file says now


def test_a_role_may_what_it_says(routes: list[Route], client: Client, watched: Watched) -> None:
    headers = sign_in(watched.real, client, "looker", "viewer")
    for route in routes:
        if least(route) == "viewer" and "GET" in (route.methods or ()):
            assert client.ask("GET", address(route), None, headers, token="").status not in {401, 403}


def test_what_isnt_live_is_for_those_who_change_it(client: Client, watched: Watched) -> None:
    headers = sign_in(watched.real, client, "guest", "reviewer")
    answer = client.ask("POST", "/run/greet?version=previous", {"name": "x"}, headers, token="")
    assert (answer.status, answer.code) == (403, "not-allowed")
    assert client.ask("POST", "/run/greet", {"name": "x"}, headers, token="").code == "no-live-version"


@contextlib.contextmanager
def armed(watched: Watched) -> Iterator[None]:
    watched.armed = True
    try:
        yield
    finally:
        watched.armed = False
