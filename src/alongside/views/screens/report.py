"""The page for whoever pays: what was promised, how it stands, what it cost, who decided, what nobody looked at.

It is made of the record alone. No clock, no zone, no locale enters it: the same record gives the same bytes.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache, partial

from alongside.core.case import Case, names_apart
from alongside.core.counting import counted, in_dollars
from alongside.core.digest import digest
from alongside.core.feedback import Feedback
from alongside.core.release import Release
from alongside.evals.comparison import Result, compare
from alongside.release.gate import NOT_COMPARED, not_stated
from alongside.release.shares import holds
from alongside.store import feedback, runs, signatures, traffic, verdicts, versions
from alongside.views.fields import fields_shown, read_text
from alongside.views.figures import dollars
from alongside.views.screens.moves import Moved, move_rows
from alongside.views.screens.names import Named, run_title, version_names
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.views.screens.proof import (
    check_rows,
    field_proofs,
    floor_of,
    share_of,
)
from alongside.views.screens.report_lead import lead_of
from alongside.views.screens.reported import Cost, Decision, Failing, Mended, Report, Stage
from alongside.workbench import Workbench
from alongside.workbench.holding import Held, held_today
from alongside.workbench.remembered import kept_verdict, recorded
from alongside.workbench.snippets import snippet

__all__ = ["report_screen"]

Read = Callable[[str], Mapping[str, Result]]
"""The results of a version as the record has them, by case."""

_WORDS, _FIXES, _FAILING, _VERSIONS, _DECISIONS = 300, 6, 12, 8, 30
_MODES = {"serve": "asked of the live version", "new": "tried before shipping", "replay": "replayed as cases"}
_RIGHT, _WRONG = 1, 3


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
    cases = bench.active_cases()
    before = versions.replaced(bench.database, names.live)
    read = cache(partial(recorded, bench, cases))
    compared = compare(names.live, before, read(names.live), read(before), seconds=0.0)
    fields = field_proofs(compared, bench.engagement.done)
    held = _held(bench, names, cases)
    checks = check_rows(held.verdict, bench.engagement.done) if held else ()
    stages = _stages(names, moves, read, compared.now)
    words = bench.counted.words(bench.database)
    costs = _costs(bench)
    asked, unanswered = _asked(bench)
    called = names_apart(cases)
    mended, more = _mended(bench, names, cases, read, compared.now, called)
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
        since=held.since.words if held else "",
        fields=fields,
        floor=floor_of(fields),
        stages=stages,
        stages_floor=min((int(one.right.low * 20) / 20 for one in stages), default=0.0),
        answered=asked - unanswered,
        unanswered=unanswered,
        is_promised=bool(bench.engagement.done),
        judged=words.total(),
        judged_right=words[_RIGHT],
        judged_wrong=words[_WRONG],
        mended=tuple(mended),
        mended_more=more,
        failing=tuple(
            Failing(one.case.id, called[one.case.id] or one.case.id, "; ".join(one.reasons))
            for one in failing[:_FAILING]
        ),
        failing_more=max(0, len(failing) - _FAILING),
        costs=costs,
        spent=_spent(costs),
        limit=bench.engagement.limits.cost_per_run,
        decisions=_decisions(bench, names, moves),
        not_checked=(),
    )
    made = replace(made, not_checked=_not_checked(bench, made, held, len(cases), len(compared.now)))
    answer, lead = lead_of(made, held)
    return replace(made, answer=answer, lead=lead)


def _held(bench: Workbench, names: Named, cases: Sequence[Case]) -> Held | None:
    """Return the gate's last word on what is live, read today: the kept one, else the one that was shipped with."""
    if not names.live:
        return None
    shipped = (one.verdict for one in versions.releases(bench.database) if one.version == names.live)
    kept = kept_verdict(bench, names.live) or next((json.loads(told) for told in shipped if told), None)
    return held_today(bench, kept, cases) if kept else None


def _stages(
    names: Named, moves: Sequence[Moved], read: Read, live: Mapping[str, Result]
) -> tuple[Stage, ...]:
    """Return the released versions in the order in which they first went live, those that judged a case that counts."""
    found: list[Stage] = []
    for version in list(names.released)[-_VERSIONS:]:
        results = live if version == names.live else _alone(read(version))
        right = share_of({case: one for case, one in results.items() if one.counts}, "cases")
        if right.of:
            first = min(one.at for one in moves if one.version == version)
            found.append(Stage(names.of(version), first, right))
    return tuple(found)


