"""The workbench's screens as pictures for docs/pictures/, from the demo's own documents: `PYTHONPATH=tests python tests/web/browser/pictures.py`."""

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from web.browser.conftest import FLAGS
from web.browser.stage import WIDTHS, Stage, played, staged, twin

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"


def shown(stage: Stage) -> dict[str, str]:
    """Which address shows what, by the picture's name."""
    waiting = twin(stage, "/runs.json?word=none")["rows"]
    run: Any = next(row for row in waiting if "pdf" not in row["title"])
    document = next(row["href"] for row in twin(stage, "/documents.json")["rows"] if row["unsure"])
    case = twin(stage, "/cases.json")["groups"][0]["rows"][0]["href"]
    return {
        "inbox": "/",
        "run": f"/runs/{run['id']}?word=none",
        "run-wrong": f"/runs/{run['id']}?word=none&wrong=1",
        "runs": "/runs",
        "document": document,
        "cases": case,
        "fix": "/fix",
        "release": "/releases",
        "watch": "/watch",
        "report": "/report",
        "app": f"/app/receipt/{run['id']}",
    }


def draw(stage: Stage, folder: Path) -> dict[str, tuple[int, int]]:
    """Write the pictures into a folder and return their sizes in pixels, by name."""
    drawn = {
        "desk": {f"{name}.png": path for name, path in shown(stage).items()},
        "phone": {"inbox-phone.png": "/"},
    }
    for width, paths in drawn.items():
        with stage.context(width) as context:
            page = context.new_page()
            for name, path in paths.items():
                page.goto(stage.base + path, wait_until="networkidle")
                page.screenshot(path=folder / name)
    return {name: WIDTHS[width] for width, paths in drawn.items() for name in paths}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        with staged(played(Path(folder) / "demo"), browser) as stage:
            draw(stage, FOLDER)
        browser.close()


if __name__ == "__main__":
    main()
