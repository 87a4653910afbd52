"""`alongside init`."""

import shlex
from pathlib import Path

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen
from alongside.core.surrogates import shown

__all__ = ["command"]


@click.command(short_help="Make an engagement's folder, with a workflow that runs.")
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--customer", default="", help="The customer's name, if not the folder's.")
@framed
def command(screen: Screen, name: Path, customer: str) -> None:
    """Make the folder NAME for one customer: alongside.toml, a workflow, and a document to run it on.

    \b
    alongside init acme
    alongside init clients/acme --customer "ACME Ltd"
    """
    from alongside.store.engagement_example import write_example
    from alongside.store.engagement_template import write_new
    from alongside.store.git_files import is_in_git
    from alongside.views.engagement import made_view

    engagement = write_new(name, customer=customer or shown(name.resolve().name))
    write_example(name)
    go_in = "" if name.resolve() == Path.cwd() else f"cd {shlex.quote(str(name))} && "
    in_git = is_in_git(engagement.root)
    screen.show(
        made_view(engagement, in_git=in_git),
        following=f"{go_in}alongside run receipt documents/sample-receipt.txt",
    )
