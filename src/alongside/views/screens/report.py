"""The page for whoever pays: what was promised, how it stands, what it cost, who decided, what nobody looked at.

It is made of the record alone. No clock, no zone, no locale enters it: the same record gives the same bytes.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from alongside.core.digest import digest
from alongside.core.feedback import Feedback
from alongside.core.release import Release
from alongside.evals.comparison import Result
from alongside.release.gate import holds
from alongside.store import feedback, runs, signatures, traffic, versions
from alongside.views.fields import fields_shown, value_text
from alongside.views.figures import day, dollars, in_dollars
from alongside.views.screens.names import Named, run_title, version_names
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.views.screens.proof import (
    CheckShown,
    FieldProof,
    ShareShown,
    check_rows,
    field_proofs,
    floor_of,
    share_of,
)
from alongside.views.screens.releases import Moved, move_rows
from alongside.workbench import Workbench
from alongside.workbench.remembered import cases_by_key, kept_verdict, remembered, remembered_results
from alongside.workbench.snippets import snippet

__all__ = ["Report", "report_screen"]

_WORDS, _FIXES, _FAILING, _VERSIONS, _DECISIONS = 300, 6, 12, 8, 30
_FOREVER = 1e11
_MODES = {"serve": "asked of the live version", "new": "tried before shipping", "replay": "replayed as cases"}
_RIGHT, _WRONG = 1, 3


@dataclass(frozen=True, slots=True)
class Stage:
    """How a released version stands on the cases of today."""

    name: str
    at: float
    right: ShareShown


@dataclass(frozen=True, slots=True)
class Mended:
    """What somebody called wrong and is right now; `snippet` is a PNG as data URI, empty where the page can't be drawn."""

    case: str
    name: str
    field: str
    said: str
    should: str
    by: str
    note: str
    at: float
    since: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Failing:
    """A case that is wrong on what is live."""

    case: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What the runs of a kind cost in dollars (None: none is priced); `unpriced` aren't in it."""

    what: str
    runs: int
    cost: float | None
    unpriced: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Who did what, when."""

    at: float
    by: str
    what: str
    version: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """The report. `record` digests all of it; `at` is the record's last event, in seconds of the epoch.

    `answer` is yes, not yet, or unknown: the first word of `lead`, which alone says whether it is done.
    """

    customer: str
    record: str
    at: float
    answer: str
    lead: str
    live: Moved | None
    before: str
    checks: tuple[CheckShown, ...]
    met: int
    fields: tuple[FieldProof, ...]
    floor: float
    stages: tuple[Stage, ...]
    stages_floor: float
    answered: int
    judged: int
    judged_right: int
    judged_wrong: int
    mended: tuple[Mended, ...]
    mended_more: int
    failing: tuple[Failing, ...]
    failing_more: int
    costs: tuple[Cost, ...]
    spent: str
    limit: float | None
    decisions: tuple[Decision, ...]
    not_checked: tuple[str, ...]


def report_screen(bench: Workbench, _: Asked | None = None) -> Page:
    """Return the report."""
    body = _report(bench)
    told = json.dumps(asdict(body), sort_keys=True, ensure_ascii=True)
    body = replace(body, record=digest(told.encode())[:12])
    title = f"{body.customer}: where we stand"
    return Page(title, "alongside report", body, (Crumb(body.customer, "/"),))


def _report(bench: Workbench) -> Report:
    names = version_names(bench)
    moves = move_rows(bench, names)
    cases = cases_by_key(bench)
    order = list(names.released)
    at = order.index(names.live) if names.live else 0
    before = order[at - 1] if at else ""
    compared = remembered(bench, cases, candidate=names.live, against=before)
    fields = field_proofs(compared, bench.engagement.done)
    verdict = _verdict(bench, names)
    checks = check_rows(verdict) if verdict else ()
    stages = _stages(bench, names, moves, cases, compared.now)
    judged = bench.counted.judged(bench.database, start=0.0, width=_FOREVER, count=1)
    costs = _costs(bench)
    mended, more = _mended(bench, names, cases, compared.now)
    failing = [one for one in compared.now.values() if one.status == "failed"]
    made = Report(
        customer=bench.engagement.customer,
        record="",
        at=_last_event(bench),
        answer="",
        lead="",
        live=moves[0] if moves else None,
        before=names.of(before) if before else "",
        checks=checks,
        met=sum(one.status == "met" for one in checks),
        fields=fields,
        floor=floor_of(fields),
        stages=stages,
        stages_floor=min((int(one.right.low * 20) / 20 for one in stages), default=0.0),
        answered=sum(one.runs for one in costs if one.what != _MODES["replay"]),
        judged=sum(one.runs for one in judged),
        judged_right=sum(one.runs for one in judged if one.word == _RIGHT),
        judged_wrong=sum(one.runs for one in judged if one.word == _WRONG),
        mended=tuple(mended),
        mended_more=more,
        failing=tuple(
            Failing(one.case.id, one.case.name or one.case.id, "; ".join(one.reasons))
            for one in failing[:_FAILING]
        ),
        failing_more=max(0, len(failing) - _FAILING),
        costs=costs,
        spent=_spent(costs),
        limit=bench.engagement.limits.cost_per_run,
        decisions=_decisions(bench, names, moves),
        not_checked=(),
    )
    made = replace(made, not_checked=_not_checked(bench, made, verdict, len(cases), len(compared.now)))
    answer, lead = _lead(made, has_promises=bool(bench.engagement.done), has_verdict=verdict is not None)
    return replace(made, answer=answer, lead=lead)


def _verdict(bench: Workbench, names: Named) -> Mapping[str, Any] | None:
    """Return the gate's last word on what is live: the kept one, else the one that was shipped with."""
    kept = kept_verdict(bench, names.live) if names.live else None
    if kept is not None or not names.live:
        return kept
    shipped = (one.verdict for one in versions.releases(bench.database) if one.version == names.live)
    return next((json.loads(told) for told in shipped if told), None)


