"""One of every page there is, by the route that answers it, on three engagements: the demo's, one of any answers, an empty one."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.routing import Route

from alongside.web.app import create_app
from alongside.workbench import open_engagement
from web.browser.stage import Stage, twin
from web.served import LINK, TOKEN

__all__ = ["FILE", "demo_pages", "page_routes", "rich_pages", "strangers_pages", "whole_pages"]

FILE = "/report.html"  # a page to be kept: browsers load it down

# What is no page of its own: data, pictures, events, files, and pieces that a script puts into a page.
_NO_PAGE = (".json", ".png", ".md", "/events", "/static/{name}", "/fix/forecast", "/fix/proof/{proof}")


def page_routes(stage: Stage) -> set[str]:
    """The addresses that answer a browser with a page, as the application has them."""
    with open_engagement(stage.root) as bench:
        routes = [
            one for one in create_app(bench, token=TOKEN, open_link=LINK).routes if isinstance(one, Route)
        ]
    return {one.path for one in routes if "GET" in (one.methods or ()) and not one.path.endswith(_NO_PAGE)}


def demo_pages(stage: Stage) -> Mapping[str, list[str]]:
    """What its owner sees of the demo as it was played, by route."""
    rows = twin(stage, "/runs.json")["rows"]
    run = twin(stage, "/runs.json?word=none")["rows"][0]["id"]
    first = next(row["id"] for row in rows if row["version"] == "v1")
    read = twin(stage, "/documents.json")["rows"]
    in_matrix = twin(stage, "/cases.json")["groups"][0]["rows"][0]["href"].partition("?")[0]
    items = [item for group in twin(stage, "/index.json")["groups"] for item in group["items"]]
    case = next(item["key"] for item in items if item["key"].startswith("case:"))
    steps = [line["step"] for line in twin(stage, f"/runs/{run}/trace.json")["lines"] if line["step"]]
    return {
        "/": ["/", f"/?at={run}&wrong=1", f"/?at={case}"],
        "/runs": ["/runs", "/runs?word=right", "/runs?q=nowhere"],
        "/runs/{run}": [f"/runs/{run}", f"/runs/{run}?wrong=1", f"/runs/{first}?with=v2"],
        "/runs/{run}/trace": [f"/runs/{run}/trace?span={steps[0]['id']}"],
        "/documents": ["/documents"],
        "/documents/{kept}/{part}": [read[0]["href"], next(row["href"] for row in read if row["tables"])],
        "/cases": ["/cases", "/cases?show=all"],
        "/cases/{case}": [in_matrix],
        "/fix": ["/fix", "/fix?tab=code", f"/fix?tab=expectation&case={in_matrix.rpartition('/')[2]}"],
        "/releases": ["/releases"],
        "/releases/{version}": ["/releases/v1?with=v2"],
        "/watch": ["/watch"],
        "/report": ["/report"],
        FILE: [FILE],
        "/people": ["/people"],
        "/links": ["/links"],
        "/app": [],  # leads on where there is one workflow
        "/app/{workflow}": ["/app/receipt"],
        "/app/{workflow}/{run}": [f"/app/receipt/{run}", f"/app/receipt/{run}?wrong=*", f"/app/receipt/{run}?wrong=total"],
        "": ["/nowhere", "/runs/run_0000000000000000", "/cases/none", "/app/none"],
    }  # fmt: skip


def rich_pages(runs: Mapping[str, str]) -> Mapping[str, list[str]]:
    """Answers of any shape; `runs` are by workflow."""
    order = runs["order"]
    return {
        "/": ["/", f"/?at={order}", f"/?at={order}&wrong=1"],
        "/runs/{run}": [*(f"/runs/{run}" for run in runs.values()), f"/runs/{order}?field=lines.1.name&wrong=1", f"/runs/{order}?field=lines&wrong=1", f"/runs/{order}?field=tags&wrong=1"],
        "/app": ["/app"],
        "/app/{workflow}": [f"/app/{name}" for name in runs],
        "/app/{workflow}/{run}": [f"/app/order/{order}", f"/app/order/{order}?wrong=*", f"/app/order/{order}?wrong=lines"],
    }  # fmt: skip


def whole_pages() -> list[str]:
    """The pages that every engagement has, an empty one too."""
    return ["/", "/runs", "/documents", "/cases", "/fix", "/releases", "/watch", "/report", "/people", "/links", "/app"]  # fmt: skip


def strangers_pages(secret: str) -> Mapping[str, list[str]]:
    """What somebody without a session comes to."""
    return {
        "/open/{link}": ["/open/none"],
        "/in/{secret}": [f"/in/{quote(secret)}", "/in/none"],
        "": ["/runs"],
    }
