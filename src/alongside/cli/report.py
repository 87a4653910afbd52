"""`alongside report`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen
from alongside.core.errors import UsageError

if TYPE_CHECKING:
    from alongside.workbench import Workbench

__all__ = ["command"]

_KINDS = {".html": "html", ".htm": "html", ".md": "md", ".markdown": "md", ".json": "json"}


@click.command(short_help="Write the page that says whether it is done.")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file, .html, .md or .json; exports/report.html (or .md) in the engagement by default.",
)
@click.option("--markdown", is_flag=True, help="Markdown, whatever the file is called.")
@framed
def command(screen: Screen, to: Path | None, *, markdown: bool) -> None:
    """Write what was promised and how it stands, from the record alone, as one HTML file.

    \b
    alongside report
    alongside report --to exports/done.html
    alongside report --to ../done.md

    The file's name says its format. It is written outside the engagement or below exports/: anywhere else it would be part of a version. The HTML file has no script and asks for nothing; it prints on A4. The same record gives the same bytes on any machine, in
    any time zone: the record's last event is its date. With --json nothing is written, and the same is printed as one
    object: {"answer": "yes" | "met" | "not yet" | "unknown", "lead", "record", "at", "checks", "fields", "stages", "mended",
    "failing", "costs", "decisions", "not_checked", ...}.
    """
    from alongside.store.atomic_file import write_atomic
    from alongside.views.parts import View
    from alongside.views.screens.report import report_screen
    from alongside.workbench.targets import check_target

    kind = "md" if markdown else _kind(to)
    with screen.open() as bench:
        if to is not None and not screen.as_json:
            check_target(bench.root, to, said="--to ")
        page = report_screen(bench)
        if screen.as_json:
            screen.show(View(page.to_json(), []))
            return
        path = to or bench.root / "exports" / f"report.{kind}"
        write_atomic(path, _file(bench, kind))
        screen.show(View({}, [page.body.lead, "", f"{path}"]), following="alongside serve")


def _kind(to: Path | None) -> str:
    """Return the format that the file's name asks for. Raises UsageError `report-format`."""
    if to is None:
        return "html"
    found = _KINDS.get(to.suffix.lower())
    if found is None:
        raise UsageError(
            "report-format",
            f"no report can be written as {to.name}: its ending says no format that there is",
            fix="end it in .html, .md or .json, or say --markdown",
        )
    return found


def _file(bench: "Workbench", kind: str) -> bytes:
    from alongside.web.reporting import report_file

    return report_file(bench, kind).encode()
