"""The list of runs: filtered, newest first, a page at a time."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from alongside.core.run import Run
from alongside.store import run_list
from alongside.store.run_list import Listed, RunFilter, Word
from alongside.views.fields import fields_shown
from alongside.views.figures import in_dollars
from alongside.views.screens.names import Named, run_title, version_names
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.workbench import Workbench

__all__ = ["Choice", "RunRow", "Runs", "filter_of", "filter_query", "run_row", "runs_screen", "searched"]

_PAGE = 50
_MOST, _SEARCHED = 1000, 2000
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

    `search` is the text that names must hold; `kept` is the rest of the query, for the form that searches.
    """

    rows: tuple[RunRow, ...]
    total: int
    more_than: bool
    filters: tuple[tuple[str, tuple[Choice, ...]], ...]
    older: str
    query: str
    search: str
    kept: tuple[tuple[str, str], ...]


def runs_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the runs that the query asks for: `workflow`, `status`, `mode`, `version`, `word`, `q`, `before`."""
    wanted, names = filter_of(bench, asked), version_names(bench)
    search = asked.query.get("q", "").strip()
    place = _place(asked.query.get("before", ""))
    if search:
        found = searched(bench, wanted, search, before=place)
    else:
        found = run_list.page(bench.database, wanted, limit=_PAGE + 1, before=place)
    query = filter_query(asked)
    rows = tuple(run_row(bench, one, names, query) for one in found[:_PAGE])
    older = ""
    if len(found) > _PAGE:
        last = found[_PAGE - 1].run
        older = f"/runs?{urlencode([*query.items(), ('before', f'{last.started!r}_{last.id}')])}"
    total = len(found) if search else run_list.count(bench.database, wanted, most=_MOST + 1)
    body = Runs(
        rows,
        min(total, _MOST),
        total > _MOST,
        _filters(bench, asked, names),
        older,
        urlencode(query),
        search,
        tuple((name, value) for name, value in query.items() if name != "q"),
    )
    return Page("Runs", _command(wanted), body, (Crumb(bench.engagement.customer, "/"),))


def filter_of(bench: Workbench, asked: Asked) -> RunFilter:
    """Return the filter that a query states; what it states wrongly filters nothing."""
    query = asked.query
    word = query.get("word", "")
    version = version_names(bench).find(query.get("version", ""))
    return RunFilter(
        query.get("workflow", ""),
        query.get("status", ""),
        query.get("mode", ""),
        version,
        word if word in _WORDS else "",
    )


def searched(
    bench: Workbench, wanted: RunFilter, text: str, *, before: tuple[float, str] | None = None
) -> list[Listed]:
    """Return those of the newest two thousand runs of a filter whose name or id holds the text, newest first."""
    newest = run_list.page(bench.database, wanted, limit=_SEARCHED, before=before)
    like = text.casefold()
    return [one for one in newest if like in run_title(one.run, bench.value).casefold() or like in one.run.id]


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
    return tuple(one.text[:_SHORT] for one in fields[:_FEW])


def _filters(bench: Workbench, asked: Asked, names: Named) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    workflows = {case.workflow for case in bench.cases().cases} | {asked.query.get("workflow", "")} - {""}
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


def _command(wanted: RunFilter) -> str:
    given = {name: value for name, value in asdict(wanted).items() if value and name != "word"}
    if wanted.word == "none":
        return "alongside review"
    return " ".join(["alongside runs list", *(f"--{name} {value[:12]}" for name, value in given.items())])
