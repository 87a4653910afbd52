"""`alongside replay`."""

import getpass
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen
from alongside.core.errors import DataError, UsageError

if TYPE_CHECKING:
    from alongside.core.case import Case
    from alongside.evals.comparison import Comparison
    from alongside.evals.replay import Options
    from alongside.workbench import Workbench

__all__ = ["command"]

_NOT_HERE = "missing-input"


@click.command(short_help="Hold the working tree against every case.")
@click.option("--workflow", default="", help="Only this workflow's cases.")
@click.option("--against", metavar="VERSION", help="Compare with this version, not the live one.")
@click.option(
    "--forecast",
    is_flag=True,
    help="Only say what would re-run at most where cases take the steps they took, and its cost.",
)
@click.option("--full", is_flag=True, help="Run every case's driver, whatever is remembered.")
@click.option("--refresh", is_flag=True, help="Read sources and call models anew, on both versions.")
@click.option("--draws", default=1, type=click.IntRange(1), help="How often each case runs.")
@click.option(
    "--verify", default=0, type=click.IntRange(0), help="Re-execute N kept steps of each case and compare."
)
@click.option(
    "--allow", multiple=True, metavar="STEP", help="Make its calls, each asked for at the terminal."
)
@click.option(
    "--accept-tape", "accept", multiple=True, metavar="STEP", help="Take its tape for its new code."
)
@click.option("--by", default="", metavar="NAME", help="Who accepts or approves.")
@framed
def command(screen: Screen, workflow: str, against: str | None, *, forecast: bool, **asked: Any) -> int:
    """Run the working tree on every case and compare with what is live.

    \b
    alongside replay                    only what your change touches runs again
    alongside replay --forecast         what it would re-run at most, and its cost
    alongside replay --against 3f9c1a   compare with another version

    Two shares are told: of the cases that the gate counts (held out, or out of fold), and of the train cases that
    whoever edits has in view.

    Exit code 1 where anything broke or did not run, 3 where that is only for a document that isn't here or a case
    file that can't be read. JSON: docs/reference/cli.md.
    """
    from alongside.workbench.naming import check_workflow

    with screen.open() as bench:
        options = _options(bench, **asked)
        check_workflow(bench, workflow)
        if forecast:
            return _forecast(screen, bench, options, workflow, against)
        return _replay(screen, bench, options, workflow, against)


def _options(bench: "Workbench", **asked: Any) -> "Options":
    from alongside.evals.replay import Options

    if asked["accept"] and not asked["by"]:
        raise UsageError("accept-unsigned", "--accept-tape needs a name", fix="add --by NAME")
    settings: Any = {**asked, "by": asked["by"] or getpass.getuser(), "seconds": bench.deadline}
    return Options(**settings)


def _forecast(
    screen: Screen, bench: "Workbench", options: "Options", workflow: str, against: str | None
) -> int:
    from alongside.views.upkeep import forecast_view
    from alongside.workbench.upkeep import forecast

    baseline = bench.version(against) if against else None
    told = forecast(bench, bench.active_cases(workflow), options, baseline=baseline)
    screen.show(forecast_view(told), following="alongside replay")
    return 0


def _replay(
    screen: Screen, bench: "Workbench", options: "Options", workflow: str, against: str | None
) -> int:
    from alongside.cli.allowing import replay_allowing
    from alongside.views.replay import replay_view

    baseline = bench.version(against) if against else None
    loaded = bench.cases()
    screen.go_on = "alongside replay"

    def once(cases: "Sequence[Case]", go_on: "Mapping[str, str]") -> "Comparison":
        with screen.progress("replaying") as progress:
            return bench.replay(
                options=replace(options, go_on=go_on),
                progress=lambda done, total, result: progress.update(done, total, result.case.name),
                cases=cases,
                baseline=baseline,
            )

    cases = loaded.active(workflow)
    comparison = (
        replay_allowing(screen, bench, once, cases, by=options.by) if options.allow else once(cases, {})
    )
    hindered = {one.outcome.code for one in comparison.now.values() if one.status == "not-run"}
    screen.show(replay_view(comparison, workflow or None), following=_following(comparison, hindered))
    screen.warn(loaded.errors)
    if comparison.broken or hindered - {_NOT_HERE}:
        return 1
    return DataError.exit_code if loaded.errors or hindered else 0


def _following(comparison: "Comparison", hindered: "Collection[str]") -> str:
    if not comparison.now:
        return "alongside review"
    if comparison.broken:
        return f"alongside case show {comparison.broken[0]}"
    if _NOT_HERE in hindered:
        return "alongside doctor"
    return "alongside gate"
