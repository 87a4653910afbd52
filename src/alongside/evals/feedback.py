"""A person's words on a run become what a case expects."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, cast, get_args

from alongside.core.case import NOT_AGAIN, CheckSpec
from alongside.core.counting import counted
from alongside.core.document import Box
from alongside.core.errors import UsageError
from alongside.core.expected import UNSTATED, above, holds_parts, is_below, is_within, settled, stated_at
from alongside.core.feedback import Feedback, Judgement
from alongside.core.surrogates import require_text
from alongside.evals.answer import MISSING, answer_fields, find, is_record, to_json, unwrap

__all__ = [
    "but_for",
    "called_wrong",
    "check_place",
    "current",
    "expectations",
    "judge",
    "overtaken",
    "unjudged",
]

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
    Raises UsageError `bad-feedback` where the judgement is none, `right-and-corrected` where an answer is called right and corrected at once, `broken-text` where a
    text is none, and `long-name`, `long-note`, `long-correction` where one is more than anybody's name, or reads.
    """
    if judgement not in get_args(Judgement):
        raise UsageError(
            "bad-feedback",
            "an answer is right, wrong or unsure",
            fix=f"give one of {', '.join(get_args(Judgement))}",
        )
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

    A later word that states a whole replaces those on its parts. A word is taken back by a record of the same id that
    says `undone`; what it had replaced stands again.
    """
    words = sorted(feedbacks, key=lambda word: word.at)  # stable: the later record wins at equal times
    undone = {word.id for word in words if word.undone}
    latest = {(word.run, word.field): word for word in words if word.id not in undone}
    wholes = [word for word in latest.values() if _states_whole(word)]
    standing = (word for word in latest.values() if not any(_replaces(one, word) for one in wholes))
    return tuple(sorted(standing, key=lambda word: word.at))


def overtaken(
    feedbacks: Iterable[Feedback], newest: Feedback
) -> tuple[tuple[Feedback, ...], Feedback | None]:
    """Return the words on parts that the newest word replaces, and the word on a whole that it goes into, if any."""
    before = current(word for word in feedbacks if word.at < newest.at and word.run == newest.run)
    replaced = tuple(word for word in before if _states_whole(newest) and _replaces(newest, word))
    stated = {word.field: word for word in before if _states_whole(word)}
    whole = above({field: word.expected for field, word in stated.items()}, newest.field)
    says = newest.has_expected or newest.judgement == "right"
    return replaced, stated[whole] if whole is not None and says else None


def check_place(feedbacks: Iterable[Feedback], newest: Feedback, answer: object) -> None:
    """Raise UsageError `no-such-place` where a word says what is right of a place that a whole stated before hasn't.

    Nor has an answer's list a place in a row that it hasn't; but for the next row, which may be missing.
    """
    stated = [word for word in current(feedbacks) if word.has_expected]
    value = newest.expected if newest.has_expected else find(answer, newest.field)
    so_far = expectations(stated, answer)
    if newest.has_expected or newest.judgement == "right":
        settled(so_far, {newest.field: value})
    if newest.has_expected and above(so_far, newest.field) is None:
        _check_in_a_row(newest.field, answer)


def _check_in_a_row(field: str, answer: object) -> None:
    parts = field.split(".")
    at = next((at for at, part in enumerate(parts) if part.isdecimal()), len(parts))
    whole = ".".join(parts[:at])
    rows = to_json(find(answer, whole)) if at < len(parts) else None
    if not isinstance(rows, list):
        return
    try:
        settled({whole: rows}, {field: None})
    except UsageError as error:
        name, count = whole or "the answer", len(cast("list[Any]", rows))
        raise UsageError(
            "no-such-place",
            f"{field} is in no row that the answer has: {name} has {counted(count, 'row')}",
            fix=f"state {name} as a whole, with that row in it",
        ) from error


def _states_whole(word: Feedback) -> bool:
    return word.has_expected and holds_parts(word.expected)


def _replaces(whole: Feedback, word: Feedback) -> bool:
    """Whether a word that states a whole was said after one inside it. Of the whole answer it states its fields."""
    if whole.run != word.run or whole.at <= word.at:
        return False
    if not whole.field and isinstance(whole.expected, dict):
        fields = cast("dict[str, Any]", whole.expected)
        return any(is_within(word.field, field) for field in fields)
    return is_below(word.field, whole.field)


def expectations(feedbacks: Iterable[Feedback], answer: object) -> dict[str, Any]:
    """Return what must hold of an answer, by field (dotted paths for what is inside one), as plain JSON.

    A correction states its value. A field that is right keeps the answer's value; where the whole is called right
    ("the rest is right"), so does every field without a word of its own. What was said of a part since a whole was
    stated goes into it; a part that somebody doubts since leaves the rest of it. A list that is right but for what is
    corrected in it is expected whole: as many rows, and no more. A field that is wrong without a correction,
    or that somebody was unsure of, isn't expected to be anything: it stays unjudged (see `called_wrong`).
    `feedbacks` are of one run.
    """
    words = {word.field: word for word in current(feedbacks)}
    whole = words.pop("", None)
    open_ones = {word.field for word in words.values() if not word.has_expected and word.judgement != "right"}
    expected: dict[str, Any] = {}
    if whole is not None and whole.has_expected:
        for field, value in _as_fields(whole.expected, answer).items():
            expected |= but_for(field, value, open_ones)
    elif whole is not None and whole.judgement == "right":
        expected = dict(_rest("", answer, set(words), open_ones))
    for word in words.values():
        if word.has_expected:
            expected = _said_after(expected, but_for(word.field, word.expected, open_ones))
        elif word.judgement == "right" and (value := find(answer, word.field)) is not MISSING:
            expected = _said_after(expected, _unless_below(word.field, value, words, open_ones))
    return expected


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
        if not any(is_below(other, field) for other in wrong)
        and (value := find(answer, field)) is not MISSING
    )


def unjudged(feedbacks: Iterable[Feedback], answer: object) -> tuple[str, ...]:
    """Return the places of an answer on which no word stands, in as large pieces as the words leave whole.

    A word on the whole ("the rest is right") judges all; without any word the whole is what is left: `("",)`.
    """
    words = {word.field for word in current(feedbacks)}
    if not words:
        return ("",)
    return tuple(path for path, _ in _rest("", answer, words, words)) if "" not in words else ()


def _unless_below(
    field: str, value: object, words: Mapping[str, Feedback], open_ones: set[str]
) -> dict[str, Any]:
    """Keep a right field whole, but for the places inside it on which there is a word."""
    judged = {path for path in words if path != field}
    right = dict(_rest(field, value, judged, open_ones))
    stated = {path: word.expected for path, word in words.items() if word.has_expected}
    return _said_after(right, {path: one for path, one in stated.items() if above(right, path) is not None})


def but_for(field: str, value: Any, open_ones: Collection[str]) -> dict[str, Any]:
    """Return what is stated of a field, in pieces where somebody doubts a place of it since."""
    inside = {
        one for one in open_ones if is_below(one, field) and stated_at({field: value}, one) is not UNSTATED
    }
    return dict(_rest(field, value, inside, inside)) if inside else {field: value}


def _said_after(expected: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return settled(expected, new)
    except UsageError:  # said before such a word was refused
        return {**expected, **new}


def _as_fields(expected: Any, answer: object) -> dict[str, Any]:
    if isinstance(expected, dict) and answer_fields(answer):
        return dict(cast("dict[str, Any]", expected))
    return {"": expected}


def _rest(
    path: str, value: object, judged: Collection[str], open_ones: Collection[str]
) -> Iterator[tuple[str, Any]]:
    """Yield what is at and below `path` as large pieces as the judged paths leave whole; a list only `open_ones` break up."""
    if path in judged:
        return
    apart = open_ones if isinstance(unwrap(value), list) else judged
    below = any(is_below(other, path) for other in apart) if path else is_record(unwrap(value))
    if not below:
        yield path, to_json(value)
        return
    for name, inner in _parts(value):
        yield from _rest(f"{path}.{name}" if path else name, inner, judged, open_ones)


def _parts(value: object) -> Iterator[tuple[str, Any]]:
    plain = unwrap(value)
    if isinstance(plain, dict):
        yield from cast("dict[str, Any]", plain).items()
    elif isinstance(plain, list):
        yield from ((str(at), item) for at, item in enumerate(cast("list[Any]", plain)))
