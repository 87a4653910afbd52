"""Words on a run as people type them, on the command line or while they walk."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alongside.cli.stated import said_twice, stated
from alongside.core.document import Box
from alongside.core.errors import UsageError
from alongside.core.expected import is_below
from alongside.core.nearest import nearest
from alongside.evals.answer import MISSING
from alongside.views.fields import FieldShown, fields_shown, value_text

if TYPE_CHECKING:
    from alongside.core.feedback import Feedback
    from alongside.core.run import Run
    from alongside.workbench import Workbench

__all__ = ["Word", "record", "words_of"]


@dataclass(frozen=True, slots=True)
class Word:
    """A judgement (right, wrong or unsure) of a field (empty: the rest), with what it should have said, its box, a note."""

    judgement: str
    field: str = ""
    expected: Any = MISSING
    box: Box | None = None
    note: str = ""


def words_of(bench: "Workbench", run: "Run", typed: Mapping[str, Any]) -> list[Word]:
    """Return the words that the options `wrong`, `right`, `unsure`, `rest_right` and `note` say.

    Raises UsageError, such as `no-such-field` that names the nearest field, or `said-twice` where one field is said to be
    two things, before anything is recorded.
    """
    from alongside.core.plain import bare
    from alongside.evals.feedback import check_place, judge
    from alongside.store import feedback
    from alongside.workbench.expecting import check_word
    from alongside.workbench.moved_rows import check_row

    fields = {field.path: field for field in fields_shown(bench.value(run.output)) if run.output}
    words = _each_once(_words(fields, typed))
    before, answer = (
        feedback.of_run(bench.database, run.id),
        bare(bench.blobs.get(run.output)) if run.output else None,
    )
    for word in words:
        said: dict[str, Any] = {"judgement": word.judgement, "field": word.field, "expected": word.expected}
        check_word(bench, run, said)
        made = judge(run.id, **said, identity=word.field, by="", at=bench.clock())
        check_place(before, made, answer)
        check_row(bench, run, made, words=before)
        before.append(made)
    return words


def _each_once(words: Iterable[Word]) -> list[Word]:
    """Return the words with each field's once: of two different ones nobody knows which was meant."""
    found: dict[str, Word] = {}
    for word in words:
        before = found.setdefault(word.field, word)
        if before != word:
            raise said_twice(word.field, _told(before), _told(word))
    return list(found.values())


def _told(word: Word) -> str:
    return word.judgement if word.expected is MISSING else f"wrong ({value_text(word.expected)})"


def _words(fields: Mapping[str, FieldShown], said: Mapping[str, Any]) -> Iterator[Word]:
    values = {path: field.value for path, field in fields.items()}
    note = said["note"]
    for text in said["wrong"]:
        path, expected = stated(text, values) if "=" in text else (text, MISSING)
        box = _box(fields, path) if path in fields or expected is MISSING else None
        yield Word("wrong", path, expected, box, note)
    for judgement in ("right", "unsure"):
        for path in said[judgement]:
            yield Word(judgement, path, MISSING, _box(fields, path), note)
    if said["rest_right"]:
        yield Word("right", note=note)


def _box(fields: Mapping[str, FieldShown], path: str) -> Box | None:
    """Return where a field's value stands; None where it has no place, or the field holds others."""
    if path not in fields and fields:
        inside = any(is_below(known, path) or is_below(path, known) for known in fields if known)
        if not inside and path:
            near = nearest(path, fields)
            raise UsageError(
                "no-such-field",
                f"the answer has no field {path!r}; it has {', '.join(fields) or 'none'}",
                fix=f"write {near!r}" if near else "see `alongside runs show RUN`",
            )
        return None
    return fields[path].box if fields else None


def record(bench: "Workbench", run: "Run", word: Word, *, by: str) -> "Feedback":
    """Record a word; it is on the disk when this returns."""
    return bench.judge(
        run.id,
        word.judgement,
        field=word.field,
        expected=word.expected,
        box=word.box,
        note=word.note,
        by=by,
    )
