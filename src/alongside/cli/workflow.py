"""`alongside workflow`: what can be run."""

import os
import shlex

import click

from alongside.cli.group import NounGroup, framed
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.group("workflow", cls=NounGroup, short_help="What the workflows take, answer and do.")
def command() -> None:
    """Workflows: ordinary Python with steps, in workflows/*.py.

    \b
    alongside workflow list
    alongside workflow show receipt
    """


@command.command("list")
@framed
def list_(screen: Screen) -> None:
    """List the working tree's workflows.

    \b
    alongside workflow list
    alongside workflow list --json
    """
    from alongside.views.workflow import workflows_view

    with screen.open() as bench:
        offered = bench.describe(bench.snapshot())
        name = next(iter(offered), "")
        screen.show(
            workflows_view(offered),
            following=f"alongside workflow show {shlex.quote(name)}" if name else "alongside doctor",
        )


@command.command()
@click.argument("workflow")
@framed
def show(screen: Screen, workflow: str) -> None:
    """Show WORKFLOW: inputs, answer fields, steps with their effects, opaque steps.

    \b
    alongside workflow show receipt
    alongside workflow show receipt --json
    """
    from alongside.core.input_types import file_inputs
    from alongside.views.workflow import workflow_view
    from alongside.workbench.naming import described

    with screen.open() as bench:
        version = bench.snapshot()
        told = described(bench, version, workflow)
        folder = bench.root / "documents"
        found = (path for path in sorted(folder.glob("*")) if path.is_file() and path.name[0] != ".")
        file = next(found, None) if len(list(file_inputs(told["inputs"]))) == 1 else None
        run = ["run", workflow, os.path.relpath(file)] if file else ["run", "--help"]
        screen.show(workflow_view(workflow, told), following=shlex.join(["alongside", *run]))
