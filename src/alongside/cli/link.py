"""`alongside link`: a few questions for somebody without an account."""

import getpass

import click

from alongside.cli.group import NounGroup, framed
from alongside.cli.ranges import Hours
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.group(
    "link", cls=NounGroup, short_help="Review links for people without an account: add, list, revoke."
)
def command() -> None:
    """Ask somebody without an account about a few answers, on any phone.

    \b
    alongside link add --for Dana
    alongside link list
    """


@command.command()
@click.option("--for", "person", required=True, metavar="NAME", help="Whose words they will be.")
@click.option("--questions", default=20, type=click.IntRange(1, 200), help="How many at most.")
@click.option("--run", "named", multiple=True, metavar="ID", help="Ask about this run; repeat for more.")
@click.option("--workflow", default="", help="Ask about this workflow's runs only.")
@click.option("--hours", default=48.0, type=Hours(), help="How long it opens.")
@framed
def add(
    screen: Screen, person: str, questions: int, named: tuple[str, ...], workflow: str, hours: float
) -> None:
    """Make a link that asks about answers nobody has judged, the least sure ones first, and opens nothing else.

    \b
    alongside link add --for Dana
    alongside link add --for "Dana Whitlock" --run last --hours 4

    Its words carry the name: "Dana, by link". With --json: {"id", "for", "url", "expires", "questions", "serving"}.
    """
    from alongside.views.people import review_link_view
    from alongside.views.questions import choose_questions
    from alongside.workbench.address import known_address
    from alongside.workbench.review_links import make

    with screen.open() as bench:
        asked = choose_questions(bench, count=questions, named=named, workflow=workflow)
        secret, made = make(bench, asked, person=person, by=getpass.getuser(), hours=hours)
        root, serving = known_address(bench)
        view = review_link_view(made, f"{root}in/{secret}", questions=len(asked), serving=serving)
        screen.show(view, following="alongside link list" if serving else "alongside serve")


@command.command("list")
@framed
def list_(screen: Screen) -> None:
    """List the review links and how far they got.

    \b
    alongside link list
    alongside link list --json
    """
    from alongside.views.people import links_view
    from alongside.workbench.review_links import standing

    with screen.open() as bench:
        found = standing(bench)
        following = f"alongside link revoke {found[0].link.id}" if found else "alongside link add --for NAME"
        screen.show(links_view(found, now=bench.clock()), following=following)


@command.command()
@click.argument("link")
@framed
def revoke(screen: Screen, link: str) -> None:
    """End LINK now, and whoever came in by it; what they said stays.

    \b
    alongside link revoke link_01hf3k9zq8c7tmx2
    """
    from alongside.views.people import revoked_view
    from alongside.workbench.review_links import revoke as end

    with screen.open() as bench:
        screen.show(revoked_view(link, ended=end(bench, link)), following="alongside link list")
