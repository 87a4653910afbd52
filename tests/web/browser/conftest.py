"""Debian's Chromium for the tests of this folder; they are marked `system`."""

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

# What isn't run by default must not stop the default run where the group `browser` isn't installed.
if find_spec("playwright") is None and os.environ.get("ALONGSIDE_REQUIRE_ALL") != "1":
    collect_ignore_glob = ["test_*.py"]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(program: Callable[[str], str]) -> Iterator[Any]:
    """A browser that a file's tests share; each opens a context of its own. Its event loop goes with it: others need theirs."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the group browser isn't installed")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's engagement as it was played: to be copied, not changed."""
    from web.browser.stage import played

    return played(tmp_path_factory.mktemp("played") / "demo")
