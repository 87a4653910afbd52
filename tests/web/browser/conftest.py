"""Debian's Chromium for the tests of this folder; they are marked `system`."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def browser(program: Callable[[str], str]) -> Iterator[Any]:
    """A browser that all tests share; each opens a context of its own."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the group browser isn't installed")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        yield launched
        launched.close()
