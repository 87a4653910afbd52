"""Every screen, in both themes and at both widths: no axe violation, no sideways scroll, nothing asked of anybody else."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from web.browser.stage import THEMES, WIDTHS, Stage, played, staged, twin

pytestmark = [pytest.mark.system, pytest.mark.enable_socket, pytest.mark.timeout(600)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

# A bar that floats over the page covers what a person scrolls from under it: that makes no target smaller.
LAID_FLAT = (
    "document.querySelectorAll('.dock, .sidedock, .top').forEach((one) => { one.style.position = 'static'; })"
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Stage]:
    with staged(played(tmp_path_factory.mktemp("demo") / "demo"), browser) as stage:
        yield stage


@pytest.fixture(scope="module")
def addresses(stage: Stage) -> list[str]:
    """One of each screen, as the demo left them."""
    run = twin(stage, "/runs.json?word=none")["rows"][0]["id"]
    document = twin(stage, "/documents.json")["rows"][0]["href"]
    table = next(row["href"] for row in twin(stage, "/documents.json")["rows"] if row["tables"])
    in_matrix = twin(stage, "/cases.json")["groups"][0]["rows"][0]["href"].partition("?")[0]
    waiting = twin(stage, "/index.json")["groups"]
    case = next(
        item["key"] for group in waiting for item in group["items"] if item["key"].startswith("case:")
    )
    span = next(
        line["step"]["id"] for line in twin(stage, f"/runs/{run}/trace.json")["lines"] if line["step"]
    )
    return [
        "/",
        f"/?at={run}&wrong=1",
        f"/?at={case}",
        f"/runs/{run}/trace?span={span}",
        "/runs",
        "/runs?word=right",
        f"/runs/{run}",
        f"/runs/{run}?wrong=1",
        "/documents",
        "/people",
        "/app/receipt",
        document,
        table,
        "/cases",
        "/cases?show=all",
        in_matrix,
        "/fix",
        f"/fix?tab=expectation&case={in_matrix.rpartition('/')[2]}",
        "/releases",
        "/releases/v1?with=v2",
        "/watch",
        "/report",
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", list(WIDTHS))
def test_no_violation_and_no_sideways_scroll(
    stage: Stage, addresses: list[str], width: str, theme: str
) -> None:
    told: list[str] = []
    with stage.context(width, theme) as context:
        page = context.new_page()
        page.on("console", lambda message: told.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: told.append(f"script: {error}"))
        for path in addresses:
            page.goto(stage.base + path)
            page.evaluate(LAID_FLAT)
            found = Axe().run(page, options=RULES).response["violations"]
            told += [
                f"{path} {one['id']}: {one['help']} at {node['target']}"
                for one in found
                for node in one["nodes"][:3]
            ]
            past = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            told += [f"{path} is {past} px too wide"] if past > 0 else []
    assert not told, "\n".join(told)
    assert stage.foreign == []
