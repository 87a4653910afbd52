"""Two versions held against each other, the definition of done, what is live, and what may be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alongside.core.case import Case, names_apart
from alongside.core.release import Version
from alongside.evals.comparison import Comparison
from alongside.release.signing import may_sign
from alongside.store import run_list, signatures, versions
from alongside.store.run_list import RunFilter
from alongside.views.screens.moves import Moved, move_rows, way_back
from alongside.views.screens.names import Named, version_names
from alongside.views.screens.page import Asked, Crumb, Page, Toast
from alongside.views.screens.proof import (
    CheckShown,
    FieldProof,
    check_rows,
    field_proofs,
    floor_of,
    summary_of,
)
from alongside.workbench import Workbench
from alongside.workbench.holding import held_today
from alongside.workbench.remembered import cases_by_key, kept_verdict, remembered

__all__ = ["Releases", "SignOff", "changed_parts", "releases_screen"]

_FEW, _MOVES = 8, 12
_MANY_RUNS = 10_000
_SAID = {
    "gated": ("right", "The gate looked at every case"),
    "shipped": ("right", "It is live: the next request is answered by it"),
    "back": ("right", "Rolled back: the next request is answered by it"),
    "signed": ("right", "Signed"),
    "accepted": ("right", "The broken case is taken, by name and with the reason"),
    "closed": ("wrong", "The gate is closed: nothing was shipped"),
    "mistyped": ("wrong", "That isn't the version's name: nothing was rolled back"),
    "moved": ("wrong", "The working tree changed since the page was shown: nothing was done"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """A version: its id and name; `tree` says that it is the working tree, `live` that it answers requests now."""

    id: str
    name: str
    live: bool
    tree: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that one version judges otherwise; `accepted` says who took it, and why, where somebody did."""

    id: str
    name: str
    reason: str
    accepted: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """A promise that a person signs; `mine` says that whoever looks may."""

    promise: str
    owner: str
    by: tuple[str, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's last word: `of` names its version, `here` that it is the one shown.

    `since` says what is promised or a case otherwise than when it spoke, empty: nothing. `checks` are today's lines.
    """

    of: str
    here: bool
    passed: bool
    met: int
    checks: tuple[CheckShown, ...]
    not_checked: tuple[str, ...]
    cases: int
    counted: int
    since: str


@dataclass(frozen=True, slots=True)
class Releases:
    """The screen. `can_ship` is empty where the shown version may be shipped, else the reason, with `look`, the place that shows it and its name; `then` is the next step.

    `cases` is how many a gate runs; `unjudged` counts those that one of the two versions wasn't held against; `floor`
    is where the plots begin.
    `runs` began since the live version went live this time, at most 10,000; `previous` names what a roll-back leads
    to, and `back` says which way that is. `older` moves are left out of the history.
    """

    shown: Side
    against: Side | None
    others: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]
    verdict: Verdict | None
    fields: tuple[FieldProof, ...]
    floor: float
    summary: str
    fixed: tuple[Changed, ...]
    broken: tuple[Changed, ...]
    unchanged: int
    cases: int
    unjudged: int
    live: Moved | None
    runs: int
    previous: str
    back: str
    history: tuple[Moved, ...]
    older: int
    sign_offs: tuple[SignOff, ...]
    can_ship: str
    look: tuple[str, str]
    then: str


def releases_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the version in the path (the working tree: none) beside the live one, or the one `with` names."""
    names, tree = version_names(bench), bench.working_tree()
    wanted = asked.path.get("version") or asked.query.get("version", "")
    shown = bench.version(names.find(wanted)) if wanted else tree
    against = _against(bench, names, shown, asked)
    cases = cases_by_key(bench)
    compared = remembered(bench, cases, candidate=shown.id, against=against.id if against else "")
    fields = field_proofs(compared, bench.engagement.done)
    moves = move_rows(bench, names)
    verdict = _verdict(bench, names, shown, cases)
    is_tree = shown.id == tree.id
    can_ship, look, then = _can_ship(shown, names, verdict, is_tree=is_tree)
    accepted = signatures.accepted_breaks(bench.database, shown.id)
    judged = set(compared.now) & set(compared.before) if against else set(compared.now)
    body = Releases(
        shown=_side(shown, names, is_tree=is_tree),
        against=_side(against, names, is_tree=against.id == tree.id) if against else None,
        others=_others(names, shown, against, wanted),
        changes=changed_parts(against, shown) if against else (),
        verdict=verdict,
        fields=fields,
        floor=floor_of(fields),
        summary=summary_of(fields, names.of(against.id) if against else "", compared),
        fixed=_changed(compared, compared.fixed, {}),
        broken=_changed(compared, compared.broken, accepted),
        unchanged=len(judged) - len(compared.fixed) - len(compared.broken),
        cases=len(cases),
        unjudged=len(cases) - len(judged),
        live=next((one for one in moves if one.live), None),
        runs=_runs_since(bench, moves),
        previous=names.of(names.previous) if names.previous else "",
        back=way_back(names),
        history=moves if asked.query.get("history") == "all" else moves[:_MOVES],
        older=0 if asked.query.get("history") == "all" else max(0, len(moves) - _MOVES),
        sign_offs=_sign_offs(bench, shown, asked),
        can_ship=can_ship,
        look=look,
        then=then,
    )
    return Page(_title(body), _command(body), body, _crumbs(bench), _toast(asked))


def _runs_since(bench: Workbench, moves: Sequence[Moved]) -> int:
    if not moves:
        return 0
    wanted = RunFilter(version=moves[0].version, since=moves[0].at)
    return run_list.count(bench.database, wanted, most=_MANY_RUNS)


def changed_parts(old: Version, new: Version) -> tuple[str, ...]:
    """Return what differs between two versions: files, parameters, models."""
    was, now = old.manifest, new.manifest
    parts = [
        *_differing("", was.files, now.files),
        *_differing("parameter ", was.params, now.params),
        *_differing("model ", was.models, now.models),
    ]
    return tuple(parts)


def _differing(kind: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [
        f"{kind}{name}{_how(name in was, name in now)}"
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    ]


def _how(before: bool, after: bool) -> str:  # noqa: FBT001
    return "" if before and after else ", new" if after else ", gone"


def _against(bench: Workbench, names: Named, shown: Version, asked: Asked) -> Version | None:
    """Return what stands beside it: what the query names, else the live version, else (for that one) what it took the place of."""
    stated = asked.query.get("with", "")
    if stated:
        return bench.version(names.find(stated))
    if shown.id in names.released:
        before = versions.replaced(bench.database, shown.id)
        return bench.version(before) if before else None
    return bench.live()


def _side(version: Version, names: Named, *, is_tree: bool) -> Side:
    live = version.id == names.live
    name = names.of(version.id) if version.id in names.released or not is_tree else "the working tree"
    return Side(version.id, name, live, is_tree)


def _others(
    names: Named, shown: Version, against: Version | None, wanted: str
) -> tuple[tuple[str, str], ...]:
    here = f"/releases/{wanted}" if wanted else "/releases"
    left_out = {shown.id, against.id if against else ""}
    return tuple(
        (name, f"{here}?with={name}") for version, name in names.released.items() if version not in left_out
    )[-3:]


def _verdict(bench: Workbench, names: Named, shown: Version, cases: Mapping[str, Case]) -> Verdict | None:
    """Return the gate's word on the version shown, else on the newest version that it looked at."""
    kept = kept_verdict(bench, shown.id)
    if kept is None:
        newest = (one.id for one in versions.latest(bench.database, limit=_FEW))
        kept = next((told for one in newest if (told := kept_verdict(bench, one))), None)
    if kept is None:
        return None
    held = held_today(bench, kept, cases.values())
    rows = check_rows(held.verdict, bench.engagement.done)
    return Verdict(
        names.of(kept["version"]),
        kept["version"] == shown.id,
        held.verdict["passed"],
        sum(row.status == "met" for row in rows),
        rows,
        tuple(kept["not_checked"]),
        kept["cases"],
        kept["counted"],
        held.since.words,
    )


def _can_ship(
    shown: Version, names: Named, verdict: Verdict | None, *, is_tree: bool
) -> tuple[str, tuple[str, str], str]:
    """Return why it can't be shipped (empty: it can), where that is seen, and the next step."""
    if shown.id == names.live:
        return (
            f"{names.of(shown.id)} is live already.",
            ("", ""),
            "Change a prompt, a parameter or the code to have something to ship.",
        )
    if not is_tree:
        return (
            "Only the working tree is shipped.",
            ("", ""),
            f"Check its files out of git, or roll back to {names.of(shown.id)}.",
        )
    if verdict and verdict.here and not verdict.passed and not verdict.since:
        worst = next(row for row in verdict.checks if row.status != "met")
        left = len(verdict.checks) - verdict.met
        return (
            f"{left} of {len(verdict.checks)} lines {'is' if left == 1 else 'are'} not met. {worst.name}: {worst.evidence}.",
            (worst.href, worst.link),
            "Mend what is wrong and gate it again, or have an approver ship it past the gate.",
        )
    return "", ("", ""), ""


def _changed(compared: Comparison, cases: Sequence[str], accepted: Mapping[str, str]) -> tuple[Changed, ...]:
    found: list[Changed] = []
    called = names_apart(one.case for one in compared.now.values())
    for case in cases:
        side = compared.before if case in compared.fixed else compared.now
        reason = "; ".join(side[case].reasons)
        found.append(Changed(case, called[case] or case, reason, accepted.get(case, "")))
    return tuple(found)


def _sign_offs(bench: Workbench, shown: Version, asked: Asked) -> tuple[SignOff, ...]:
    signed = signatures.signed(bench.database, shown.id)
    return tuple(
        SignOff(
            one.name,
            one.owner,
            tuple(signed.get(one.name, ())),
            asked.by.name not in signed.get(one.name, ()) and may_sign(bench.engagement, one, asked.by.name),
        )
        for one in bench.engagement.done
        if one.measure == "sign-off"
    )


def _title(body: Releases) -> str:
    if body.shown.live:
        return f"{body.shown.name}, live"
    return "The working tree, candidate" if body.shown.tree else body.shown.name


def _command(body: Releases) -> str:
    if body.shown.tree and not body.shown.live:
        return "alongside gate && alongside ship"
    return f"alongside release show {body.shown.id[:12]}"


def _crumbs(bench: Workbench) -> tuple[Crumb, ...]:
    return Crumb(bench.engagement.customer, "/"), Crumb("Releases", "/releases")


def _toast(asked: Asked) -> Toast | None:
    told = _SAID.get(asked.query.get("said", ""))
    return Toast(*told) if told else None
