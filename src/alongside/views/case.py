"""Cases: what must hold, where each counts, and how it stands."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from alongside.core.case import NOT_AGAIN, Case
from alongside.core.counting import counted
from alongside.core.expected import above
from alongside.evals.rows import case_row
from alongside.evals.transfer import Imported
from alongside.views.fields import read_text, stated_text
from alongside.views.figures import short_id
from alongside.views.inputs import input_text
from alongside.views.parts import Facts, Part, Table, View
from alongside.workbench.newer_words import Added
from alongside.workbench.stating import ABSENT
from alongside.workbench.transfer import Exported

__all__ = [
    "added_view",
    "case_data",
    "case_view",
    "cases_view",
    "counts_as",
    "exported_view",
    "held_only",
    "imported_view",
    "put_view",
    "settled_told",
]


def case_data(case: Case) -> dict[str, Any]:
    """Return a case as JSON."""
    return {"id": case.id, "split": case.split, "run": case.run or None} | case_row(case)


def added_view(case: Case, path: str, readings: Mapping[str, str], *, teaches: bool) -> View:
    """Show a case just made, or changed; `readings` by field what it states otherwise than it is read."""
    return View(
        case_data(case) | {"path": path, "read_as": dict(readings)},
        [
            f"case {case.id} in {path}",
            *([f"retired: {case.retired}"] if case.retired else [counts_as(case, teaches=teaches)]),
            _expected(case, readings),
            *([only] if (only := held_only(case)) else []),
        ],
    )


def counts_as(case: Case, *, teaches: bool) -> str:
    """Return what a case is good for; `teaches`: whether anything learns from it."""
    if case.split == "held-out":
        return "held out: it measures, it doesn't teach"
    return "train: it teaches" if teaches else "train: nothing learns from it; a held-out case measures"


def put_view(added: Added, path: str, readings: Mapping[str, str]) -> View:
    """Show a case just made, or what newer words changed of the one that was there; `readings` as in `added_view`."""
    shown = added_view(added.case, path, readings, teaches=added.teaches)
    changed = [
        {"field": field, "was": None if was is ABSENT else was, "is": None if value is ABSENT else value}
        for field, (was, value) in added.changed.items()
    ]
    others = [(one.second if one.first.id == added.case.id else one.first, one) for one in added.against]
    against = [{"case": other.id, "name": other.name, "fields": list(one.fields)} for other, one in others]
    data = {**shown.data, "is_new": added.is_new, "changed": changed, "against": against}
    doubts: list[Part] = [
        f"case {other.id} ({other.name}) is the same document under another name and expects {_said(other, one.fields)}"
        for other, one in others
    ]
    if added.is_new:
        return View(data, [*shown.parts, *doubts])
    told = [_change(field or "the answer", was, value) for field, (was, value) in added.changed.items()]
    if added.calls_wrong and not told:
        told = ["what mustn't be said again was changed"]
    became = ": what was said goes into it" if told else ", and it says all of that already"
    return View(
        data,
        [
            f"the same workflow and inputs have a case{became}",
            *told,
            "",
            *shown.parts,
            *doubts,
        ],
    )


def settled_told(before: Mapping[str, Any], new: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what became of what was expected of parts, `before` with what is `new` in it, as it is expected `after`."""
    told: list[str] = []
    for place in before:
        whole = None if place in after else above(after, place)
        if whole is None:
            continue
        name = whole or "the answer"
        if place in new:
            told.append(f"{place}: it goes into what is expected of {name}")
        else:
            told.append(f"{name}: it replaces what was expected of {place}: {read_text(before[place])}")
    return told


def _change(field: str, was: Any, value: Any) -> str:
    if value is ABSENT:
        return f"{field}: no longer expected to be {read_text(was)}"
    return (
        f"{field}: {'newly expected' if was is ABSENT else f'was {read_text(was)}, now'} {read_text(value)}"
    )


def _said(case: Case, fields: Sequence[str]) -> str:
    return ", ".join(f"{field or 'the answer'} = {read_text(case.expected[field])}" for field in fields)


def cases_view(cases: Sequence[Case]) -> View:
    """Show a list of cases."""
    rows = tuple(
        (case.id, case.name, case.workflow, case.split, str(len(case.expected)), _marks(case))
        for case in cases
    )
    held = sum(case.split == "held-out" for case in cases)
    parts: list[Part] = (
        [
            Table(("case", "name", "workflow", "counts as", "expects", ""), rows),
            f"{counted(len(cases), 'case')}: {held} held out (they measure), {len(cases) - held} train (they teach)",
        ]
        if rows
        else ["no cases yet"]
    )
    return View({"cases": [case_data(case) for case in cases]}, parts)


