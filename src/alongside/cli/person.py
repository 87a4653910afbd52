"""`alongside person`: who may sign in."""

import getpass
import shlex
from typing import TYPE_CHECKING

import click

from alongside.cli.group import NounGroup, framed
from alongside.cli.ranges import Hours
from alongside.cli.screen import Screen
from alongside.core.engagement import ROLES, Person

if TYPE_CHECKING:
    from alongside.workbench import Workbench

__all__ = ["command"]

_HOURS = click.option("--hours", default=24.0, type=Hours(), help="How long the link may wait.")


@click.group("person", cls=NounGroup, short_help="Who signs in: add, list, link, remove.")
def command() -> None:
    """Let people sign in, each in a role. They stand in alongside.toml.

    \b
    alongside person add Dana --role reviewer
    alongside serve --host 0.0.0.0 --name laptop.example
    """


@command.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@_HOURS
@framed
def add(screen: Screen, name: str, role: str, hours: float) -> None:
    """Add NAME to the people, and print the link by which they sign in once.

    \b
    alongside person add Dana --role reviewer
    alongside person add Kim --role admin --hours 2

    viewer looks; reviewer judges, edits wording and signs what is theirs; engineer changes the workflow, ships what
    passes the gate and rolls back; approver ships past the gate and takes broken cases, with a reason; admin says who
    may do what. Each may do what those before it may. With --json: {"person", "role", "url", "expires", "serving"}.
    """
    from alongside.workbench.people import add as add_person

    with screen.open() as bench:
        add_person(bench, Person(name, role))
        _invite(screen, bench, name, hours)


@command.command()
@click.argument("name")
@_HOURS
@framed
def link(screen: Screen, name: str, hours: float) -> None:
    """Print a new link by which NAME signs in once; an older one that waits ends.

    \b
    alongside person link Dana
    """
    with screen.open() as bench:
        _invite(screen, bench, name, hours)


@command.command("list")
@framed
def list_(screen: Screen) -> None:
    """List the people and their roles.

    \b
    alongside person list
    alongside person list --json
    """
    from alongside.views.people import people_view

    with screen.open() as bench:
        people = bench.engagement.people
        following = "alongside serve" if people else "alongside person add NAME --role reviewer"
        screen.show(people_view(people), following=following)


@command.command()
@click.argument("name")
@framed
def remove(screen: Screen, name: str) -> None:
    """Take NAME out; their links and sessions end at once, what they said stays.

    \b
    alongside person remove Dana
    """
    from alongside.views.people import people_view
    from alongside.workbench.people import remove as remove_person

    with screen.open() as bench:
        remove_person(bench, name)
        left = tuple(one for one in bench.engagement.people if one.name != name)
        screen.show(people_view(left), following="alongside person list")


def _invite(screen: Screen, bench: "Workbench", name: str, hours: float) -> None:
    from alongside.store.engagement_file import load_engagement
    from alongside.views.people import invitation_view
    from alongside.workbench.address import known_address
    from alongside.workbench.people import invite

    secret, made = invite(bench, name, by=getpass.getuser(), hours=hours)
    person = next(one for one in load_engagement(bench.root).people if one.name == name)
    root, serving = known_address(bench)
    screen.show(
        invitation_view(person, f"{root}in/{secret}", expires=made.expires, serving=serving),
        following=f"alongside person link {shlex.quote(name)}" if serving else "alongside serve",
    )
