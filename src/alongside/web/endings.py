"""Pages for who isn't let in: why, in words for people. Why a link ended is told to who holds it, and to nobody else."""

from typing import Literal

from starlette.responses import HTMLResponse, Response

from alongside.store.links import Link
from alongside.web.rendering import render
from alongside.web.roles import drafts_by
from alongside.workbench.people import Shut

__all__ = ["Stranger", "ended_page"]

Stranger = Literal["owner", "person", "guest", "reviewing", "start-used", "start-over"]
"""Somebody without a session, by the way in that there is: the link of the start, one's own, or a review link.

Whose review link still opens (`reviewing`) asked for what lies beyond it. The link of the start opens one browser (`start-used`), within five minutes (`start-over`).
"""


def ended_page(why: Stranger | Shut, status: int, *, link: Link | None = None, typed: str = "") -> Response:
    """Return the page; it leads nowhere that is closed. `link` is the one that they hold, `typed` what they had written."""
    shown = {"why": why, "link": link, "typed": typed, "who": drafts_by(link.id) if link else ""}
    return HTMLResponse(render("ended.html", shown), status)
