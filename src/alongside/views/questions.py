"""What is worth asking somebody: fields that nobody has judged, the least sure of each run first."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.errors import UsageError
from alongside.core.expected import is_within
from alongside.core.run import Run
from alongside.evals.feedback import current
from alongside.evals.stated import kind_at
from alongside.store import feedback
from alongside.views.fields import FieldShown, fields_shown, gathered, read_text
from alongside.workbench import Workbench
from alongside.workbench.expecting import answer_kind
from alongside.workbench.judging import unjudged

__all__ = ["choose_questions", "in_words"]

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T(?P<time>[\d:.]{8,15})(?P<zone>[+-][\d:]{5,})?)?")


def choose_questions(
    bench: Workbench, *, count: int, named: Sequence[str] = (), workflow: str = ""
) -> list[tuple[str, str]]:
    """Return up to `count` questions (run, field): of the runs named, else of the newest that nobody has judged.

    Each run in turn is asked of its least sure field that wasn't asked of more often than its others; what was found in
    none of several runs comes last. So a few answers say the most.
    """
    runs = (
        [bench.find_run(name) for name in named]
        if named
        else unjudged(bench, workflow=workflow, limit=count)[::-1]
    )
    waiting = {run.id: _asked_of(bench, run) for run in runs}
    found: dict[str, list[bool]] = {}
    for one in chain.from_iterable(waiting.values()):
        found.setdefault(one.path, []).append(not one.is_empty)
    never = {path for path, ever in found.items() if len(ever) > 1 and not any(ever)}
    likely = {run: [one.path for one in fields if one.path not in never] for run, fields in waiting.items()}
    last = {run: [one.path for one in fields if one.path in never] for run, fields in waiting.items()}
    return [*_in_turn(likely), *_in_turn(last)][:count]


def _in_turn(waiting: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield each run's fields, a run at a time; a field that was asked twice more than another of the run's waits for that one."""
    times: Counter[str] = Counter()
    left = {run: list(fields) for run, fields in waiting.items()}
    while any(left.values()):
        for run, fields in left.items():
            if fields:
                least = min(times[field] for field in fields)
                field = next(one for one in fields if times[one] <= least + 1)
                fields.remove(field)
                times[field] += 1
                yield run, field


def in_words(value: Any) -> str:
    """Return a value as it is said to people who don't read JSON: a day by its month's name, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "nothing"
    if value in ([], {}):
        return "none"
    return _dated(value) or read_text(value)


def _dated(value: Any) -> str:
    """Return a day, or a moment with its time and offset, that is kept as ISO 8601; empty for anything else."""
    match = _ISO.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return ""
    try:
        day = datetime.fromisoformat(match[0])
    except ValueError:
        return ""
    clock = f", {match['time']}" if match["time"] else ""
    return f"{day.day} {day:%B} {day.year}{clock}{' ' if match['zone'] else ''}{match['zone'] or ''}"


def _asked_of(bench: Workbench, run: Run) -> list[FieldShown]:
    """Return a run's fields without a word, the least sure first, each list as one; where some stand on a page, no other value than those.

    What is declared and wasn't found is asked all the same, and so is every list.
    """
    if not run.output:
        return []
    judged = {word.field for word in current(feedback.of_run(bench.database, run.id))}
    if "" in judged:
        return []
    fields = [gathered(one) for one in fields_shown(bench.value(run.output))]
    lists = [one for one in fields if isinstance(one.value, list)]
    placed = [one for one in fields if one.boxes and one not in lists]
    if placed:
        lost = [one for one in fields if one.is_empty and not one.boxes and one not in lists]
        kind = answer_kind(bench, bench.version(run.version), run.workflow) if lost else ANYTHING
        fields = placed + lists + [one for one in lost if _declares(kind, one.path)]
    waiting = [one for one in fields if not any(is_within(word, one.path) for word in judged)]
    return sorted(waiting, key=_sureness)


def _declares(kind: Kind, path: str) -> bool:
    try:
        return kind != ANYTHING and bool(kind_at(kind, path))
    except UsageError:
        return False


def _sureness(one: FieldShown) -> float:
    """Return how sure the workflow is of a field; what wasn't found it isn't, but where it says so itself."""
    if one.confidence is None:
        return 0.0 if one.is_empty else 1.0
    return one.confidence
