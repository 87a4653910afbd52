"""What people said of a run, and what a case made of it would expect."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from alongside.core.case import Case, CheckSpec
from alongside.core.expected import above
from alongside.core.feedback import Feedback
from alongside.core.run import Run
from alongside.evals.feedback import overtaken
from alongside.views.fields import read_text, stated_text
from alongside.views.figures import moment
from alongside.views.inputs import Load, inputs_line
from alongside.views.parts import Part, Table, View

__all__ = ["judged_view", "overtaken_told", "undone_view", "waiting_view", "word_data", "words_table"]


def judged_view(
    run: Run,
    words: Sequence[Feedback],
    expected: Mapping[str, Any],
    *,
    wrong: Sequence[CheckSpec],
    readings: Mapping[str, str],
) -> View:
    """Show the words that stand on a run, and what must hold by them.

    `wrong` is what mustn't be said again; `readings` by field what is stated otherwise than it is read.
    """
    again = {spec.field: (spec.options or {})["value"] for spec in wrong}
    rows = tuple(
        (field or "(answer)", stated_text(value, readings.get(field, "")))
        for field, value in expected.items()
    )
    rows += tuple((field or "(answer)", f"not {read_text(value)} again") for field, value in again.items())
    parts: list[Part] = [
        f"{run.id}",
        *([words_table(words, readings)] if words else ["nothing was said yet"]),
    ]
    parts += ["", Table(("field", "expected by a case"), rows)] if rows else []
    data = {"run": run.id, "feedback": [word_data(word) for word in words], "expected": dict(expected)}
    data["read_as"] = dict(readings)
    return View(data | {"not_again": again}, parts)


def overtaken_told(
    words: Sequence[Feedback], newest: Feedback, label: Callable[[str], str] = str
) -> list[str]:
    """Return what the newest of the `words` on a run did to those on its parts, or on what it is a part of."""
    replaced, whole = overtaken(words, newest)
    told = [f"it replaces what was said of {label(one.field)}: {_says(one)}" for one in replaced]
    if whole is not None:
        told.append(f"it goes into what was said of {label(whole.field) if whole.field else 'the answer'}")
    return told


def _says(word: Feedback) -> str:
    return read_text(word.expected) if word.has_expected else word.judgement


def undone_view(word: str, left: Case | None, field: str) -> View:
    """Show that a word on a field was taken back, and which case `left` still expects what it said."""
    whole = above(left.expected, field) if left and field not in left.expected else None
    inside = (
        "" if whole is None else f", in what it states of {whole or 'the answer'}: mend {field} with --expect"
    )
    told = [f"case {left.name} ({left.id}) still expects what it said{inside}"] if left else []
    return View({"undone": word, "still_expected_by": left and left.id}, [f"{word} is taken back", *told])


def waiting_view(waiting: Sequence[Run], begun: Sequence[Run], load: Load, *, total: int) -> View:
    """Show the runs on which nobody said a word, `total` of them, and those that somebody began to judge."""

    def table(runs: Sequence[Run]) -> Table:
        told = tuple((run.id, moment(run.started), run.workflow, inputs_line(run, load)) for run in runs)
        return Table(("run", "started (UTC)", "workflow", "inputs"), told)

    parts: list[Part] = [table(waiting)] if waiting else [] if begun else ["every run is judged"]
    parts += ["", f"{len(waiting):,} of {total:,}: the newest"] if total > len(waiting) else []
    parts += [*([""] if parts else []), "judged in part:", table(begun)] if begun else []
    data = {
        "waiting": [run.id for run in waiting],
        "total": total,
        "judged_in_part": [run.id for run in begun],
    }
    return View(data, parts)


def word_data(word: Feedback) -> dict[str, Any]:
    """Return a word as JSON; `expected` only where one was given."""
    box = word.box
    data: dict[str, Any] = {
        "id": word.id,
        "run": word.run,
        "judgement": word.judgement,
        "field": word.field,
        "box": None if box is None else [box.page, box.x0, box.y0, box.x1, box.y1],
        "by": word.by,
        "note": word.note,
        "at": word.at,
        "undone": word.undone,
    }
    data |= {"undone_by": word.undone_by} if word.undone else {}
    return data | ({"expected": word.expected} if word.has_expected else {})


def words_table(words: Sequence[Feedback], readings: Mapping[str, str]) -> Table:
    """Return words as rows; `readings` by field as in `judged_view`."""
    rows = tuple(
        (
            word.id,
            word.field or "(the rest)",
            word.judgement,
            stated_text(word.expected, _reading(word, readings)) if word.has_expected else "",
            word.by,
            _taken_back(word) if word.undone else word.note,
        )
        for word in words
    )
    return Table(("feedback", "field", "judgement", "expected", "by", ""), rows)


def _reading(word: Feedback, readings: Mapping[str, str]) -> str:
    return "" if word.undone else readings.get(word.field, "")


def _taken_back(word: Feedback) -> str:
    return f"taken back by {word.undone_by}" if word.undone_by else "taken back"
