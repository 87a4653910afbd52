"""An end user watches an answer being written."""

from pathlib import Path
from typing import Any

import pytest

from models.model_wire_mock import WireMock
from web.browser.browsing import DESK, PHONE, visiting
from web.served import ship
from web.talking import Gate, talking

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_words_come_while_the_model_writes(browser: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    gate = Gate("Twelve <b>euros</b>", " and ten cents")
    with WireMock([gate]) as mock:
        bench = talking(tmp_path / "acme", mock.url)
        ship(bench)
        with visiting(browser, bench, size=size) as visit:
            page = visit.page
            page.goto(f"{visit.url}/app/answer")
            page.get_by_label("Question").fill("how much?")
            page.get_by_role("button", name="Ask").click()
            page.locator(".said", has_text="Twelve <b>euros</b>").wait_for()
            assert page.get_by_role("button", name="Yes").count() == 0
            gate.open.set()
            page.get_by_text("TWELVE <B>EUROS</B> AND TEN CENTS").wait_for()
            page.get_by_role("button", name="Yes").wait_for()
