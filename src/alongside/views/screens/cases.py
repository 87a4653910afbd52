"""The cases: what must hold, under each version that judged it, by what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from alongside.core.case import Case, names_apart
from alongside.evals.stats import wilson
from alongside.store import feedback, verdicts, versions
from alongside.views.screens.case import CaseShown, case_shown
from alongside.views.screens.names import Named, draft_of, version_names
from alongside.views.screens.page import Asked, Crumb, Page, Toast
from alongside.workbench import Workbench
from alongside.workbench.matrix import Matrix, matrix, modes
from alongside.workbench.standing import find_case

__all__ = ["CasesScreen", "Column", "Group", "Row", "cases_screen"]

_COLUMNS, _ON_PHONE = 12, 4
_ROWS_IN_GROUP, _MOST_ROWS = 10, 400
_HEIGHT, _TOP = 60.0, 5.0  # of the plot above a column
_NO_FAILURE, _ASIDE, _NOT_JUDGED = "Never failed", "Failed in old drafts only", "Not judged yet"


@dataclass(frozen=True, slots=True)
class Column:
    """A version, which `about` calls live, draft (the working tree), last draft (what that came from, until it is judged itself) or old draft (it counts no more): `right` of the `n` cases that state what is right, with Wilson's 95 % interval; `wide` where a phone has no room for it.

    `old` of the `n` were judged before the case, what judges it or what answers it from outside changed.
    """

    version: str
    name: str
    about: str
    draft: bool
    wide: bool
    right: int
    n: int
    old: int
    low: float
    high: float
    plot: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A case with its mark under each version: right, wrong, flaky, or empty where that never judged it.

    `old` says of each mark whether the case, or what judges it, has changed since.
    """

    id: str
    name: str
    href: str
    must_pass: bool
    retired: bool
    chosen: bool
    marks: tuple[str, ...]
    old: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What went wrong, how often each version got it wrong, and the cases; `more` of them aren't shown."""

    mode: str
    size: int
    wrong: tuple[int, ...]
    rows: tuple[Row, ...]
    more: int
    href: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to narrow the list."""

    text: str
    n: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class CasesScreen:
    """The matrix. `goal` is the promised share of right cases (None: none is promised), `goal_at` its height in the plot.

    `unstated` are the cases that state nothing right, by name, with the address of the form that does; `editing`: it is open.
    `failed` of the `cases` failed under a version that counts, `aside` more under an old draft only.
    """

    cases: int
    failed: int
    aside: int
    show: str
    mode: str
    filters: tuple[Filter, ...]
    columns: tuple[Column, ...]
    goal: float | None
    goal_at: float
    groups: tuple[Group, ...]
    modes: tuple[tuple[str, int, float, str], ...]
    errors: tuple[str, ...]
    unstated: tuple[tuple[str, str], ...]
    editing: bool
    chosen: CaseShown | None
    here: str


def cases_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the matrix, and the case in the path. The query: `show` (failed, all, retired), `mode`, `edit`, `did`."""
    loaded, names = bench.cases(), version_names(bench)
    active, retired = loaded.active(), [case for case in loaded.cases if case.retired]
    chosen = find_case(bench, asked.path["case"])[0] if "case" in asked.path else None
    draft = draft_of(bench, names)
    counted = {*names.released, draft, _last_draft(bench, names, draft)} if names.released else ()
    known = matrix(bench, loaded.cases, versions=_COLUMNS, counted=counted)
    told = modes(loaded.cases, known, feedback.notes(bench.database))
    failed = [case for case in active if case.id in told]
    show = _show(asked, failed, chosen)
    listed = {"failed": failed, "all": active, "retired": retired}[show]
    mode = asked.query.get("mode", "")
    called = names_apart(loaded.cases)
    groups = _groups(listed, known, told, asked, show, mode, chosen, called)
    goal = next(
        (one.at_least for one in bench.engagement.done if one.measure == "cases" and not one.workflow), None
    )
    case = case_shown(bench, chosen, known, told.get(chosen.id, ""), names, asked) if chosen else None
    body = CasesScreen(
        len(active),
        len(failed),
        sum(_quiet(case, known) == _ASIDE for case in active if case not in failed),
        show,
        mode,
        _filters(asked, show, len(failed), len(active), len(retired)),
        _columns(active, known, names, draft),
        goal,
        _height(goal or 0.0),
        groups,
        _modes(failed, told, asked),
        tuple(error.message for error in loaded.errors),
        tuple((called[one.id], f"/cases/{one.id}?edit=1") for one in active if not one.is_stated),
        "edit" in asked.query,
        case,
        _address(asked.path.get("case", ""), asked),
    )
    home = Crumb(bench.engagement.customer, "/")
    if chosen is None or case is None:
        return Page("Cases", "alongside case list", body, (home,))
    crumbs = (home, Crumb("Cases", _address("", asked)), Crumb(chosen.id, ""))
    return Page(called[chosen.id], f"alongside case show {chosen.id}", body, crumbs, _toast(asked, case))


