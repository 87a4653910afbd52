"""`alongside document`: what the parser read, and what it lost."""

import shlex
from pathlib import Path

import click

from alongside.cli.group import NounGroup, framed
from alongside.cli.screen import Screen

__all__ = ["command"]

_HEX = frozenset("0123456789abcdef")


@click.group("document", cls=NounGroup, short_help="What the parser read, and what it lost.")
def command() -> None:
    """See documents as the parser reads them.

    \b
    alongside document parse invoice.pdf
    alongside document show invoice.pdf
    """


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--text", is_flag=True, help="Print the text.")
@framed
def parse(screen: Screen, file: Path, *, text: bool) -> None:
    """Read FILE (PDF, JPEG, PNG, TIFF, text, .eml) and show its pages. Needs no engagement.

    \b
    alongside document parse invoice.pdf
    alongside document parse scan.jpg --text
    alongside document parse mail.eml --json   every block and line with its box
    """
    from alongside.views.document import parsed_view
    from alongside.workbench.reading import read_file

    screen.show(
        parsed_view(read_file(file), text=text), following=f"alongside document show {shlex.quote(str(file))}"
    )


@command.command("list")
@click.option("--limit", default=40, type=click.IntRange(1), help="How many.")
@framed
def list_(screen: Screen, limit: int) -> None:
    """List the documents that runs read last, with what the parser lost of each, and the files that couldn't be read.

    \b
    alongside document list
    alongside document list --json
    """
    from alongside.views.document import readings_view
    from alongside.workbench.paper import latest_readings, unread_runs

    with screen.open() as bench:
        found, unread = latest_readings(bench, limit=limit), unread_runs(bench, limit=limit)
        first = f"document show {found[0][1].document.source[:12]}" if found else "workflow list"
        screen.show(readings_view(found, unread), following=f"alongside {first}")


@command.command()
@click.argument("file")
@framed
def show(screen: Screen, file: str) -> int:
    """Show what the parse of FILE (or of a kept document, by its digest) accounts for: coverage, losses, additions, tables.

    \b
    alongside document show invoice.pdf
    alongside document show 9f2c41d07a11

    Exit code 1 where a page accounts for less than 99.5 % of its text layer.
    """
    from alongside.views.document import lost_view
    from alongside.workbench.reading import kept_bytes, read_file

    if _HEX.issuperset(file) and not Path(file).exists():
        with screen.open() as bench:
            document = kept_bytes(bench, file)
        following = "alongside document list"
    else:
        document = read_file(Path(file))
        following = f"alongside document parse {shlex.quote(file)} --text"
    screen.show(lost_view(document), following=following)
    return 0 if document.parse_run.audit.passed else 1
