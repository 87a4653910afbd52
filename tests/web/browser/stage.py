"""The demo's engagement, played once and served, and Debian's Chromium looking at it. Nothing but the server may be asked."""

import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Request

from alongside.workbench import open_engagement
from web.served import TOKEN, serving

WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")


@dataclass
class Stage:
    """A browser before a served engagement; `foreign` collects what it asked of anybody else."""

    browser: Browser
    base: str
    root: Path
    foreign: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def context(
        self, width: str = "desk", theme: str = "light", *, token: str = TOKEN
    ) -> Iterator[BrowserContext]:
        wide, high = WIDTHS[width]
        context = self.browser.new_context(
            viewport={"width": wide, "height": high},
            color_scheme=theme,  # type: ignore[arg-type]
            extra_http_headers={"Authorization": f"Bearer {token}"} if token else {},
            has_touch=width == "phone",
            reduced_motion="reduce",
        )
        context.on("request", self._watch)
        try:
            yield context
        finally:
            context.close()

    @contextlib.contextmanager
    def page(self, path: str, width: str = "desk", theme: str = "light") -> Iterator[Page]:
        with self.context(width, theme) as context:
            page = context.new_page()
            page.goto(self.base + path)
            yield page

    def cases(self) -> list[str]:
        """The ids of the cases as the screen lists them."""
        groups = twin(self, "/cases?show=all")["groups"]
        return [row["href"].split("?")[0].rpartition("/")[2] for group in groups for row in group["rows"]]

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "about:")):
            self.foreign.append(request.url)


def played(root: Path) -> Path:
    """Play the demo into a folder of its own."""
    command = [sys.executable, "-m", "alongside", "demo", "--to", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return root


@contextlib.contextmanager
def staged(root: Path, browser: Browser) -> Iterator[Stage]:
    with serving(open_engagement(root)) as client:
        yield Stage(browser, f"http://{client.host}", root)


def twin(stage: Stage, path: str) -> Any:
    """What a program gets at an address."""
    request = urllib.request.Request(stage.base + path, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