def _last_draft(bench: Workbench, names: Named, draft: str) -> str:
    """Return the draft that was judged last since something went live, while the working tree is one that nobody judged.

    It is what somebody is mending: what failed under it is what they look for.
    """
    judged = {one.version: one.at for one in verdicts.judged_versions(bench.database)}
    since = max((release.at for release in versions.releases(bench.database)), default=0.0)
    drafts = [one for one, at in judged.items() if one not in names.released and at >= since]
    return max(drafts, key=judged.__getitem__) if draft and draft not in judged and drafts else ""


def _quiet(case: Case, known: Matrix) -> str:
    """Return the group of a case that failed under no version that counts."""
    if any(
        known.cells[version][case.id].mark != "right"
        for version in known.versions
        if case.id in known.cells[version]
    ):
        return _ASIDE
    return _NO_FAILURE if known.of(case.id) else _NOT_JUDGED


def _show(asked: Asked, failed: Sequence[Case], chosen: Case | None) -> str:
    wanted = asked.query.get("show", "")
    if wanted in {"failed", "all", "retired"}:
        return wanted
    if chosen is not None and chosen.retired:
        return "retired"
    return "failed" if failed and (chosen is None or chosen in failed) else "all"


def _groups(
    cases: Sequence[Case],
    known: Matrix,
    told: Mapping[str, str],
    asked: Asked,
    show: str,
    mode: str,
    chosen: Case | None,
    called: Mapping[str, str],
) -> tuple[Group, ...]:
    """Return the groups, those that fail most now first; what never failed comes last, and then what nobody judged."""
    grouped: dict[str, list[Case]] = {}
    for case in cases:
        grouped.setdefault(told.get(case.id) or _quiet(case, known), []).append(case)
    if mode in grouped:
        grouped = {mode: grouped[mode]}
    made = [
        _group(
            name,
            members,
            known,
            asked,
            show,
            chosen,
            called=called,
            most=_MOST_ROWS if len(grouped) == 1 else _ROWS_IN_GROUP,
        )
        for name, members in grouped.items()
    ]
    last = {_ASIDE: 1, _NO_FAILURE: 2, _NOT_JUDGED: 3}
    return tuple(sorted(made, key=lambda one: (last.get(one.mode, 0), -(one.wrong or (0,))[-1], -one.size)))


def _group(
    name: str,
    cases: Sequence[Case],
    known: Matrix,
    asked: Asked,
    show: str,
    chosen: Case | None,
    *,
    called: Mapping[str, str],
    most: int,
) -> Group:
    rows = sorted(
        (_row(case, known, asked, show, chosen, name=called[case.id]) for case in cases), key=_gravest
    )
    first = rows[:most]
    first += [row for row in rows[most:] if row.chosen]
    wrong = tuple(
        sum(row.marks[at] in {"wrong", "flaky"} for row in rows) for at in range(len(known.versions))
    )
    href = _address("", asked, show=show, mode=name)
    return Group(name, len(rows), wrong, tuple(first), len(rows) - len(first), href)


