"""`alongside engagement`: the folder as a whole."""

import shlex
from pathlib import Path

import click

from alongside.cli.group import NounGroup, framed
from alongside.cli.screen import Screen

__all__ = ["command"]

_PATH = click.Path(path_type=Path)


@click.group("engagement", cls=NounGroup, short_help="The folder: show, export, import, verify.")
def command() -> None:
    """Show or move a customer's whole folder.

    \b
    alongside engagement show
    alongside engagement export --to ../acme.tar
    """


@command.command()
@framed
def show(screen: Screen) -> None:
    """Show what the engagement declares, and how much is in it.

    \b
    alongside engagement show
    alongside engagement show --json
    """
    from alongside.store import versions
    from alongside.views.engagement import engagement_view

    with screen.open() as bench:
        read = bench.database.read()
        counts = {
            name: read.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  our own names
            for name, table in (
                ("runs", "run"),
                ("words", "feedback"),
                ("versions", "version"),
                ("kept steps", "ledger"),
            )
        }
        counts = {"cases": len(bench.active_cases()), **counts}
        screen.show(
            engagement_view(bench.engagement, counts, versions.pointer(bench.database)),
            following="alongside doctor",
        )


@command.command()
@click.option(
    "--to", type=_PATH, required=True, help="The tar to write; one that is there is never overwritten."
)
@framed
def export(screen: Screen, to: Path) -> None:
    """Write the whole engagement to one tar with a checksum manifest: files, store, blobs.

    \b
    alongside engagement export --to ../acme.tar

    The same content gives the same bytes. It is not redacted: treat it as what it holds. It is written outside the engagement,
    or below exports/, whose tars no export takes along.
    """
    from alongside.store.export import export as write
    from alongside.views.engagement import moved_view
    from alongside.workbench.targets import check_target

    with screen.open() as bench:
        check_target(bench.root, to, said="--to ", is_whole=True)
        _ = bench.salt  # hits survive the move only where the salt was there before it
        root = bench.root
    manifest = write(root, to)
    view = moved_view(f"{root} is in {to}", to, root, manifest, to.stat().st_size)
    screen.show(view, following=f"alongside engagement verify {shlex.quote(str(to))}")


@command.command("import")
@click.argument("file", type=_PATH)
@click.option("--to", type=_PATH, default=None, help="The new folder; named like the file by default.")
@framed
def import_(screen: Screen, file: Path, to: Path | None) -> None:
    """Unpack an export into a new folder, checked file by file. A replay in it executes nothing.

    \b
    alongside engagement import acme.tar
    alongside engagement import acme.tar --to clients/acme
    """
    from alongside.store.export import import_ as unpack
    from alongside.views.engagement import moved_view

    folder = to or Path(file.stem)
    manifest = unpack(file, folder)
    view = moved_view(f"{file} is in {folder}", file, folder, manifest, file.stat().st_size)
    screen.show(view, following=f"cd {shlex.quote(str(folder))} && alongside replay")


@command.command()
@click.argument("place", type=_PATH, default=None, required=False)
@framed
def verify(screen: Screen, place: Path | None) -> int:
    """Check PLACE, a tar or an imported folder (this one by default), against its checksums.

    \b
    alongside engagement verify acme.tar
    alongside engagement verify

    Exit code 1 where a file is missing or was changed since the export, or where a tar holds another one.
    """
    from alongside.store.engagement_file import find_root
    from alongside.store.export import verify as check
    from alongside.views.engagement import checked_view

    where = place or find_root(screen.place)
    checked = check(where)
    following = "" if checked.is_tar else "alongside doctor"
    if checked.whole:
        imports = f"alongside engagement import {shlex.quote(str(where))}"
        following = imports if checked.is_tar else "alongside engagement show"
    screen.show(checked_view(where, checked), following=following)
    return 0 if checked.whole else 1