def case_view(
    case: Case, path: str, results: Sequence[Mapping[str, Any]], readings: Mapping[str, str], *, teaches: bool
) -> View:
    """Show one case with its last result on each version (`{"version", "live", "status", "run", "reasons"}`).

    `readings` as in `added_view`, `teaches` as in `counts_as`.
    """
    facts = [
        ("case", case.id),
        ("name", case.name),
        ("file", path),
        ("workflow", case.workflow),
        ("counts as", counts_as(case, teaches=teaches)),
        ("marks", _marks(case)),
        ("from run", case.run),
        ("note", case.note),
        *((name, input_text(value)) for name, value in case.inputs.items()),
    ]
    parts: list[Part] = [Facts(tuple(fact for fact in facts if fact[1])), "", _expected(case, readings)]
    if results:
        rows = tuple(
            (
                short_id(one["version"]),
                "live" if one["live"] else "",
                one["status"],
                one["run"],
                "; ".join(one["reasons"]),
            )
            for one in results
        )
        parts += ["", Table(("version", "", "status", "run", "why"), rows)]
    else:
        parts += ["", "no replay has run it yet"]
    return View(case_data(case) | {"path": path, "read_as": dict(readings), "results": list(results)}, parts)


def imported_view(imported: Imported) -> View:
    """Show what an import took and what it left."""
    data: dict[str, Any] = {
        "cases": [case_data(case) for case in imported.cases],
        "errors": [{"code": e.code, "message": e.message, "fix": e.fix} for e in imported.errors],
    }
    data["unchanged"] = [case.id for case in imported.unchanged]
    told = [
        f"{counted(len(imported.cases), 'case')} taken",
        *([f"{len(imported.unchanged)} already here, unchanged"] if imported.unchanged else []),
        f"{counted(len(imported.errors), 'row')} left out",
    ]
    return View(data, [", ".join(told)])


def exported_view(exported: Exported, file: Path, declared: str) -> View:
    """Show what an export wrote. `declared` is the class that keeps documents here, empty where somebody said so."""
    data = {
        "file": str(file),
        "cases": len(exported.cases),
        "folder": str(exported.folder) if exported.folder else None,
        "documents": exported.documents,
        "staying": exported.staying,
    }
    told: list[Part] = [f"{counted(len(exported.cases), 'case')} in {file}"]
    if exported.folder:
        told.append(f"{counted(exported.documents, 'document')} in {exported.folder}")
    if exported.staying:
        why = f", because alongside.toml declares documents {declared}" if declared else ""
        told.append(
            f"{counted(exported.staying, 'document')} not taken along{why}. The rows name documents by digest and can be "
            "imported where those are; with --documents what is here goes along all the same"
        )
    return View(data, told)


def _expected(case: Case, readings: Mapping[str, str]) -> Part:
    rows = [
        (field or "(answer)", stated_text(value, readings.get(field, "")))
        for field, value in case.expected.items()
    ]
    rows += [(field or "(answer)", f"not {value} again") for field, value in _not_again(case)]
    table = Table(("field", "expected"), tuple(rows))
    return table if rows else "expects nothing of any field: only that it runs"


def held_only(case: Case, label: Callable[[str], str] = str) -> str:
    """Return what little a case holds that states nothing right, and what makes it count; empty where it states anything."""
    if case.is_stated:
        return ""
    wrong = [f"{label(field) if field else 'the answer'} isn't {value}" for field, value in _not_again(case)]
    holds = f"{' and '.join(wrong)} again" if wrong else "it runs"
    return f"It holds only that {holds}; say what is right to have it count"


def _not_again(case: Case) -> list[tuple[str, str]]:
    values = [
        (spec.field, (spec.options or {}).get("value")) for spec in case.checks if spec.check == NOT_AGAIN
    ]
    return [(field, "nothing" if value is None else read_text(value)) for field, value in values]


def _marks(case: Case) -> str:
    marks = ["must pass"] if case.must_pass else []
    marks += [f"rate {case.rate:g}"] if case.rate < 1 else []
    return ", ".join([*marks, *([f"retired: {case.retired}"] if case.retired else [])])