def _row(case: Case, known: Matrix, asked: Asked, show: str, chosen: Case | None, *, name: str) -> Row:
    cells = [known.cells[version].get(case.id) for version in known.versions]
    marks = tuple(cell.mark if cell else "" for cell in cells)
    old = tuple(cell is not None and cell.old for cell in cells)
    href = _address(case.id, asked, show=show)
    is_chosen = chosen is not None and chosen.id == case.id
    return Row(case.id, name, href, case.must_pass, bool(case.retired), is_chosen, marks, old)


def _gravest(row: Row) -> tuple[int, int, str]:
    order = {"wrong": 0, "flaky": 1, "right": 2, "": 3}
    return order[row.marks[-1] if row.marks else ""], -sum(mark == "wrong" for mark in row.marks), row.name


def _columns(cases: Sequence[Case], known: Matrix, names: Named, draft: str) -> tuple[Column, ...]:
    return tuple(
        _column(version, known, cases, names, draft, wide=at < len(known.versions) - _ON_PHONE)
        for at, version in enumerate(known.versions)
    )


def _column(
    version: str, known: Matrix, cases: Sequence[Case], names: Named, draft: str, *, wide: bool
) -> Column:
    judged = known.cells[version]
    cells = [judged[case.id] for case in cases if case.is_stated and case.id in judged]
    right, n = sum(cell.mark == "right" for cell in cells), len(cells)
    old = sum(cell.old for cell in cells)
    low, high = wilson(right, n)
    about = (
        "live"
        if version == names.live
        else "draft"
        if version == draft
        else ""
        if version in names.released or not names.released
        else "last draft"
        if version in known.counted
        else "old draft"
    )
    name = names.released.get(version) or version[:4]
    share = right / n if n else 0.0
    plot = (_height(share), _height(low), _height(high))
    return Column(version, name, about, version == draft, wide, right, n, old, low, high, plot)


def _height(share: float) -> float:
    return round(_TOP + (1 - share) * (_HEIGHT - 2 * _TOP), 1)


def _modes(
    failed: Sequence[Case], told: Mapping[str, str], asked: Asked
) -> tuple[tuple[str, int, float, str], ...]:
    """Return (mode, how many cases, that in percent of the largest, address), the largest first."""
    sizes: dict[str, int] = {}
    for case in failed:
        sizes[told[case.id]] = sizes.get(told[case.id], 0) + 1
    most = max(sizes.values(), default=1)
    return tuple(
        (mode, n, round(100 * n / most, 1), _address("", asked, show="failed", mode=mode))
        for mode, n in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _filters(asked: Asked, show: str, failed: int, active: int, retired: int) -> tuple[Filter, ...]:
    offered = (("failed", "Ever failed", failed), ("all", "All", active), ("retired", "Retired", retired))
    return tuple(
        Filter(text, n, _address("", asked, show=name, mode=""), name == show)
        for name, text, n in offered
        if n or name == show
    )


def _address(case: str, asked: Asked, **more: str) -> str:
    kept = {name: asked.query[name] for name in ("show", "mode") if asked.query.get(name)}
    query = urlencode({name: value for name, value in (kept | more).items() if value})
    path = f"/cases/{case}" if case else "/cases"
    return f"{path}?{query}" if query else path


def _toast(asked: Asked, case: CaseShown) -> Toast | None:
    did = asked.query.get("did", "")
    if did == "saved":
        return Toast("added", f"Saved in {case.path}")
    if did == "merged":
        return Toast("added", f"Saved in {case.path}, beside what somebody else changed meanwhile")
    if did == "unchanged":
        return Toast("same", "Nothing was changed, so nothing was written")
    if did == "retired" and case.retired:
        return Toast("same", f"{case.name} is retired: {case.retired}")
    return None
