"""`alongside review` at a terminal: run by run, field by field, with short answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from alongside.cli.screen import Screen
from alongside.cli.stated import stated
from alongside.cli.words import Word, record
from alongside.core.counting import counted
from alongside.core.engagement import Person
from alongside.core.errors import DataError, UsageError
from alongside.evals.answer import MISSING
from alongside.views.fields import FieldShown, fields_shown, placed

if TYPE_CHECKING:
    from alongside.core.run import Run
    from alongside.workbench import Workbench

__all__ = ["walk"]

_KEYS = "enter: next   r: right   w [VALUE]: wrong   ?: can't tell   u: undo   s: skip this run   q: quit"


class _Quit(Exception):  # noqa: N818  somebody has had enough, which is no error
    """Stop here."""


class _Skip(Exception):  # noqa: N818
    """Go on with the next run."""


def walk(screen: Screen, bench: "Workbench", runs: "Sequence[Run]", *, by: str) -> None:
    """Ask about each run. Every answer is recorded at once, so stopping anywhere loses nothing."""
    screen.go_on = "alongside review"
    judged: list[str] = []
    screen.say(f"{counted(len(runs), 'run')} to judge\n{_KEYS}" if runs else "every run is judged")
    for number, run in enumerate(runs, 1):
        walker = _Walker(screen, bench, run, by)
        try:
            screen.say(f"\n{number} of {len(runs)}: {run.id}, {run.workflow}, {walker.inputs}")
            walker.judge()
            walker.offer_case()
        except _Skip:
            continue
        except _Quit:
            break
        finally:
            judged += [run.id] if walker.recorded else []
    screen.say(
        f"\n{counted(len(judged), 'run')} judged\nnext: {'alongside replay' if judged else 'alongside runs list'}"
    )


class _Walker:
    """One run under judgement; `recorded` are the words said in this walk, newest last.

    `fields` are those that nobody has judged yet, so a walk goes on where the last one stopped; all of them where
    every one is judged, for somebody who named the run to judge it again.
    """

    def __init__(self, screen: Screen, bench: "Workbench", run: "Run", by: str) -> None:
        from alongside.views.inputs import input_text
        from alongside.workbench.judging import unjudged_places
        from alongside.workbench.paper import attachments_of

        self.screen, self.bench, self.run, self.by = screen, bench, run, by
        self.all = fields_shown(bench.value(run.output))
        left = unjudged_places(bench, run)
        self.fields = [field for field in self.all if _touches(field.path, left)] or self.all
        self.inputs = ", ".join(input_text(bench.value(kept)) for kept in run.inputs.values())
        self.attached = {one.source: one.name for one in attachments_of(bench, run.id)}
        self.recorded: list[tuple[int, str]] = []

    def judge(self) -> None:
        """Walk the fields; then ask once whether what was passed over is right."""
        if before := len(self.all) - len(self.fields):
            self.screen.say(
                f"  {counted(before, 'field')} judged before: see `alongside review {self.run.id} --json`"
            )
        at = 0
        while at < len(self.fields):
            at = self._ask(at)
        passed = len(self.fields) - len({place for place, _ in self.recorded})
        if passed:
            answer = self._input(f"is the rest right ({counted(passed, 'field')})? y/n: ")
            if answer.startswith("y"):
                self._record(len(self.fields), Word("right"))
            else:
                self.screen.say("    then the next `alongside review` asks for it again")

    def offer_case(self) -> None:
        """Make the run a case, if the person says so."""
        from alongside.views.case import counts_as, held_only
        from alongside.workbench.newer_words import add_or_change

        if not self.recorded or self._input("make it a case? Y/n: ") not in {"", "y", "Y", "yes"}:
            return
        try:
            added = add_or_change(self.bench, self.run.id)
        except DataError as error:
            self.screen.say(str(error))
            return
        case = added.case
        told = counts_as(case, teaches=added.teaches)
        fields = ", ".join(field or "the answer" for field in added.changed) or "nothing new"
        only = held_only(case)
        said = told if added.is_new else f"which was there: {fields}"
        self.screen.say(f"case {case.id}, {said}{f'. {only}' if only else ''}")

    def _ask(self, at: int) -> int:
        """Ask about one field and return which comes next: the same one again after an answer that can't be."""
        try:
            return self._answered(at)
        except UsageError as error:
            self.screen.say(str(error))
            return at

    def _answered(self, at: int) -> int:
        field = self.fields[at]
        place = ", ".join(part for part in (field.sure, placed(field, self.attached)) if part)
        answer = self._input(f"  {field.path or 'answer'} = {field.text}{f'  ({place})' if place else ''}: ")
        key, _, rest = answer.partition(" ")
        match key:
            case "":
                return at + 1
            case "u":
                return self._undo(at)
            case "r" | "?":
                self._record(at, Word("right" if key == "r" else "unsure", field.path, box=field.box))
            case "w":
                self._record(at, Word("wrong", field.path, self._expected(field, rest), field.box))
            case _:
                self.screen.say(_KEYS)
                return at
        return at + 1

    def _expected(self, field: FieldShown, typed: str) -> object:
        text = typed or self._input("    what should it have said? (enter: don't know, -: nothing is there) ")
        if not text:
            return MISSING
        return None if text == "-" else stated(f"{field.path}={text}", {field.path: field.value})[1]

    def _record(self, at: int, word: Word) -> None:
        self.recorded.append((at, record(self.bench, self.run, word, by=self.by).id))

    def _undo(self, at: int) -> int:
        if not self.recorded:
            self.screen.say("    nothing to take back")
            return at
        place, word = self.recorded.pop()
        self.bench.undo(word, by=Person(self.by, "reviewer"))  # said in this very walk
        self.screen.say("    taken back")
        return min(place, at)

    def _input(self, question: str) -> str:
        answer = click.prompt(question, prompt_suffix="", default="", show_default=False, err=True).strip()
        if answer == "q":
            raise _Quit
        if answer == "s":
            raise _Skip
        return answer


def _touches(path: str, places: Sequence[str]) -> bool:
    """Whether a field holds one of the places, or lies in one; the empty place is the whole answer."""
    return any(
        not place or path == place or path.startswith(f"{place}.") or place.startswith(f"{path}.")
        for place in places
    )
