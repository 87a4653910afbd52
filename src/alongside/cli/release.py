"""`alongside release`: versions and what is live."""

import json
import shlex
from typing import TYPE_CHECKING

import click

from alongside.cli.group import NounGroup, framed
from alongside.cli.screen import Screen
from alongside.core.errors import UsageError

if TYPE_CHECKING:
    from alongside.core.engagement import Engagement, Promise

__all__ = ["command"]


@click.group("release", cls=NounGroup, short_help="Versions: list, show, approve.")
def command() -> None:
    """Versions, what is live, and who signed for it.

    \b
    alongside release list
    alongside release show live
    """


@command.command("list")
@click.option("--limit", default=20, type=click.IntRange(1), help="How many versions.")
@framed
def list_(screen: Screen, limit: int) -> None:
    """List the newest versions and every move of the pointer.

    \b
    alongside release list
    alongside release list --json
    """
    from alongside.store import versions
    from alongside.views.release import releases_view

    with screen.open() as bench:
        database = bench.database
        found = versions.latest(database, limit=limit)
        pointer = versions.pointer(database)
        screen.show(
            releases_view(found, versions.releases(database), pointer),
            following=f"alongside release show {found[0].id[:12]}" if found else "alongside gate",
        )


@command.command()
@click.argument("version", default="")
@framed
def show(screen: Screen, version: str) -> None:
    """Show VERSION (an id's start, live, previous; the working tree by default): its files, signatures, verdict.

    \b
    alongside release show live
    alongside release show 3f9c1a2b --json
    """
    from alongside.store import signatures, versions
    from alongside.views.release import version_view

    with screen.open() as bench:
        found = bench.version(version) if version else bench.snapshot()
        kept = bench.state / "verdicts" / f"{found.id[:12]}.json"
        view = version_view(
            found,
            versions.pointer(bench.database),
            signatures.signed(bench.database, found.id),
            signatures.accepted_breaks(bench.database, found.id),
            json.loads(kept.read_bytes()) if kept.is_file() else None,
        )
        screen.show(view, following=f"alongside replay --against {found.id[:12]}")


@command.command()
@click.argument("version", default="")
@click.option("--by", required=True, metavar="NAME", help="Who signs.")
@click.option(
    "--promise", default="", metavar="P", help="Which promise; all that are NAME's to sign by default."
)
@framed
def approve(screen: Screen, version: str, by: str, promise: str) -> None:
    """Sign off a promise of the definition of done, for the working tree or VERSION.

    NAME is its owner, or a person of [[people]] whose role owns it.

    \b
    alongside release approve --by Kim
    alongside release approve 3f9c1a2b --by Kim --promise "the expert agrees"
    """
    from alongside.release.signing import may_sign
    from alongside.views.release import signed_view

    with screen.open() as bench:
        offered = [one for one in bench.engagement.done if one.measure == "sign-off"]
        if version in {one.name for one in offered}:
            raise UsageError(
                "no-such-version",
                f"{version!r} is no version, but a promise",
                fix=f"write --promise {shlex.quote(version)}",
            )
        found = bench.version(version) if version else bench.snapshot()
        chosen = [
            one.name
            for one in offered
            if one.name == promise or (not promise and may_sign(bench.engagement, one, by))
        ]
        if not chosen:
            raise _nothing_to_sign(bench.engagement, offered, promise=promise, by=by)
        for name in chosen:
            bench.approve(found, promise=name, by=by)
        screen.show(signed_view(found, chosen, by), following="alongside gate")


def _nothing_to_sign(
    engagement: "Engagement", offered: "list[Promise]", *, promise: str, by: str
) -> UsageError:
    """Return the error that says which sign-offs there are, and who gives each."""
    from alongside.release.signing import holders, undeclared

    who = [
        f"{one.name!r} is signed by {' or '.join(holders(engagement, one)) or 'anybody, by name'}"
        for one in offered
    ]
    told = f"alongside.toml has no sign-off {promise!r}" if promise else f"no sign-off is {by}'s"
    if not offered:
        fix = 'declare one under [[done]] with measure = "sign-off"'
    elif promise:
        fix = f"write --promise with one of: {', '.join(one.name for one in offered)}"
    elif missing := next(filter(None, (undeclared(engagement, one) for one in offered)), ""):
        fix = missing
    else:
        fix = (
            "sign with --by and the name of who owns it, or change its owner or [[people]] in alongside.toml"
        )
    return UsageError("nothing-to-sign", "; ".join([told, *who]), fix=fix)
