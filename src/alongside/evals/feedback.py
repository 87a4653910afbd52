"""A person's words on a run become what a case expects."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from alongside.core.case import NOT_AGAIN, CheckSpec
from alongside.core.document import Box
from alongside.core.errors import UsageError
from alongside.core.feedback import Feedback, Judgement
from alongside.core.surrogates import require_text
from alongside.evals.answer import MISSING, answer_fields, find, is_record, to_json, unwrap

__all__ = ["called_wrong", "current", "expectations", "judge", "unjudged"]

_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_NOTE, _LARGEST = 200, 2_000, 4_000, 100_000


def judge(
    run: str,
    judgement: Judgement,
    *,
    identity: str,
    by: str,
    at: float,
    field: str = "",
    expected: Any = MISSING,
    span: str = "",
    box: Box | None = None,
    note: str = "",
) -> Feedback:
    """Return the word of `by` at the time `at` on a field of the run's answer (empty: on all that has no word of its own).

    `expected` states the right value (None: there is none). `span` and `box` are the place that it is about.
    Raises UsageError `right-and-corrected` where an answer is called right and corrected at once, `broken-text` where a
    text is none, and `long-name`, `long-note`, `long-correction` where one is more than anybody's name, or reads.
    """
    for place, text in (("the field", field), ("the note", note), ("the name", by), ("the span", span)):
        require_text(text, place)
    require_text(None if expected is MISSING else to_json(expected), "expected")
    _check_lengths(by, note)
    if expected is not MISSING:
        _check_size(field or "the answer", to_json(expected))
    if judgement == "right" and expected is not MISSING:
        raise UsageError(
            "right-and-corrected",
            f"{field or 'the answer'} can't be right and have another value",
            fix="say wrong with the right value, or right without one",
        )
    corrected = expected is not MISSING
    return Feedback(
        id=identity,
        run=run,
        judgement=judgement,
        field=field,
        has_expected=corrected,
        expected=to_json(expected) if corrected else None,
        box=box,
        span=span,
        by=by,
        note=note,
        at=at,
    )


def _check_lengths(by: str, note: str) -> None:
    if len(by) > _LONGEST_NAME:
        raise UsageError(
            "long-name",
            f"the name of who says it has {len(by):,} characters; {_LONGEST_NAME} are allowed",
            fix="give a name, and put what else there is to say into the note",
        )
    if len(note) > _LONGEST_NOTE:
        raise UsageError(
            "long-note",
            f"the note has {len(note):,} characters; {_LONGEST_NOTE:,} are allowed",
            fix="say it in fewer words",
        )


def _check_size(field: str, expected: Any) -> None:
    """Raise UsageError `long-correction` for a text that is too long, or a record that holds too much."""
    most = _LONGEST_TEXT if isinstance(expected, str) else _LARGEST
    size = len(expected if isinstance(expected, str) else json.dumps(expected))
    if size > most:
        raise UsageError(
            "long-correction",
            f"what {field} should say has {size:,} characters; {most:,} are allowed",
            fix="give the part that matters, and the rest as a case file",
        )


def current(feedbacks: Iterable[Feedback]) -> tuple[Feedback, ...]:
    """Return the words that stand: of each run and field the latest that wasn't taken back, in the order of time.

    A word is taken back by a record of the same id that says `undone`; what it had replaced stands again.
    """
    words = sorted(feedbacks, key=lambda word: word.at)  # stable: the later record wins at equal times
    undone = {word.id for word in words if word.undone}
    latest = {(word.run, word.field): word for word in words if word.id not in undone}
    return tuple(sorted(latest.values(), key=lambda word: word.at))


def expectations(feedbacks: Iterable[Feedback], answer: object) -> dict[str, Any]:
    """Return what must hold of an answer, by field (dotted paths for what is inside one), as plain JSON.

    A correction states its value. A field that is right keeps the answer's value; where the whole is called right
    ("the rest is right"), so does every field without a word of its own; where the whole is corrected, what it says of a
    field goes before what was said of that field until then. A field that is wrong without a correction,
    or that somebody was unsure of, isn't expected to be anything: it stays unjudged (see `called_wrong`).
    `feedbacks` are of one run.
    """
    words = {word.field: word for word in current(feedbacks)}
    whole = words.pop("", None)
    corrected: dict[str, Any] = {}
    if whole is not None and whole.has_expected:
        corrected = _as_fields(whole.expected, answer)
        words = {at: one for at, one in words.items() if one.at >= whole.at or not _is_within(at, corrected)}
    expected = {word.field: word.expected for word in words.values() if word.has_expected}
    for word in words.values():
        if word.judgement == "right" and (value := find(answer, word.field)) is not MISSING:
            expected |= _unless_below(word.field, value, words)
    if whole is not None and whole.judgement == "right" and not whole.has_expected:
        expected = dict(_rest("", answer, set(words))) | expected
    return corrected | expected


def called_wrong(feedbacks: Iterable[Feedback], answer: object) -> tuple[CheckSpec, ...]:
    """Return what mustn't be said again: a check for each place that is wrong while nobody says what is right there.

    A place inside which another word says wrong is left out: that word says more. `answer` is MISSING where there is none.
    """
    words = current(feedbacks)
    wrong = {word.field for word in words if word.judgement == "wrong"}
    open_ones = (word.field for word in words if word.field in wrong and not word.has_expected)
    return tuple(
        CheckSpec(NOT_AGAIN, field, {"value": to_json(value)})
        for field in open_ones
        if not any(other != field and (not field or other.startswith(f"{field}.")) for other in wrong)
        and (value := find(answer, field)) is not MISSING
    )


def unjudged(feedbacks: Iterable[Feedback], answer: object) -> tuple[str, ...]:
    """Return the places of an answer on which no word stands, in as large pieces as the words leave whole.

    A word on the whole ("the rest is right") judges all; without any word the whole is what is left: `("",)`.
    """
    words = {word.field for word in current(feedbacks)}
    if not words:
        return ("",)
    return tuple(path for path, _ in _rest("", answer, words)) if "" not in words else ()


def _unless_below(field: str, value: object, words: Mapping[str, Feedback]) -> dict[str, Any]:
    """Keep a right field whole, but for the places inside it on which there is a word."""
    judged = {path for path in words if path != field}
    return dict(_rest(field, value, judged))


def _is_within(path: str, fields: Mapping[str, Any]) -> bool:
    return any(not field or path == field or path.startswith(f"{field}.") for field in fields)


def _as_fields(expected: Any, answer: object) -> dict[str, Any]:
    if isinstance(expected, dict) and answer_fields(answer):
        return dict(cast("dict[str, Any]", expected))
    return {"": expected}


def _rest(path: str, value: object, judged: set[str]) -> Iterator[tuple[str, Any]]:
    """Yield what is at and below `path` as large pieces as the judged paths leave whole."""
    if path in judged:
        return
    below = any(other.startswith(f"{path}.") for other in judged) if path else is_record(unwrap(value))
    if not below:
        yield path, to_json(value)
        return
    for name, inner in _parts(value):
        yield from _rest(f"{path}.{name}" if path else name, inner, judged)


def _parts(value: object) -> Iterator[tuple[str, Any]]:
    plain = unwrap(value)
    if isinstance(plain, dict):
        yield from cast("dict[str, Any]", plain).items()
    elif isinstance(plain, list):
        yield from ((str(at), item) for at, item in enumerate(cast("list[Any]", plain)))
