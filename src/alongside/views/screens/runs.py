"""The list of runs: filtered, newest first, a page at a time."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from alongside.core.counting import in_dollars
from alongside.core.run import Run
from alongside.store import run_list
from alongside.store.run_list import Listed, RunFilter, Searched, Word
from alongside.views.fields import fields_shown
from alongside.views.inputs import input_text
from alongside.views.screens.judged import toast_of
from alongside.views.screens.names import Named, run_title, version_names
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.workbench import Workbench

__all__ = [
    "Choice",
    "RunRow",
    "Runs",
    "filter_of",
    "filter_query",
    "neighbours",
    "next_in_filter",
    "run_row",
    "runs_screen",
    "searched",
]

_PAGE = 50
_MOST = 1000
_SEARCH_SECONDS, _BESIDE_SECONDS = 0.06, 0.02
_FEW, _SHORT = 4, 60
_WORDS: dict[Word, str] = {"none": "not judged", "wrong": "wrong", "unsure": "can't tell", "right": "right"}
_STATUSES = {"done": "answered", "failed": "failed", "running": "running", "interrupted": "interrupted"}
_MODES = {"serve": "asked of the live version", "new": "tried here", "replay": "replays of cases"}


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in a list. `word` is the gravest that stands on it; `cost` in dollars (None: unpriced); `answer` its first values."""

    id: str
    href: str
    title: str
    workflow: str
    version: str
    status: str
    word: Word
    started: float
    seconds: float
    cost: float | None
    error: str
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the list: where it leads, and whether it is taken."""

    text: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Runs:
    """`total` counts up to a thousand; `older` is the address of the next page, empty at the end.

    `search` is the text that inputs or ids must hold; `kept` is the rest of the query, for the form that searches.
    A search looks for a while: `looked_at` runs, back to `back_to` (seconds of the epoch, None: all that there are).
    """

    rows: tuple[RunRow, ...]
    total: int
    more_than: bool
    filters: tuple[tuple[str, tuple[Choice, ...]], ...]
    older: str
    query: str
    search: str
    kept: tuple[tuple[str, str], ...]
    looked_at: int
    back_to: float | None


def runs_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the runs that the query asks for: `workflow`, `status`, `mode`, `version`, `word`, `q`, `before`."""
    wanted, names = filter_of(bench, asked), version_names(bench)
    search = asked.query.get("q", "").strip()
    place = _place(asked.query.get("before", ""))
    query = filter_query(asked)
    if search:
        found = searched(bench, wanted, search, limit=_PAGE, before=place, seconds=_SEARCH_SECONDS)
        total, more_than = len(found.found), found.place is not None
    else:
        listed = run_list.page(bench.database, wanted, limit=_PAGE + 1, before=place)
        last = listed[_PAGE - 1].run if len(listed) > _PAGE else None
        found = Searched(listed[:_PAGE], (last.started, last.id) if last else None, 0)
        total = run_list.count(bench.database, wanted, most=_MOST + 1)
        more_than = total > _MOST
    going_on = [*query.items(), ("before", f"{found.place[0]!r}_{found.place[1]}")] if found.place else []
    body = Runs(
        tuple(run_row(bench, one, names, query) for one in found.found),
        min(total, _MOST),
        more_than,
        _filters(bench, asked, names),
        f"/runs?{urlencode(going_on)}" if going_on else "",
        urlencode(query),
        search,
        tuple((name, value) for name, value in query.items() if name != "q"),
        found.seen,
        found.place[0] if search and found.place and len(found.found) < _PAGE else None,
    )
    crumbs = (Crumb(bench.engagement.customer, "/"),)
    return Page("Runs", _command(asked, wanted), body, crumbs, toast_of(bench, asked))


def filter_of(bench: Workbench, asked: Asked) -> RunFilter:
    """Return the filter that a query states; what it states wrongly filters nothing."""
    query = asked.query
    word = query.get("word", "")
    version = version_names(bench).find(query.get("version", ""))
    return RunFilter(
        query.get("workflow", ""),
        _known(query.get("status", ""), _STATUSES),
        _known(query.get("mode", ""), _MODES),
        version,
        word if word in _WORDS else "",
    )


def _known(text: str, of: Iterable[str]) -> str:
    return text if text in set(of) else ""


