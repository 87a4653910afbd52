"""What *Find or do* knows beside the page itself: acts by what a role may do, runs and cases by name or id."""

from collections.abc import Iterator
from dataclasses import dataclass

from alongside.core.case import Case
from alongside.core.engagement import Role
from alongside.store.run_list import RunFilter
from alongside.views.screens.names import run_title
from alongside.views.screens.page import Asked
from alongside.views.screens.runs import searched
from alongside.workbench import Workbench

__all__ = ["Found", "found"]

_FEW = 5
_SECONDS = 0.05
_WORDS = {"": "not judged", "none": "not judged", "right": "right", "wrong": "wrong", "unsure": "can't tell"}

_ACTS: tuple[tuple[str, str, Role], ...] = (
    ("Judge what waits", "/", "reviewer"),
    ("Judge every answer that nobody judged", "/runs?word=none", "reviewer"),
    ("Fix: edit a prompt, a workflow or a parameter", "/fix", "reviewer"),
    ("Prove a change on every case", "/fix", "reviewer"),
    ("Edit or retire a case", "/cases", "reviewer"),
    ("Send a review link, end one", "/links", "engineer"),
    ("Ship a version", "/releases", "engineer"),
    ("Roll back", "/releases", "engineer"),
    ("Write the report", "/report", "viewer"),
    ("Invite people, end their links", "/people", "admin"),
    ("Open the page for users", "/app", "viewer"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """Something to go to; `kind` is act, run or case, `about` says how it stands and its id."""

    kind: str
    text: str
    href: str
    about: str = ""


def found(bench: Workbench, asked: Asked) -> list[Found]:
    """Return what the query's `q` names, acts first; without a text the acts alone."""
    like = asked.query.get("q", "").strip()
    acts = [Found("act", text, href) for text, href, role in _ACTS if role in asked.may]
    if not like:
        return acts
    fitting = [one for one in acts if like.casefold() in one.text.casefold()]
    return [*fitting, *_cases(bench, like.casefold()), *_runs(bench, like)]


def _runs(bench: Workbench, like: str) -> Iterator[Found]:
    hits = searched(bench, RunFilter(), like, limit=_FEW, seconds=_SECONDS).found
    for one in hits:
        run = one.run
        told = _WORDS[one.word] if run.status == "done" else run.status
        yield Found("run", run_title(run, bench.value), f"/runs/{run.id}", f"{told} · {run.id}")


def _cases(bench: Workbench, like: str) -> list[Found]:
    hits = (one for one in bench.cases().cases if like in one.name.casefold() or one.id.startswith(like))
    return [Found("case", one.name, f"/cases/{one.id}", f"{_standing(one)} · {one.id}") for one in hits][
        :_FEW
    ]


def _standing(case: Case) -> str:
    return "retired" if case.retired else "must pass" if case.must_pass else case.split
