"""Runs: what was asked, what came back, what it took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from alongside.core.counting import counted, in_dollars
from alongside.core.document import Document
from alongside.core.feedback import Feedback
from alongside.core.run import Run, Span
from alongside.views.answer import answer_data
from alongside.views.document import unread_data, unread_words
from alongside.views.feedback import word_data, words_table
from alongside.views.fields import FieldShown, fields_shown, placed, read_text
from alongside.views.figures import moment, nano_dollars, seconds, short_id
from alongside.views.inputs import Load, input_text, inputs_line
from alongside.views.parts import Facts, Part, Table, View
from alongside.workbench.batch import Ran

__all__ = ["ran_view", "run_view", "runs_diff", "runs_view"]

_ROWS = 20
_PROMPTED = "alongside.prompted"


def ran_view(
    workflow: str, version: str, ran: Sequence[Ran], load: Load, *, attached: Mapping[str, Sequence[Document]]
) -> View:
    """Show runs just made: one in full, several as a table with a column a field. `attached` are mails' attachments, by run."""
    answers = [load(one.outcome.output) for one in ran]
    data = {
        "workflow": workflow,
        "version": version,
        "done": sum(one.outcome.status == "done" for one in ran),
        "runs": [
            {"name": one.asked.name}
            | answer_data(one.outcome, answer, workflow=workflow, version=version, released=one.released)
            | unread_data(attached.get(one.outcome.run, ()))
            for one, answer in zip(ran, answers, strict=True)
        ],
    }
    unread = _unread_parts(
        (one.asked.name, document) for one in ran for document in attached.get(one.outcome.run, ())
    )
    if len(ran) == 1:
        attachments = attached.get(ran[0].outcome.run, ())
        return View(data, [*_one(ran[0], answers[0], attachments), *unread])
    return View(data, [_many(ran, answers), *_said(ran), *unread])


def runs_view(runs: Sequence[Run], load: Load, *, total: int | None) -> View:
    """Show a list of runs, newest first; `total` says how many there are, None where there are more and nobody counted."""
    rows = tuple(
        (
            run.id,
            moment(run.started),
            run.workflow,
            inputs_line(run, load),
            run.mode,
            run.status,
            short_id(run.version),
        )
        for run in runs
    )
    columns = ("run", "started (UTC)", "workflow", "inputs", "mode", "status", "version")
    parts: list[Part] = [Table(columns, rows) if rows else "no runs yet"]
    if total is None or total > len(runs):
        of = "" if total is None else f" of {total:,}"
        parts += ["", f"{len(runs):,}{of or ', and there are more'}; --limit for more"]
    return View({"runs": [run_data(run, load) for run in runs], "total": total}, parts)


def run_view(
    run: Run,
    spans: Sequence[Span],
    words: Sequence[Feedback],
    load: Load,
    *,
    attached: Sequence[Document] = (),
) -> View:
    """Show one run: inputs, answer, steps, and what people said of it; `attached` are its mails' attachments."""
    answer = load(run.output)
    facts = Facts(
        (
            ("run", run.id),
            ("workflow", run.workflow),
            ("version", short_id(run.version)),
            ("started", f"{moment(run.started)} UTC"),
            ("took", f"{seconds(run.seconds)}; its steps alone, as if cold, {seconds(run.cold_seconds)}"),
            ("cost", f"{nano_dollars(run.cost)}, as if cold {nano_dollars(run.cold_cost)}"),
            ("status", run.status),
            *(((("error", run.error)),) if run.error else ()),
            *((name, input_text(load(kept))) for name, kept in run.inputs.items()),
        )
    )
    spans = [replace(span, status=run.status) if span.kind == "workflow" else span for span in spans]
    problems = {span.id: _problems(span, load) for span in spans}
    parts: list[Part] = [facts, *_answer_parts(answer, attached), *_steps(spans, problems)]
    parts += _unread_parts((inputs_line(run, load), one) for one in attached)
    parts += ["", words_table(words, {})] if words else []
    data = run_data(run, load) | {
        "answer": answer,
        "error": run.error or None,
        "steps": [_span_data(span) | {"problems": problems[span.id]} for span in spans],
        "feedback": [word_data(word) for word in words],
    }
    return View(data | unread_data(attached), parts)


def runs_diff(first: Run, second: Run, traces: tuple[Sequence[Span], Sequence[Span]], load: Load) -> View:
    """Show where two runs differ: version, answer field by field, steps by key and output."""
    fields = _changed(_by_path(load(first.output)), _by_path(load(second.output)))
    steps = _changed(_by_step(traces[0]), _by_step(traces[1]))
    facts = _changed(_facts(first, load), _facts(second, load))
    changes = {"run": facts, "answer": fields, "steps": steps}
    tables = [
        Table((what, first.id, second.id), tuple((name, old, new) for name, (old, new) in found.items()))
        for what, found in changes.items()
        if found
    ]
    data = {
        what: [{"name": name, "first": old, "second": new} for name, (old, new) in found.items()]
        for what, found in changes.items()
    }
    same = [] if fields else ["the answers are equal"]
    return View({"first": first.id, "second": second.id, **data}, [*tables, *same])


