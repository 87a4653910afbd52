"""`alongside runs`: what ran."""

from typing import TYPE_CHECKING, Any

import click

from alongside.cli.group import NounGroup, framed
from alongside.cli.screen import Screen

if TYPE_CHECKING:
    from alongside.core.run import Run

__all__ = ["command"]

_UNCOUNTED = 1_000_000


@click.group("runs", cls=NounGroup, short_help="What ran: list, show, diff.")
def command() -> None:
    """See runs, their answers and their steps.

    \b
    alongside runs list --workflow receipt
    alongside runs show run_01hf3k9z
    """


@command.command("list")
@click.option("--workflow", default="", help="Only this workflow's.")
@click.option(
    "--status", type=click.Choice(["running", "done", "failed", "not-run", "interrupted"]), default=None
)
@click.option(
    "--mode", type=click.Choice(["new", "serve", "replay"]), default=None, help="How it came to run."
)
@click.option("--version", default="", metavar="ID", help="Only this version's: an id's start, v1, v2, live.")
@click.option(
    "--word",
    type=click.Choice(["none", "right", "wrong", "unsure"]),
    default=None,
    help="Only those of which people said this (none: nothing yet).",
)
@click.option("--search", default="", metavar="TEXT", help="Only those whose inputs or id hold the text.")
@click.option("--no-replays", is_flag=True, help="Leave the replays of cases out.")
@click.option("--limit", default=20, type=click.IntRange(1), help="How many.")
@framed
def list_(screen: Screen, *, workflow: str, version: str, search: str, limit: int, **wanted: Any) -> None:
    """List the newest runs.

    \b
    alongside runs list
    alongside runs list --status failed --json
    alongside runs list --word wrong --search acme

    With --json: {"runs": […], "total"}; `total` is null where a search found more than `--limit`.
    """
    from alongside.store import run_list
    from alongside.store.run_list import RunFilter
    from alongside.views.run import runs_view
    from alongside.views.screens.names import version_names
    from alongside.views.screens.runs import searched
    from alongside.workbench.naming import check_workflow

    with screen.open() as bench:
        check_workflow(bench, workflow)
        names = version_names(bench)
        version = names.find(version)
        filtered = RunFilter(
            workflow,
            wanted["status"] or "",
            wanted["mode"] or "",
            version,
            wanted["word"] or "",
            replays=not wanted["no_replays"],
        )
        text = search.strip()
        if text:
            hits = searched(bench, filtered, text, limit=limit)
            listed, total = hits.found, None if hits.place else len(hits.found)
        else:
            listed = run_list.page(bench.database, filtered, limit=limit)
            total = run_list.count(bench.database, filtered, most=_UNCOUNTED)
        found = [one.run for one in listed]
        following = f"alongside runs show {found[0].id}" if found else "alongside workflow list"
        screen.show(runs_view(found, bench.value, total=total), following=following)


@command.command()
@click.argument("run")
@framed
def show(screen: Screen, run: str) -> None:
    """Show RUN: its inputs, its answer with places, its steps, and what people said of it.

    \b
    alongside runs show run_01hf3k9z
    alongside runs show run_01hf3k9z --json
    """
    from alongside.store import feedback, runs
    from alongside.views.run import run_view
    from alongside.workbench.paper import attachments_of

    with screen.open() as bench:
        found = bench.find_run(run)
        view = run_view(
            found,
            runs.spans(bench.database, found.id),
            feedback.of_run(bench.database, found.id),
            bench.value,
            attached=attachments_of(bench, found.id),
        )
        screen.show(view, following=_following(found))


def _following(run: "Run") -> str:
    if run.status == "interrupted" and run.error:  # at an unknown effect, where going on stops again
        return "alongside doctor"
    return f"alongside {'run --resume' if run.status in {'running', 'interrupted'} else 'review'} {run.id}"


@command.command()
@click.argument("first")
@click.argument("second")
@framed
def diff(screen: Screen, first: str, second: str) -> None:
    """Show where two runs differ: inputs, version, answer field by field, steps.

    \b
    alongside runs diff run_01hf3k9z run_01hf3m2a
    alongside runs diff run_01hf3k9z run_01hf3m2a --json
    """
    from alongside.store import runs
    from alongside.views.run import runs_diff

    with screen.open() as bench:
        old, new = bench.find_run(first), bench.find_run(second)
        traces = runs.spans(bench.database, old.id), runs.spans(bench.database, new.id)
        screen.show(runs_diff(old, new, traces, bench.value), following=f"alongside runs show {new.id}")
