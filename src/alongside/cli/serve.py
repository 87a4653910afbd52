"""`alongside serve`."""

from typing import Any

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.command(short_help="Answer requests with the live version.")
@click.option("--port", default=8717, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", help="Beyond loopback only with people and --name.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="Answer to this name or address too: NAME, NAME:PORT, or https://NAME behind a proxy; repeatable.",
)
@framed
def command(screen: Screen, port: int, host: str, names: tuple[str, ...]) -> None:
    """Answer requests with the live version; a ship or rollback reaches the next one.

    \b
    alongside serve
    alongside serve --port 0 --json
    alongside serve --host 0.0.0.0 --name laptop.example
    curl -H "Authorization: Bearer $TOKEN" -F file=@a.pdf http://127.0.0.1:8717/run/receipt

    \b
    POST /run/WORKFLOW        run it: a JSON object of its inputs; a form with files; or the bytes of one
                              file with the header X-Filename. ?version=ID asks another version
    GET /runs/ID              the run, its answer, and every word on it
    POST /runs/ID/feedback    {"judgement": "right" | "wrong" | "unsure", "field", "expected", "by", "note"}
    POST /feedback/ID/undo    take a word back
    GET /                     the workbench: what waits for somebody; GET /status.json: where it stands

    Beyond this machine people sign in by their own links (`alongside person add`), under the names that --name gives;
    without https:// unencrypted. Programs send the token, new at every start; your browser opens the link, once, in
    five minutes.
    With --json, one line when requests are answered: {"url", "open", "token", "host", "port", "customer", "live"}.
    """
    from alongside.web.serving import serve

    with screen.open() as bench:
        serve(bench, host=host, port=port, names=names, announce=lambda told: _announce(screen, told))
    screen.say("stopped\nnext: alongside runs list --mode serve")


def _announce(screen: Screen, told: dict[str, Any]) -> None:
    from alongside.views.serving import serving_view

    screen.show(serving_view(told))
    screen.say("Ctrl-C stops; a ship in another terminal reaches the next request\nnext: alongside ship")
