"""`alongside workflow`: what can be run."""

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
            following=f"alongside run {name} FILE" if name else "alongside doctor",
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
        given = "FILE" if any(file_inputs(told["inputs"])) else "--input FILE.jsonl"
        view = workflow_view(workflow, told)
        screen.show(view, following=f"alongside run {workflow} {given}")
