"""An answer while it is made, as server-sent events (WHATWG HTML 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool

from alongside.store import runs
from alongside.views.screens.under_way import under_way
from alongside.web.rendering import render
from alongside.workbench import Workbench
from alongside.workbench.answering import Asked
from alongside.workbench.progress import Told

__all__ = ["overheard"]

_LOOK_SECONDS = 0.1


async def overheard(bench: Workbench, run: str, asked: Asked | None) -> AsyncIterator[str]:
    """Yield what is shown of a run whenever it told more, and every second; the last event says that it ended.

    Of a run that was not `asked` for here only its end is seen.
    """
    seen, drawn = None, 0.0
    while True:
        told, seconds = await _look(bench, run, asked)
        if told is None:
            yield _event({"ended": True})
            return
        if told is not seen or seconds - drawn >= 1:
            seen, drawn = told, seconds
            shown = render("parts/under_way.html", {"told": under_way(told, seconds=seconds)})
            yield _event({"ended": False, "html": shown})
        await asyncio.sleep(_LOOK_SECONDS)


async def _look(bench: Workbench, run: str, asked: Asked | None) -> tuple[Told | None, float]:
    """Return what a run told (None: it isn't under way) and for how long it has been."""
    if asked is not None:
        told = None if asked.outcome.done() else asked.progress.told
        return told, bench.clock() - asked.began
    found = await run_in_threadpool(runs.get, bench.database, run)
    if found is None or found.status != "running":
        return None, 0.0
    return _NOTHING, bench.clock() - found.started


def _event(told: dict[str, Any]) -> str:
    return f"data: {json.dumps(told)}\n\n"


_NOTHING = Told()
