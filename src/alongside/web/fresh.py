"""The files are the truth: what a request is answered from is `alongside.toml` as it is at that moment."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from alongside.core.errors import DataError
from alongside.web.refusals import refuse, wants_page
from alongside.workbench import Workbench

__all__ = ["Fresh"]

# What users and guests are answered goes on by the last reading that could be read: a slip of the engineer's mustn't
# take the service down.
_GOES_ON = ("/run/", "/app", "/review", "/static/", "/pages/", "/open/", "/in/", "/leave")


class Fresh:
    """Has the engagement read again before a request where its file was edited; costs one `stat` where it wasn't.

    A file that can't be read is the answer of every screen and act, by its name and line, until it is mended.
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
                if not scope["path"].startswith(_GOES_ON):
                    page = wants_page(Headers(scope=scope))
                    await refuse(error, as_page=page)(scope, receive, send)
                    return
        await self._app(scope, receive, send)
