"""What is worth asking somebody: fields that nobody has judged, the least sure of each run first."""

from collections.abc import Sequence
from datetime import date
from itertools import chain, zip_longest
from typing import Any

from alongside.core.run import Run
from alongside.evals.feedback import current
from alongside.store import feedback
from alongside.views.fields import FieldShown, fields_shown, value_text
from alongside.workbench import Workbench
from alongside.workbench.judging import unjudged

__all__ = ["choose_questions", "in_words"]

_ISO_DATE = 10


def choose_questions(
    bench: Workbench, *, count: int, named: Sequence[str] = (), workflow: str = ""
) -> list[tuple[str, str]]:
    """Return up to `count` questions (run, field): of the runs named, else of the newest that nobody has judged.

    Each run's least sure field comes first, then each run's second, and so on: a few answers say the most.
    """
    runs = (
        [bench.find_run(name) for name in named]
        if named
        else unjudged(bench, workflow=workflow, limit=count)[::-1]
    )
    rounds = zip_longest(*(_asked_of(bench, run) for run in runs))
    return [one for one in chain.from_iterable(rounds) if one is not None][:count]


def in_words(value: Any) -> str:
    """Return a value as it is said to people who don't read JSON: a day by its month's name, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "nothing"
    if value in ([], {}):
        return "none"
    if isinstance(value, str) and len(value) == _ISO_DATE:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return f"{day.day} {day:%B} {day.year}"
    return value_text(value)


def _asked_of(bench: Workbench, run: Run) -> list[tuple[str, str]]:
    """Return a run's fields without a word; where some stand on a page, those alone."""
    if not run.output:
        return []
    words = current(feedback.of_run(bench.database, run.id))
    judged = {word.field for word in words}
    fields = fields_shown(bench.value(run.output))
    placed = [one for one in fields if one.boxes] or fields
    open_ones = [one for one in placed if one.path not in judged and "" not in judged]
    return [(run.id, one.path) for one in sorted(open_ones, key=_sureness)]


def _sureness(one: FieldShown) -> float:
    return 1.0 if one.confidence is None else one.confidence
