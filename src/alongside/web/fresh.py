"""The files are the truth: what a request is answered from is `alongside.toml` as it is at that moment."""

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from alongside.core.errors import DataError
from alongside.web.refusals import refuse, wants_page
from alongside.workbench import Workbench

__all__ = ["Fresh"]

# What is looked at, judged and asked goes on by the last reading that could be read: a slip of the engineer's mustn't
# take the service down, nor anybody's words.
_GOES_ON = re.compile(
    r"/(run|app|review|open|in|leave)\b.*|/runs/[^/]+/(judge|case|undo|feedback)|/feedback/[^/]+/undo|/fix/forecast"
)


class Fresh:
    """Has the engagement read again before a request where its file was edited; costs one `stat` where it wasn't.

    A file that can't be read is named on every screen until it is mended, and is the answer to every act that ships,
    gates, proves or edits.
    """

    def __init__(self, app: ASGIApp, *, bench: Workbench) -> None:
        self._app = app
        self._bench = bench

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read again, then go on."""
        if scope["type"] == "http":
            try:
                self._bench.reload()
            except DataError as error:
                if scope["method"] not in {"GET", "HEAD"} and not _GOES_ON.fullmatch(scope["path"]):
                    page = wants_page(Headers(scope=scope))
                    await refuse(error, as_page=page)(scope, receive, send)
                    return
        await self._app(scope, receive, send)
