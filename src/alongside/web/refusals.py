"""Errors as HTTP: the status, and `{"error": {"code", "message", "fix"}}`."""

from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alongside.core.errors import AlongsideError
from alongside.views.answer import error_data
from alongside.web.json_answer import JSONResponse
from alongside.web.rendering import render
from alongside.web.roles import whose_drafts

__all__ = ["http_refusal", "known_refusal", "refuse", "status_of", "wants_page"]

_BY_EXIT = {2: 400, 3: 422, 4: 403, 5: 502}
_BY_CODE = {
    "changed-meanwhile": 409,
    "deadline": 504,
    "gate-closed": 409,
    "missing-input": 422,
    "no-live-version": 409,
    "not-proven": 409,
    "proof-running": 409,
    "too-large": 413,
    "unauthorised": 401,
    "version-lock": 503,
}
_FIXES = {
    404: "see `alongside serve --help` for the addresses",
    405: "use the method that the header Allow names",
}


def status_of(code: str, exit_code: int) -> int:
    """Return the HTTP status of an error (RFC 9110): by its code where that has one, else by its kind."""
    if code.startswith("no-such-"):
        return 404
    return _BY_CODE.get(code) or _BY_EXIT.get(exit_code, 500)


def refuse(error: AlongsideError, *, as_page: bool = False, who: str = "", **more: Any) -> Response:
    """Return the error as JSON with `more` beside it, or as a page, for `who` (see `whose_drafts`)."""
    status = status_of(error.code, error.exit_code)
    headers = {"WWW-Authenticate": "Bearer"} if error.code == "unauthorised" else None
    if as_page:
        return HTMLResponse(render("refused.html", {"error": error_data(error), "who": who}), status, headers)
    return JSONResponse({**more, "error": error_data(error)}, status, headers)


def wants_page(headers: Headers) -> bool:
    """Whether a browser asks, to show what it gets: it says so, or its page swaps the answer in."""
    return "text/html" in headers.get("accept", "") or headers.get("hx-request") == "true"


async def known_refusal(request: Request, error: Exception) -> Response:
    """Answer an AlongsideError that an endpoint raised."""
    assert isinstance(error, AlongsideError)
    return refuse(error, as_page=wants_page(request.headers), who=whose_drafts(request.scope))


async def http_refusal(request: Request, error: Exception) -> Response:
    """Answer what Starlette refuses: no such address, a wrong method, a form that can't be read."""
    assert isinstance(error, HTTPException)
    code = {404: "no-such-address", 405: "wrong-method"}.get(error.status_code, "bad-request")
    told = AlongsideError(
        code, str(error.detail), fix=_FIXES.get(error.status_code, "send what the message asks for")
    )
    if wants_page(request.headers):
        shown = {"error": error_data(told), "who": whose_drafts(request.scope)}
        return HTMLResponse(render("refused.html", shown), error.status_code, error.headers)
    return JSONResponse({"error": error_data(told)}, error.status_code, error.headers)