def _alone(results: Mapping[str, Result]) -> Mapping[str, Result]:
    """Return results that were told which workflows learn."""
    return compare("", "", results, {}, seconds=0.0).now


def _mended(
    bench: Workbench,
    names: Named,
    cases: Sequence[Case],
    read: Read,
    live: Mapping[str, Result],
    called: Mapping[str, str],
) -> tuple[list[Mended], int]:
    """Return what was called wrong and was so by a version's checks, became a case and is right on what is live, and how many more there are."""
    of_run = {case.run: case.id for case in cases if case.run}
    was_wrong = verdicts.called_wrong(bench.database, of_run.values())
    found: dict[str, Feedback] = {}
    for word in feedback.wrong_words(bench.database, limit=_WORDS):
        case = of_run.get(word.run, "")
        if (case, word.field) in was_wrong and case in live and holds(live[case], f"field:{word.field}"):
            found.setdefault(case, word)
    since = _first_right(names, read, found)
    shown = list(found.items())[:_FIXES]
    told = [_mended_one(bench, case, word, called[case], since[case]) for case, word in shown]
    return told, len(found) - len(shown)


def _first_right(names: Named, read: Read, found: Mapping[str, Feedback]) -> dict[str, str]:
    """Return the first released version on which each is right."""
    since: dict[str, str] = {}
    for version in names.released if found else ():
        results = read(version)
        for case, word in found.items():
            if case in results and holds(results[case], f"field:{word.field}"):
                since.setdefault(case, names.of(version))
    return {case: since.get(case, names.of(names.live)) for case in found}


def _mended_one(bench: Workbench, case: str, word: Feedback, name: str, since: str) -> Mended:
    run = runs.get(bench.database, word.run)
    shown = fields_shown(bench.value(run.output)) if run and run.output else []
    said = next((one for one in shown if one.path == word.field), None)
    box, boxes, document = (said.box, said.boxes, said.document) if said else (None, (), "")
    box = word.box or box
    touched = box not in boxes
    picture = snippet(bench, run, box, document=document, touched=touched) if run and box else None
    return Mended(
        case,
        name or (run_title(run, bench.value) if run else case),
        word.field,
        read_text(said.value) if said else "",
        read_text(word.expected),
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
            None if one.unpriced == one.runs - one.open else in_dollars(one.cost),
            one.unpriced,
            one.open,
        )
        for one in bench.counted.spent(bench.database)
    )


def _asked(bench: Workbench) -> tuple[int, int]:
    """Return how many runs that were no replays have ended, and how many of them gave no answer."""
    asked = [one for one in bench.counted.spent(bench.database) if one.mode != "replay"]
    return sum(one.runs - one.open for one in asked), sum(one.failed for one in asked)


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


def _not_checked(bench: Workbench, made: Report, held: Held | None, cases: int, seen: int) -> tuple[str, ...]:
    current = held if held and held.is_current else None
    said = list(current.verdict["not_checked"]) if current else not_stated(bench.active_cases())
    if made.live:  # the gate's words are of then
        then = f"nothing was live when {made.live.name} was tested, so its answers were compared with none"
        said = [then if one == NOT_COMPARED else one for one in said]
    if not bench.engagement.done and not current:
        said.append("nothing has been promised yet: there is no [[done]] in alongside.toml")
    if made.live and held is None:
        said.append(f"nobody has tested {made.live.name} against what is promised")
    if made.live and made.since:
        said.append(f"nobody has tested {made.live.name} since: {made.since}")
    if made.live and seen < cases:
        said.append(
            f"{cases - seen} of {cases} cases were not replayed on {made.live.name} as they stand now"
        )
    if made.answered > made.judged:
        said.append(f"nobody has judged {made.answered - made.judged:,} of {made.answered:,} answers")
    errors = bench.cases().errors
    if errors:
        said.append(f"{counted(len(errors), 'case file')} can't be read")
    return tuple(said)


def _last_event(bench: Workbench) -> float:
    moved: list[Release] = versions.releases(bench.database)
    signed = signatures.signed_at(bench.database)
    return max(
        traffic.last_run(bench.database),
        feedback.last_word(bench.database),
        max((one.at for one in moved), default=0.0),
        max((at for at, *_ in signed), default=0.0),
    )
