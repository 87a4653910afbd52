"""`alongside review`."""

import getpass
import shlex
from typing import TYPE_CHECKING

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen
from alongside.core.errors import UsageError

if TYPE_CHECKING:
    from alongside.core.run import Run
    from alongside.workbench import Workbench

__all__ = ["command"]


class _Review(click.Command):
    """Says of a `--right` that names no field what says it of all."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options."""
        try:
            return super().parse_args(ctx, args)
        except click.BadOptionUsage as error:
            if error.option_name != "--right":
                raise
            raise UsageError(
                "no-field",
                "--right names no field",
                fix="write --right FIELD, or --rest-right: all that has no word of its own is right",
            ) from error


@click.command(cls=_Review, short_help="Judge runs: right, wrong, and what it should have said.")
@click.argument("run", required=False)
@click.option(
    "--wrong", multiple=True, metavar="FIELD[=VALUE]", help="Wrong, and what it should have said; -: nothing."
)
@click.option("--right", multiple=True, metavar="FIELD", help="Right.")
@click.option("--unsure", multiple=True, metavar="FIELD", help="Nobody can tell.")
@click.option("--rest-right", is_flag=True, help="All that has no word of its own is right.")
@click.option("--by", default="", metavar="NAME", envvar="ALONGSIDE_BY", help="Whose word it is.")
@click.option("--note", default="", metavar="TEXT", help="Why.")
@click.option("--undo", metavar="ID", help="Take this word back.")
@click.option("--workflow", default="", help="Walk this workflow's runs only.")
@framed
def command(
    screen: Screen, run: str | None, undo: str | None, by: str, workflow: str, **said: object
) -> None:
    """Judge RUN, or walk the runs that nobody has judged, field by field.

    \b
    alongside review
    alongside review run_01hf3k9z --wrong total=12.50 --rest-right
    alongside review run_01hf3k9z --wrong date= --note "there is no date on it"
    alongside review --undo fb_01hf3m2a

    With --json: {"run", "feedback": [{"id", "field", "judgement", "expected", "by", "note"}], "expected", "read_as" (by
    field, what is written otherwise than it is read), "not_again"};
    of the runs that wait: {"waiting", "total", "judged_in_part"}.
    """
    from alongside.workbench.naming import check_workflow

    with screen.open() as bench:
        check_workflow(bench, workflow)
        by = by or getpass.getuser()
        if undo:
            _undo(screen, bench, undo, by)
        elif any(said.values()):
            _say(screen, bench, _named(bench, run), by, said)
        elif screen.asks():
            from alongside.cli.walking import walk

            walk(screen, bench, _to_walk(bench, run, workflow), by=by)
        else:
            _list(screen, bench, run, workflow)


def _undo(screen: Screen, bench: "Workbench", word: str, by: str) -> None:
    from alongside.store import feedback
    from alongside.views.feedback import undone_view
    from alongside.workbench.pointing import case_left
    from alongside.workbench.speaking import who_says

    if not bench.undo(word, by=who_says(bench, by, owner=getpass.getuser())):
        raise UsageError(
            "no-such-word",
            f"{word} is no word that stands",
            fix="see `alongside review RUN --json` for the words on a run",
        )
    said = feedback.get(bench.database, word)
    left = case_left(bench, said) if said else None
    following = "alongside review"
    if left and said:
        mend = f"edit {left.id} --forget {shlex.quote(said.field)}"
        following = f"alongside case {mend if said.field in left.expected else f'show {left.id}'}"
    screen.show(undone_view(word, left, said.field if said else ""), following=following)


def _say(screen: Screen, bench: "Workbench", run: "Run", by: str, said: dict[str, object]) -> None:
    from alongside.cli.words import record, words_of
    from alongside.store import feedback
    from alongside.views.feedback import overtaken_told
    from alongside.views.fields import value_text

    for word in words_of(bench, run, said):
        made = record(bench, run, word, by=by)
        if made.judgement != word.judgement:
            screen.say(f"{word.field or 'the answer'} already is {value_text(word.expected)}: taken as right")
        for told in overtaken_told(feedback.of_run(bench.database, run.id), made):
            screen.say(f"{made.field or 'the answer'}: {told}")
    _show(screen, bench, run)


def _show(screen: Screen, bench: "Workbench", run: "Run") -> None:
    from alongside.views.feedback import judged_view
    from alongside.workbench.expecting import readings_for_run
    from alongside.workbench.judging import standing_words

    words, expected, wrong = standing_words(bench, run)
    readings = readings_for_run(bench, run, expected)
    following = f"alongside case add {run.id}" if words else f"alongside runs show {run.id}"
    screen.show(judged_view(run, words, expected, wrong=wrong, readings=readings), following=following)


def _list(screen: Screen, bench: "Workbench", run: str | None, workflow: str) -> None:
    """Nobody is there to answer: show what stands, or what waits."""
    from alongside.views.feedback import waiting_view
    from alongside.workbench.judging import to_judge

    if run:
        _show(screen, bench, bench.find_run(run))
        return
    waiting, begun, total = to_judge(bench, workflow=workflow)
    following = f"alongside review {(waiting or begun)[0].id}" if waiting or begun else "alongside replay"
    screen.show(waiting_view(waiting, begun, bench.value, total=total), following=following)


def _to_walk(bench: "Workbench", run: str | None, workflow: str) -> "list[Run]":
    from alongside.workbench.judging import to_judge

    if run:
        return [bench.find_run(run)]
    waiting, begun, _ = to_judge(bench, workflow=workflow)
    return [*begun, *waiting]


def _named(bench: "Workbench", run: str | None) -> "Run":
    if not run:
        raise UsageError("no-run", "no run was named", fix="see `alongside runs list`")
    return bench.find_run(run)
