"""`alongside serve`."""

from typing import Any

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.command(short_help="Answer requests with the live version.")
@click.option("--port", default=8717, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", help="Loopback only, until there is sign-in.")
@framed
def command(screen: Screen, port: int, host: str) -> None:
    """Answer requests with the live version; a ship or rollback reaches the next one.

    \b
    alongside serve
    alongside serve --port 0 --json
    curl -H "Authorization: Bearer $TOKEN" -F file=@a.pdf http://127.0.0.1:8717/run/receipt

    \b
    POST /run/WORKFLOW        run it: a JSON object of its inputs; a form with files; or the bytes of one
                              file with the header X-Filename. ?version=ID asks another version
    GET /runs/ID              the run, its answer, and every word on it
    POST /runs/ID/feedback    {"judgement": "right" | "wrong" | "unsure", "field", "expected", "by", "note"}
    POST /feedback/ID/undo    take a word back
    GET /, GET /status.json   where the engagement stands

    Loopback only. Programs send the token, which is new at every start; the browser opens the single-use link.
    With --json, one line when requests are answered: {"url", "open", "token", "host", "port", "customer", "live"}.
    """
    from alongside.web.serving import serve

    with screen.open() as bench:
        serve(bench, host=host, port=port, announce=lambda told: _announce(screen, told))
    screen.say("stopped\nnext: alongside runs list --mode serve")


def _announce(screen: Screen, told: dict[str, Any]) -> None:
    from alongside.views.serving import serving_view

    screen.show(serving_view(told))
    screen.say("Ctrl-C stops; a ship in another terminal reaches the next request\nnext: alongside ship")