def _stages(
    bench: Workbench,
    names: Named,
    moves: Sequence[Moved],
    cases: Mapping[str, Any],
    live: Mapping[str, Result],
) -> tuple[Stage, ...]:
    """Return the released versions in the order in which they first went live, those that judged a case that counts."""
    found: list[Stage] = []
    for version in list(names.released)[-_VERSIONS:]:
        results = live if version == names.live else remembered(bench, cases, candidate=version).now
        right = share_of({case: one for case, one in results.items() if one.counts}, "cases")
        if right.of:
            first = min(one.at for one in moves if one.version == version)
            found.append(Stage(names.of(version), first, right))
    return tuple(found)


def _mended(
    bench: Workbench, names: Named, cases: Mapping[str, Any], live: Mapping[str, Result]
) -> tuple[list[Mended], int]:
    """Return what was called wrong, became a case and is right on what is live, and how many more there are."""
    of_run = {case.run: case.id for case in cases.values() if case.run}
    found: dict[str, Feedback] = {}
    for word in feedback.wrong_words(bench.database, limit=_WORDS):
        case = of_run.get(word.run, "")
        if case in live and holds(live[case], f"field:{word.field}"):
            found.setdefault(case, word)
    since = _first_right(bench, names, cases, found)
    shown = list(found.items())[:_FIXES]
    told = [_mended_one(bench, case, word, live[case].case.name, since[case]) for case, word in shown]
    return told, len(found) - len(shown)


def _first_right(
    bench: Workbench, names: Named, cases: Mapping[str, Any], found: Mapping[str, Feedback]
) -> dict[str, str]:
    """Return the first released version on which each is right."""
    since: dict[str, str] = {}
    for version in names.released if found else ():
        results = remembered_results(bench, cases, version)
        for case, word in found.items():
            if case in results and holds(results[case], f"field:{word.field}"):
                since.setdefault(case, names.of(version))
    return {case: since.get(case, names.of(names.live)) for case in found}


def _mended_one(bench: Workbench, case: str, word: Feedback, name: str, since: str) -> Mended:
    run = runs.get(bench.database, word.run)
    shown = fields_shown(bench.value(run.output)) if run and run.output else []
    said = next((one for one in shown if one.path == word.field), None)
    box = word.box or (said.box if said else None)
    picture = snippet(bench, run, box) if run and box else None
    return Mended(
        case,
        name or (run_title(run, bench.value) if run else case),
        word.field,
        said.text if said else "",
        value_text(word.expected),
        word.by,
        word.note,
        word.at,
        since,
        f"data:image/png;base64,{b64encode(picture).decode()}" if picture else "",
    )


