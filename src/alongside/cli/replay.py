"""`alongside replay`."""

from typing import TYPE_CHECKING, Any

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

if TYPE_CHECKING:
    from alongside.evals.comparison import Comparison
    from alongside.evals.replay import Options
    from alongside.workbench import Workbench

__all__ = ["command"]

_BAD_FILES = 3


@click.command(short_help="Hold the working tree against every case.")
@click.option("--workflow", default="", help="Only this workflow's cases.")
@click.option("--against", metavar="VERSION", help="Compare with this version, not the live one.")
@click.option("--full", is_flag=True, help="Run every case's driver, whatever is remembered.")
@click.option("--refresh", is_flag=True, help="Read sources and call models anew.")
@click.option("--draws", default=1, type=click.IntRange(1), help="How often each case runs.")
@click.option(
    "--verify", default=0, type=click.IntRange(0), help="Re-execute so many kept steps and compare."
)
@click.option(
    "--accept-tape", "accept", multiple=True, metavar="STEP", help="Take its tape for its new code."
)
@click.option("--by", default="", metavar="NAME", help="Who accepts or approves.")
@framed
def command(screen: Screen, workflow: str, against: str | None, **asked: Any) -> int:
    r"""Run the working tree on every case and compare with what is live.

    \b
    alongside replay                    only what your change touches runs again
    alongside replay --against 3f9c1a   compare with another version
    alongside replay --full --json      every driver; one JSON object

    Exit code 1 where anything broke, 3 where a case file can't be read. The JSON is in docs/reference/cli.md.
    """
    from alongside.views.replay import replay_view

    with screen.open() as bench:
        options = _options(bench, **asked)
        comparison = _replay(screen, bench, options, workflow, against)
        errors = bench.cases().errors
        screen.show(replay_view(comparison, workflow or None), following=_following(comparison))
        screen.warn(errors)
    if comparison.broken:
        return 1
    return _BAD_FILES if errors else 0


def _options(bench: "Workbench", **asked: Any) -> "Options":
    from alongside.evals.replay import Options

    settings: Any = {**asked, "seconds": bench.deadline}
    return Options(**settings)


def _replay(
    screen: Screen, bench: "Workbench", options: "Options", workflow: str, against: str | None
) -> "Comparison":
    baseline = bench.version(against) if against else None
    screen.go_on = "alongside replay (what was finished is kept)"
    with screen.progress("replaying") as progress:
        return bench.replay(
            options=options,
            progress=lambda done, total, result: progress.update(done, total, result.case.name),
            workflow=workflow,
            baseline=baseline,
        )


def _following(comparison: "Comparison") -> str:
    if not comparison.now:
        return "alongside case add RUN"
    if comparison.broken:
        return f"alongside case show {comparison.broken[0]}"
    return "alongside gate"
