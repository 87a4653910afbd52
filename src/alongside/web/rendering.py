"""Templates to HTML: autoescape everywhere, an undefined name is an error, no inline style or script."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from alongside.core.counting import percent
from alongside.core.errors import AlongsideError
from alongside.core.surrogates import shown
from alongside.views.figures import day, day_and_time, dollars, moment, seconds
from alongside.views.screens.names import place_label
from alongside.views.screens.page import Problem

__all__ = ["asset", "asset_path", "render"]

_LEAST_SECONDS = 0.0005
_COMMAND = re.compile("`([^`]+)`")
_ROW = re.compile(r"^ \(row \d+\)")
_HERE = Path(__file__).parent
_ASSETS = {path.name: path for folder in ("static", "vendor") for path in sorted((_HERE / folder).iterdir())}


def render(template: str, context: Mapping[str, Any]) -> str:
    """Return the page. Everything in `context` is text to be escaped."""
    return shown(_environment().get_template(template).render(context))


def asset_path(name: str) -> Path | None:
    """Return the file of a style sheet or a script of ours, None where there is none of that name."""
    return _ASSETS.get(name)


@cache
def asset(name: str) -> str:
    """Return the address of a style sheet or a script; it changes with the file, so browsers may keep it for good."""
    return f"/static/{name}?{sha256(_ASSETS[name].read_bytes()).hexdigest()[:12]}"


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "seconds": _seconds,
        "coded": _coded,
        "refusal": _refusal,
        "dollars": dollars,
        "clock": _clock,
        "iso": _iso,
        "percent": percent,
        "moment": moment,
        "day": day,
        "day_and_time": day_and_time,
    }
    made.globals |= {"asset": asset}
    return made


def _seconds(spent: float) -> str:
    """Return a duration; what took less than can be said is `<1 ms`, never 0."""
    return "<1 ms" if 0 <= spent < _LEAST_SECONDS else seconds(spent)


def _coded(text: str) -> Markup:
    """Return a text with what stands between backticks, as commands do, as code."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  it is escaped


def _refusal(error: AlongsideError | Problem) -> str:
    """Return why a value can't be and what to do, in sentences; its place is called as screens call it."""
    place, message, fix = error.place, error.message, error.fix
    if place and message.startswith(place):
        message = place_label(place) + _ROW.sub("", message.removeprefix(place), count=1)
    return f"{message[:1].upper()}{message[1:]}. {fix[:1].upper()}{fix[1:]}."


def _clock(at: float) -> str:
    """Return a time of today as `12:40`, of another day as `21 Nov, 12:40`, in this machine's zone."""
    moment, today = datetime.fromtimestamp(at).astimezone(), datetime.now().astimezone()
    if moment.date() == today.date():
        return f"{moment:%H:%M}"
    year = "" if moment.year == today.year else f" {moment.year}"
    return f"{moment.day} {moment:%b}{year}, {moment:%H:%M}"


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds")