def _costs(bench: Workbench) -> tuple[Cost, ...]:
    return tuple(
        Cost(
            _MODES.get(one.mode, one.mode),
            one.runs,
            None if one.unpriced == one.runs else in_dollars(one.cost),
            one.unpriced,
        )
        for one in bench.counted.spent(bench.database)
    )


def _spent(costs: Sequence[Cost]) -> str:
    total, unpriced = sum(one.cost or 0.0 for one in costs), sum(one.unpriced for one in costs)
    told = dollars(round(total, 9))
    return told if not unpriced else f"{told}, and {unpriced:,} unpriced runs"


def _decisions(bench: Workbench, names: Named, moves: Sequence[Moved]) -> tuple[Decision, ...]:
    words = {
        "ship": "shipped, through the gate",
        "override": "shipped, past the gate",
        "rollback": "made live again",
    }
    found = [Decision(one.at, one.by, words[one.kind], one.name, one.reason) for one in moves]
    found += [
        Decision(at, by, what, names.of(version), "")
        for at, by, version, what in signatures.signed_at(bench.database)
    ]
    return tuple(sorted(found, key=lambda one: -one.at)[:_DECISIONS])


def _not_checked(
    bench: Workbench, made: Report, verdict: Mapping[str, Any] | None, cases: int, seen: int
) -> tuple[str, ...]:
    said = list(verdict["not_checked"]) if verdict else []
    if not bench.engagement.done:
        said.append("alongside.toml promises nothing: there is no [[done]]")
    if made.live and verdict is None:
        said.append(f"{made.live.name} was never held against the definition of done")
    if made.live and seen < cases:
        said.append(
            f"{cases - seen} of {cases} cases were not replayed on {made.live.name} as they stand now"
        )
    if made.answered > made.judged:
        said.append(f"nobody has judged {made.answered - made.judged:,} of {made.answered:,} answers")
    errors = bench.cases().errors
    if errors:
        said.append(f"{len(errors)} case files can't be read")
    return tuple(said)


def _lead(made: Report, *, has_promises: bool, has_verdict: bool) -> tuple[str, str]:
    """Return whether it is done, and the paragraph that alone says so."""
    if made.live is None:
        return "not yet", "Not yet: nothing is live."
    live = f"{made.live.name}, live since {day(made.live.at)},"
    if not has_verdict:
        return "unknown", f"Nobody can say: {live} was never held against the definition of done."
    total, missing = len(made.checks), [one for one in made.checks if one.status != "met"]
    if missing:
        answer = "not yet"
        told = f"Not yet: {live} meets {made.met} of {total} lines of the definition of done. Missing: "
        told += "; ".join(f"{one.name[:1].lower()}{one.name[1:]} ({one.evidence})" for one in missing[:3])
        told += f"; and {len(missing) - 3} more." if len(missing) > 3 else "."  # noqa: PLR2004
    elif not has_promises:
        answer = "unknown"
        told = f"Nobody can say: {live} breaks no limit, but no promise is written down."
    else:
        answer, told = "yes", f"Yes: {live} meets all {total} lines of the definition of done."
    return answer, " ".join(part for part in (told, _quality(made), _doubt(made)) if part)


def _quality(made: Report) -> str:
    whole = next((one.now for one in made.fields if one.measure == "cases" and one.now.of), None)
    if whole is None:
        return ""
    low, high = whole.low * 100, whole.high * 100
    return (
        f"Of {whole.of} checked answers that count, {whole.right} are wholly right:"
        f" with 95 % confidence {low:.0f} to {high:.0f} of 100 are."
    )


def _doubt(made: Report) -> str:
    open_ones = len(made.failing) + made.failing_more
    wrong = f"{open_ones} {'case is' if open_ones == 1 else 'cases are'} still wrong" if open_ones else ""
    left = made.answered - made.judged
    unseen = f"nobody has judged {left:,} of {made.answered:,} answers" if left > 0 else ""
    told = ", and ".join(part for part in (wrong, unseen) if part)
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def _last_event(bench: Workbench) -> float:
    moved: list[Release] = versions.releases(bench.database)
    signed = signatures.signed_at(bench.database)
    return max(
        traffic.last_run(bench.database),
        feedback.last_word(bench.database),
        max((one.at for one in moved), default=0.0),
        max((at for at, *_ in signed), default=0.0),
    )
