"""`alongside run`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen
from alongside.core.errors import PolicyError, UsageError
from alongside.core.input_types import example_of, file_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alongside.core.input_types import Input
    from alongside.core.release import Version
    from alongside.core.run import Mode
    from alongside.engine.order import Outcome
    from alongside.workbench import Workbench
    from alongside.workbench.batch import Asked, Ran

__all__ = ["command"]

_WORDS = {
    "file": "a file",
    "text": "a text",
    "flag": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "decimal": "a number",
    "date": "a date",
}


@click.command(short_help="Run a workflow on documents or values.")
@click.argument("workflow", required=False)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--input",
    "rows",
    type=click.Path(path_type=Path),
    help="A JSONL file: one run a line, an object of the inputs.",
)
@click.option("--live", is_flag=True, help="Run the live version, not the working tree.")
@click.option("--version", default="", metavar="ID", help="Run this version.")
@click.option("--resume", metavar="RUN", help="Go on with an interrupted run, on its own version.")
@framed
def command(
    screen: Screen,
    workflow: str | None,
    files: tuple[Path, ...],
    rows: Path | None,
    *,
    live: bool,
    version: str,
    resume: str | None,
) -> int:
    """Run WORKFLOW on documents, one run a file, or on rows of values.

    \b
    alongside run receipt documents/*.jpg       the working tree, as it is now
    alongside run receipt --live today.pdf      what the users have
    alongside run classify --input rows.jsonl   {"text": "…"} a line
    alongside run digest                        one that takes nothing
    alongside run --resume run_01hf3k9z         go on where it stopped

    Exit code 1 where a run failed, or 3, 4 or 5 where that is what all failures were. With --json: {"workflow",
    "version", "done", "runs": [{"name", "run", "workflow", "version", "released", "status", "answer", "seconds",
    "cost" (dollars), "steps": {"executed", "kept"}, "error": {"code", "message", "fix"}}]}; "warning" instead of
    "error" where a run is done but its last call went past a limit (exit code 4 all the same); "unread" [{"name", "code", "message"}] where
    attachments of a mail couldn't be read.
    """
    with screen.open() as bench:
        if resume:
            return _resume(screen, bench, resume)
        if not workflow:
            raise UsageError("no-workflow", "no workflow was named", fix="see `alongside workflow list`")
        if live and version:
            raise UsageError(
                "two-versions", "--live and --version are two versions", fix="give one of the two"
            )
        chosen = bench.version("live" if live else version) if live or version else bench.snapshot()
        asked = _asked(bench, chosen, workflow, files, rows)
        ran = _run(screen, bench, chosen, workflow, asked, mode="serve" if live else "new")
        return _finish(screen, bench, workflow, chosen, ran)


def _asked(
    bench: "Workbench", version: "Version", workflow: str, files: tuple[Path, ...], rows: Path | None
) -> "list[Asked]":
    from alongside.workbench.batch import Asked, asked_of_files, asked_of_rows, workflow_inputs

    inputs = workflow_inputs(bench, version, workflow)
    if not inputs and not files and rows is None:
        return [Asked(workflow, {})]
    if bool(files) == (rows is not None):
        raise _no_input(workflow, inputs, both=bool(files))
    return asked_of_files(bench, inputs, files) if rows is None else asked_of_rows(bench, inputs, rows)


def _no_input(workflow: str, inputs: "Mapping[str, Input]", *, both: bool) -> UsageError:
    """Say what the workflow takes, with a command that gives it."""
    takes = " and ".join(
        f"{_WORDS.get(one['kind'], one['type'])} called {name}" for name, one in inputs.items()
    )
    given = "both files and rows were given" if both else "nothing was given"
    files = list(file_inputs(inputs))
    if files:
        named = "documents/*" if len(files) == 1 else " ".join(f"{name}.pdf" for name in files)
        example = f"`alongside run {workflow} {named}`; rows come by --input FILE.jsonl"
    else:
        row = json.dumps({name: example_of(one) for name, one in inputs.items()}, ensure_ascii=False)
        example = f"`alongside run {workflow} --input rows.jsonl`, with a line such as {row}"
    return UsageError("no-input", f"{workflow} takes {takes or 'nothing'}; {given}", fix=f"try {example}")


def _run(
    screen: Screen,
    bench: "Workbench",
    version: "Version",
    workflow: str,
    asked: "list[Asked]",
    *,
    mode: "Mode",
) -> "list[Ran]":
    from alongside.workbench.batch import run_all

    screen.go_on = "alongside runs list --status interrupted"
    with screen.progress(f"running {workflow}") as progress:
        return run_all(bench, version, workflow, asked, mode=mode, progress=progress.update)


def _resume(screen: Screen, bench: "Workbench", run: str) -> int:
    from alongside.workbench.batch import Asked, Ran

    found = bench.find_run(run)
    screen.go_on = f"alongside run --resume {found.id}"
    outcome = bench.resume(found.id)
    ran = Ran(Asked(found.id, {}), outcome)
    return _finish(screen, bench, found.workflow, bench.version(found.version), [ran])


def _finish(screen: Screen, bench: "Workbench", workflow: str, version: "Version", ran: "list[Ran]") -> int:
    from alongside.views.run import ran_view
    from alongside.workbench.paper import attachments_of

    done = [one.outcome.run for one in ran if one.outcome.status == "done"]
    first = ran[0].outcome if ran else None
    following = f"alongside review {done[0]}" if done else f"alongside runs show {first.run}" if first else ""
    attached = {one.outcome.run: attachments_of(bench, one.outcome.run) for one in ran}
    screen.show(ran_view(workflow, version.id, ran, bench.value, attached=attached), following=following)
    codes = {_exit_code(one.outcome) for one in ran} - {0}
    return codes.pop() if len(codes) == 1 else min(1, len(codes))


def _exit_code(outcome: "Outcome") -> int:
    """Return 0 for a run that is done; one that went past its limit by its last call was held by a limit all the same."""
    if outcome.status == "done":
        return PolicyError.exit_code if outcome.error else 0
    return outcome.exit_code or 1