def searched(
    bench: Workbench,
    wanted: RunFilter,
    text: str,
    *,
    limit: int,
    before: tuple[float, str] | None = None,
    newer: bool = False,
    seconds: float | None = None,
) -> Searched:
    """Return those runs of a filter whose inputs, as people see them, or whose id hold the text (see `run_list.search`)."""
    like = text.casefold()

    def fits(run: Run) -> bool:
        shown = (input_text(bench.value(kept)) for kept in run.inputs.values())
        return like in run.id.casefold() or any(like in one.casefold() for one in shown)

    return run_list.search(
        bench.database, wanted, text, limit=limit, fits=fits, before=before, newer=newer, seconds=seconds
    )


def neighbours(bench: Workbench, run: Run, asked: Asked) -> tuple[str, str]:
    """Return the ids of the runs beside one in the set that the query filters, empty at its ends."""
    wanted, text = filter_of(bench, asked), asked.query.get("q", "").strip()
    if not text:
        return run_list.neighbours(bench.database, run, wanted)
    place = (run.started, run.id)
    newer, older = (
        searched(bench, wanted, text, limit=1, before=place, newer=way, seconds=_BESIDE_SECONDS).found
        for way in (True, False)
    )
    return newer[0].run.id if newer else "", older[0].run.id if older else ""


def next_in_filter(bench: Workbench, run: Run, asked: Asked) -> str:
    """Return the next older run of the filtered set, else the newest of it; empty where no other is left."""
    _, older = neighbours(bench, run, asked)
    if older:
        return older
    newest = run_list.page(bench.database, filter_of(bench, asked), limit=2)
    return next((one.run.id for one in newest if one.run.id != run.id), "")


def filter_query(asked: Asked) -> dict[str, str]:
    """Return the part of a query that filters runs."""
    names = ("workflow", "status", "mode", "version", "word", "q")
    return {name: asked.query[name] for name in names if asked.query.get(name)}


def run_row(bench: Workbench, listed: Listed, names: Named, query: dict[str, str]) -> RunRow:
    """Return a run as a row that leads to its screen, within the filtered set."""
    run = listed.run
    href = f"/runs/{run.id}" + (f"?{urlencode(query)}" if query else "")
    return RunRow(
        run.id,
        href,
        run_title(run, bench.value),
        run.workflow,
        names.of(run.version),
        run.status,
        listed.word,
        run.started,
        run.seconds,
        in_dollars(run.cost),
        run.error.partition("\n")[0],
        _answer(bench, run),
    )


def _answer(bench: Workbench, run: Run) -> tuple[str, ...]:
    """Return the answer's first values."""
    fields = fields_shown(bench.value(run.output)) if run.output else []
    return tuple(one.brief[:_SHORT] for one in fields[:_FEW])


def _filters(bench: Workbench, asked: Asked, names: Named) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    workflows = {*run_list.workflows(bench.database), asked.query.get("workflow", "")} - {""}
    released = list(names.released.values())[-4:][::-1]
    return (
        ("word", _choices(asked, "word", _WORDS.items())),
        ("status", _choices(asked, "status", _STATUSES.items())),
        ("mode", _choices(asked, "mode", _MODES.items())),
        ("workflow", _choices(asked, "workflow", ((name, name) for name in sorted(workflows)))),
        ("version", _choices(asked, "version", ((name, name) for name in released))),
    )


def _choices(asked: Asked, name: str, options: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    """A choice that is taken leads back to the list without it."""
    found: list[Choice] = []
    for value, text in options:
        chosen = asked.query.get(name) == value
        query = filter_query(asked) | {name: "" if chosen else value}
        kept = urlencode({key: one for key, one in query.items() if one})
        found.append(Choice(text, f"/runs?{kept}" if kept else "/runs", chosen))
    return tuple(found)


def _place(text: str) -> tuple[float, str] | None:
    started, _, run = text.partition("_")
    try:
        return (float(started), run) if run else None
    except ValueError:
        return None


def _command(asked: Asked, wanted: RunFilter) -> str:
    given = {name: getattr(wanted, name) for name in ("workflow", "status", "mode", "word")}
    given |= {"version": asked.query.get("version", ""), "search": asked.query.get("q", "").strip()}
    told = (f"--{name} {shlex.quote(value)}" for name, value in given.items() if value)
    return " ".join(["alongside runs list", *([] if wanted.mode else ["--no-replays"]), *told])