def run_data(run: Run, load: Load) -> dict[str, Any]:
    """Return a run as JSON, without its answer."""
    return {
        "run": run.id,
        "workflow": run.workflow,
        "version": run.version,
        "mode": run.mode,
        "status": run.status,
        "case": run.case or None,
        "inputs": {name: load(kept) for name, kept in run.inputs.items()},
        "started": run.started,
        "seconds": run.seconds,
        "cost": in_dollars(run.cost),
        "cold": {"seconds": run.cold_seconds, "cost": in_dollars(run.cold_cost)},
        "released": run.released or None,
    }


def _one(one: Ran, answer: Any, attached: Sequence[Document]) -> list[Part]:
    outcome = one.outcome
    took = f"{counted(outcome.executed, 'step')} executed, {outcome.kept} kept"
    facts = Facts((("run", outcome.run), ("of", one.asked.name), ("status", outcome.status), ("steps", took)))
    return [facts, *_said([one]), *_answer_parts(answer, attached)]


def _many(ran: Sequence[Ran], answers: Sequence[Any]) -> Table:
    shown = [{field.path: field.brief for field in fields_shown(answer)} for answer in answers]
    paths = list(
        dict.fromkeys(
            path
            for fields, one in zip(shown, ran, strict=True)
            if one.outcome.status == "done"
            for path in fields
        )
    )
    rows = tuple(
        (one.asked.name, one.outcome.run, one.outcome.status, *(fields.get(path, "") for path in paths))
        for one, fields in zip(ran, shown, strict=True)
    )
    return Table(("of", "run", "status", *(path or "answer" for path in paths)), rows)


def _said(ran: Sequence[Ran]) -> list[Part]:
    return [f"{one.asked.name}: {one.outcome.error}" for one in ran if one.outcome.error]


def _unread_parts(read: Iterable[tuple[str, Document]]) -> list[Part]:
    """Say which attachments couldn't be read, each with what was asked of."""
    found = [(name, document) for name, document in read if document.error]
    if not found:
        return []
    rows = tuple(
        (name, document.name, f"{document.error}: {unread_words(document)}") for name, document in found
    )
    return [
        "",
        f"{counted(len(found), 'attachment')} couldn't be read",
        Table(("of", "attachment", "why"), rows),
    ]


def _answer_parts(answer: Any, attached: Sequence[Document]) -> list[Part]:
    if answer is None:
        return []
    fields = fields_shown(answer)
    names = {document.source: document.name for document in attached}
    rows = [
        row
        for field in fields
        for row in ((field.path or "answer", _cut(field), field.sure, placed(field, names)), *_records(field))
    ]
    return ["", Table(("field", "value", "sure", "place"), tuple(rows))]


def _cut(field: FieldShown) -> str:
    return field.brief if _records(field) else field.text


def _records(field: FieldShown) -> list[tuple[str, str, str, str]]:
    """Return a row for each of a list's first records, nothing for what is no list of records."""
    items = cast("list[Any]", field.value) if isinstance(field.value, list) else []
    if not items or not all(isinstance(item, dict) for item in items):
        return []
    within = f"{field.path}." if field.path else ""
    shown = [(f"{within}{at}", read_text(item), "", "") for at, item in enumerate(items[:_ROWS])]
    more = len(items) - len(shown)
    return shown + [
        (f"{within}{_ROWS}", f"and {counted(more, 'row')} more (--json has them all)", "", "")
    ] * bool(more)


def _problems(span: Span, load: Load) -> dict[str, str]:
    """Return by field why an extractor that asks a model gave no value though the model said something."""
    answer = load(span.output) if span.step == _PROMPTED and not span.error else None
    return {field.path: field.problem for field in fields_shown(answer) if field.problem}


def _steps(spans: Sequence[Span], problems: Mapping[str, Mapping[str, str]]) -> list[Part]:
    rows = tuple(
        (
            span.step.rpartition(".")[2],
            span.effect,
            span.status,
            seconds(span.seconds),
            nano_dollars(span.cost),
            span.error or "; ".join(f"{field}: {why}" for field, why in problems[span.id].items()),
        )
        for span in spans
    )
    return ["", Table(("step", "effect", "status", "took", "cost", "error"), rows)] if rows else []


def _span_data(span: Span) -> dict[str, Any]:
    return {
        "step": span.step,
        "kind": span.kind,
        "effect": span.effect,
        "status": span.status,
        "key": span.key,
        "seconds": span.seconds,
        "cost": in_dollars(span.cost),
        "tokens": span.tokens,
        "error": span.error or None,
    }


def _facts(run: Run, load: Load) -> dict[str, str]:
    return {"version": short_id(run.version), "status": run.status, "error": run.error} | {
        name: input_text(load(kept)) for name, kept in run.inputs.items()
    }


def _by_path(answer: Any) -> dict[str, str]:
    return {field.path or "answer": field.text for field in fields_shown(answer)}


def _by_step(spans: Sequence[Span]) -> dict[str, str]:
    """Return what each leaf answered, by its name and how often it was called before."""
    found: dict[str, str] = {}
    for span in spans:
        if span.kind == "leaf":
            name = span.step.rpartition(".")[2]
            number = sum(key.partition("#")[0] == name for key in found)
            found[f"{name}#{number + 1}"] = f"{span.output[:12] or span.error} (key {span.key[:8]})"
    return found


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    names = dict.fromkeys([*old, *new])
    return {
        name: (old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    }
