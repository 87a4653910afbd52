"""Judging an answer where it was made: in the version's worker, with its classes and its documents at hand."""

import functools
import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from alongside.core.answer_types import field_types
from alongside.core.case import Case, CheckSpec
from alongside.core.document import Box, Document
from alongside.core.encoding import decode
from alongside.core.errors import DataError
from alongside.core.run import Span
from alongside.documents.place import text_in
from alongside.engine.loading import import_error
from alongside.engine.named_class import find_class
from alongside.engine.raised_at import place
from alongside.engine.session import Session
from alongside.evals.checks import checks_for, run_check
from alongside.evals.seen import CheckContext
from alongside.store import runs

__all__ = ["judge", "judge_run"]


def judge(
    session: Session, fields: Mapping[str, Any], answer: Any, spans: Sequence[Span]
) -> list[dict[str, Any]]:
    """Return the verdicts of a case's checks as JSON. `fields` are its `expected` and `checks`.

    Where a field has no check of its own, its type gives one. Raises DataError for a check that can't be run.
    """
    specs = tuple(CheckSpec(name, field, options) for name, field, options in fields["checks"])
    case = Case("", "", "", {}, fields["expected"], checks=specs)
    context = CheckContext(
        partial(_text_in, session, spans), partial(_function, session), partial(_raised, session)
    )
    verdicts = (
        run_check(spec, answer, case.expected, context=context)
        for spec in checks_for(case, _types(answer.__class__, tuple(case.expected)))
    )
    return [{name: getattr(verdict, name) for name in verdict.__slots__} for verdict in verdicts]


def judge_run(session: Session, run: str, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what `judge` says of the answer that a run of this version gave; nothing is run."""
    found = runs.get(session.database, run)
    assert found is not None
    kept = session.rooted.here(session.blobs.get(found.output))
    answer = decode(kept, session.blobs.get, find_class)
    return judge(session, session.rooted.placed(fields), answer, runs.spans(session.database, run))


@functools.cache
def _types(kind: Any, paths: tuple[str, ...]) -> Mapping[str, Any]:
    return field_types(kind, paths)


def _text_in(session: Session, spans: Sequence[Span], source: str, box: Box) -> str:
    for span in spans:
        if span.step == "alongside.parse" and span.output:
            kept = session.rooted.here(session.blobs.get(span.output))
            for document in _family(decode(kept, session.blobs.get, find_class)):
                if document.source == source:
                    return text_in(document, box)
    return ""


def _family(document: Document) -> Iterator[Document]:
    yield document
    for child in document.children:
        yield from _family(child)


def _function(session: Session, name: str) -> Callable[..., Any]:
    """Return the function that `FILE.py:NAME` names, loaded from the version's tree. Raises DataError `no-check-function`, `broken-check`."""
    file, _, function = name.partition(":")
    path = session.root / file
    spec = (
        importlib.util.spec_from_file_location(".".join(Path(file).with_suffix("").parts), path)
        if path.is_file()
        else None
    )
    if spec is None or spec.loader is None:
        raise _no_function(name, f"{file} is not in the engagement")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise import_error(session, file, error, code="broken-check") from error
    found = getattr(module, function, None)
    if found is None:
        raise _no_function(name, f"{file} defines no {function!r}")
    return found


def _raised(session: Session, error: BaseException) -> str:
    return str(place(error, session.origins.is_project) or "")


def _no_function(name: str, why: str) -> DataError:
    return DataError(
        "no-check-function",
        f"check {name}: {why}",
        fix="name it as FILE.py:FUNCTION, from the engagement's folder",
    )
