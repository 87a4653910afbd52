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
from alongside.core.expected import holds_parts, is_below, is_within
from alongside.evals.answer import MISSING
from alongside.views.fields import FieldShown, fields_shown, placed

if TYPE_CHECKING:
    from alongside.core.run import Run
    from alongside.workbench import Workbench

__all__ = ["walk"]

_KEYS = "enter: next   r: right   w [VALUE]: wrong   ?: can't tell   u: undo   s: skip this run   q: quit"

_ANSWERS = {"": False, "y": True, "yes": True, "n": False, "no": False}
_ASKS = "    what should it have said? (enter: don't know, -: nothing is there) "


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
        from alongside.views.inputs import inputs_line
        from alongside.workbench.judging import unjudged_places
        from alongside.workbench.paper import attachments_of

        self.screen, self.bench, self.run, self.by = screen, bench, run, by
        self.all = fields_shown(bench.value(run.output))
        left = unjudged_places(bench, run)
        self.fields = [field for field in self.all if _touches(field.path, left)] or self.all
        self.inputs = inputs_line(run, bench.value)
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
            if self._is_yes(f"is the rest right ({counted(passed, 'field')})? y/n: ", by_enter=False):
                self._record(len(self.fields), Word("right"))
            else:
                self.screen.say("    then the next `alongside review` asks for it again")

    def offer_case(self) -> None:
        """Make the run a case, if the person says so."""
        from alongside.views.case import counts_as, held_only
        from alongside.workbench.newer_words import add_or_change

        if not self.recorded or not self._is_yes("make it a case? Y/n: ", by_enter=True):
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
                text = rest or self._input(_ASKS)
                if self._part(field, text):
                    return at
                expected = stated(f"{field.path}={text}", {field.path: field.value})[1] if text else MISSING
                self._record(at, Word("wrong", field.path, expected, field.box))
            case _ if self._part(field, answer):
                return at
            case _:
                self.screen.say(_KEYS)
                return at
        return at + 1

    def _part(self, field: FieldShown, typed: str) -> bool:
        """Record `PART=VALUE` of a list or a record, if that was typed; the field is asked again for its other parts."""
        within = f"{field.path}." if field.path else ""
        if not holds_parts(field.value) or "=" not in typed or not typed.startswith(within):
            return False
        part, expected = stated(typed, {})
        self._record(self.fields.index(field), Word("wrong", part, expected))
        self.screen.say(f"    {part} is noted; another part, or enter for the next field")
        return True

    def _record(self, at: int, word: Word) -> None:
        from alongside.store import feedback
        from alongside.views.feedback import overtaken_told
        from alongside.workbench.expecting import readings_for_run

        made = record(self.bench, self.run, word, by=self.by)
        for told in overtaken_told(feedback.of_run(self.bench.database, self.run.id), made):
            self.screen.say(f"    {told}")
        self.recorded.append((at, made.id))
        stated = {made.field: made.expected} if made.has_expected else {}
        for text in readings_for_run(self.bench, self.run, stated).values():
            self.screen.say(f"    read as {text}")

    def _undo(self, at: int) -> int:
        if not self.recorded:
            self.screen.say("    nothing to take back")
            return at
        place, word = self.recorded.pop()
        self.bench.undo(word, by=Person(self.by, "reviewer"))  # said in this very walk
        self.screen.say("    taken back")
        return min(place, at)

    def _is_yes(self, question: str, *, by_enter: bool) -> bool:
        """Ask until the answer is yes or no; enter is what the question says it is."""
        while (answer := self._input(question).casefold()) not in _ANSWERS:
            self.screen.say(f"    {answer!r} is neither: y or n, s to skip this run, q to quit")
        return _ANSWERS[answer] if answer else by_enter

    def _input(self, question: str) -> str:
        answer = click.prompt(question, prompt_suffix="", default="", show_default=False, err=True).strip()
        if answer == "q":
            raise _Quit
        if answer == "s":
            raise _Skip
        return answer


def _touches(path: str, places: Sequence[str]) -> bool:
    """Whether a field holds one of the places, or lies in one; the empty place is the whole answer."""
    return any(is_within(path, place) or (path != "" and is_below(place, path)) for place in places)
