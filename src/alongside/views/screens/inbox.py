"""The inbox: what needs somebody now, the most pressing first, and the selected one of it ready to be judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from alongside.core.case import Case, names_apart
from alongside.core.feedback import Feedback
from alongside.core.run import Run
from alongside.evals.comparison import Result
from alongside.evals.feedback import current
from alongside.store import feedback, run_list, runs
from alongside.store.run_list import RunFilter
from alongside.views.fields import brief_text, fields_shown
from alongside.views.screens.judged import toast_of
from alongside.views.screens.names import Named, place_label, run_title, version_names
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.views.screens.selected import (
    Selected,
    selected_again,
    selected_case,
    selected_gate,
    selected_run,
    unmet_in_words,
)
from alongside.views.screens.turning import LEFT
from alongside.workbench import Workbench
from alongside.workbench.attention import Known, known_failures, refusal, unshipped, wrong_without_case

__all__ = ["Group", "Inbox", "Item", "inbox_screen"]

_NEWEST, _SHOWN, _FEW = 50, 20, 6
_WORDS_A_DAY = 1000
_SHORT = 60
_FEW_FILES = 2
_LINE = "\n"
_OF_ALL = ("said", "stays", *LEFT)  # in the query: what was just done, whatever line is shown


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the inbox. `key` names it in the query's `at`; `at` is its time (None: it has none)."""

    key: str
    mark: str
    title: str
    sub: str
    at: float | None
    href: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind; `count` says how many there are (`at_least`: or more), `more` where the rest is listed."""

    name: str
    count: int
    items: tuple[Item, ...]
    more: str = ""
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Inbox:
    """`judged` counts the runs on which something was said today, in this machine's zone. `next` follows the selected line.

    `begun` says that anything has run at all.
    """

    groups: tuple[Group, ...]
    selected: Selected | None
    judged: int
    next: str
    begun: bool


def inbox_screen(bench: Workbench, asked: Asked) -> Page:
    """Return what needs somebody. The query: `at` (a line), `field`, `wrong`, `document`, `said`.

    A run that is in no line any more, because it was judged, is shown with its word.
    """
    names = version_names(bench)
    loaded = bench.cases()
    known, called = known_failures(bench, loaded.cases), names_apart(loaded.active())
    waiting = run_list.unjudged(bench.database, limit=_NEWEST)
    total = run_list.waiting(bench.database)
    wrong = wrong_without_case(bench, loaded.cases)
    today = _today(bench)
    groups = [
        replace(
            _group("To judge", _to_judge(bench, waiting, names), total.count, "/runs?word=none"),
            at_least=total.more,
        ),
        _group("Ended with an error", _failed(bench, names), None, "/runs?status=failed"),
        _group(
            "Wrong, and no case yet", [_wrong(bench, run) for run in wrong], len(wrong), "/runs?word=wrong"
        ),
        _group("The gate says no", _gate(bench, known, names, loaded.cases), None, "/releases"),
        _group(
            "Broken", [_failing(one, known, names, called, "broken") for one in known.broken], None, "/cases"
        ),
        _group(
            "Failing", [_failing(one, known, names, called, "wrong") for one in known.failing], None, "/cases"
        ),
    ]
    lines = [item for group in groups for item in group.items]
    at = asked.query.get("at", "")
    chosen = next((item for item in lines if item.key == at), None)
    judged = runs.get(bench.database, at) if chosen is None and at else None
    if chosen is None and judged is None:  # what the address says of one line is never done to another
        asked = replace(asked, query={name: asked.query[name] for name in _OF_ALL if name in asked.query})
        chosen = next(iter(lines), None)
    done = _group("Judged today", [_said(bench, word) for word in today[:_FEW]], len(today), "/runs")
    body = Inbox(
        tuple(_marked(group, chosen) for group in (*groups, done) if group.items),
        selected_again(bench, asked, judged)
        if judged
        else _selected(bench, asked, chosen, known, loaded.cases),
        len(today),
        _after(lines, chosen),
        bool(run_list.count(bench.database, RunFilter(), most=1)),
    )
    command = "alongside review" if waiting else "alongside runs list"
    return Page(
        "Inbox", command, body, (Crumb(bench.engagement.customer, "/"),), toast_of(bench, asked, inbox=True)
    )


def _group(name: str, items: Sequence[Item], count: int | None, more: str) -> Group:
    total = len(items) if count is None else count
    return Group(name, total, tuple(items[:_SHOWN]), more if total > min(len(items), _SHOWN) else "")


def _marked(group: Group, chosen: Item | None) -> Group:
    if chosen not in group.items:
        return group
    return replace(group, items=tuple(replace(one, selected=one is chosen) for one in group.items))


def _after(lines: Sequence[Item], chosen: Item | None) -> str:
    """Return the address of the line after the chosen one, of the one before it at the end."""
    if chosen is None or len(lines) == 1:
        return "/"
    at = lines.index(chosen)
    return (lines[at + 1] if at + 1 < len(lines) else lines[at - 1]).href


def _address(key: str) -> str:
    return f"/?{urlencode({'at': key})}#selected"


def _to_judge(bench: Workbench, waiting: Sequence[Run], names: Named) -> list[Item]:
    """Return the newest, the least sure of them first; who says nothing of certainty comes after."""
    found: list[tuple[float, Item]] = []
    for run in waiting:
        fields = fields_shown(bench.value(run.output)) if run.output else []
        doubt = min(
            (one for one in fields if one.confidence is not None),
            key=lambda one: one.confidence or 0.0,
            default=None,
        )
        shown = ", ".join(one.brief[:_SHORT] for one in fields[:3] if one is not doubt)
        sure = doubt.confidence or 0.0 if doubt else 1.0
        told = (
            f"{place_label(doubt.path)} {doubt.brief[:_SHORT]}, certainty {sure:.2f} · "
            if doubt
            else f"{shown} · "
            if shown
            else ""
        )
        line = f"{told}{run.workflow} {names.of(run.version)}"
        item = Item(run.id, "none", run_title(run, bench.value), line, run.started, _address(run.id))
        found.append((sure, item))
    return [item for _, item in sorted(found, key=lambda one: one[0])]


def _failed(bench: Workbench, names: Named) -> list[Item]:
    return [
        Item(
            run.id,
            "wrong",
            run_title(run, bench.value),
            f"{run.error.strip().partition(_LINE)[0]} · {run.workflow} {names.of(run.version)}",
            run.started,
            _address(run.id),
        )
        for run in run_list.unjudged(bench.database, limit=_SHOWN, status="failed")
    ]


def _wrong(bench: Workbench, run: Run) -> Item:
    words = [
        word
        for word in feedback.of_run(bench.database, run.id)
        if word.judgement == "wrong" and not word.undone
    ]
    word = words[-1]
    title = run_title(run, bench.value)
    said = f"“{word.note}” on {title}" if word.note else title
    return Item(run.id, "wrong", said, f"{word.by} · {_about(word)}", word.at, _address(run.id))


def _about(word: Feedback) -> str:
    should = f" should say {brief_text(word.expected)}" if word.has_expected else ""
    whole = "every field" if word.judgement == "right" else "the answer"
    return f"{place_label(word.field) if word.field else whole}{should}"


def _failing(result: Result, known: Known, names: Named, called: Mapping[str, str], mark: str) -> Item:
    case = result.case
    reasons = "; ".join(result.reasons).partition("\n")[0]
    on = known.on[case.id]
    where = names.of(on) if on in names.released else "the working tree"
    title = called[case.id]
    return Item(f"case:{case.id}", mark, title, f"{where} · {reasons}", None, _address(f"case:{case.id}"))


def _gate(bench: Workbench, known: Known, names: Named, cases: Sequence[Case]) -> list[Item]:
    said = refusal(bench, known.version) if known.version else None
    if said is None:
        return []
    unmet = [unmet_in_words(item) for item in said["items"] if item["status"] != "met"]
    name = names.of(known.version)
    is_live = known.version == names.live
    begins = f"{name} is live, and would not ship again" if is_live else f"{name} may not ship"
    title = f"{begins}: {'; '.join(unmet[:2])}{'; and more' if len(unmet) > 2 else ''}"  # noqa: PLR2004
    now = sum(not case.retired for case in cases)
    then = int(said["cases"])
    stale = f"Asked when there {'was' if then == 1 else 'were'} {then:,} {'case' if then == 1 else 'cases'}, now {now:,}: ask again. "
    line = "; ".join(item["evidence"] for item in said["items"] if item["status"] != "met")
    told = f"{stale if then != now else ''}{_change(bench, known.version)}{line}"
    return [Item("gate", "wrong", title, told, None, _address("gate"))]


def _change(bench: Workbench, version: str) -> str:
    """Return what of the working tree isn't shipped and who proved it, as a sentence; empty where `version` isn't there."""
    changed, by = unshipped(bench, version)
    more = f" and {len(changed) - _FEW_FILES} more" if len(changed) > _FEW_FILES else ""
    proven = f", proven by {by}" if by else ""
    return f"Not shipped: a change of {', '.join(changed[:_FEW_FILES])}{more}{proven}. " if changed else ""


def _today(bench: Workbench) -> list[Feedback]:
    """Return the last word on each run that was judged today, newest first."""
    now = datetime.fromtimestamp(bench.clock()).astimezone()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    said = feedback.since(bench.database, midnight, most=_WORDS_A_DAY)
    return list({word.run: word for word in reversed(said)}.values())[::-1]


def _said(bench: Workbench, last: Feedback) -> Item:
    """Return a run that was judged: by what is wrong with it, else by the last word on it."""
    run = bench.find_run(last.run)
    words = current(feedback.of_run(bench.database, run.id))
    word = next((one for one in reversed(words) if one.judgement == "wrong"), last)
    told = f" · “{word.note}”" if word.note else ""
    line = f"{word.by} · {_about(word)}{told}"
    return Item(run.id, word.judgement, run_title(run, bench.value), line, last.at, f"/runs/{run.id}")


def _selected(
    bench: Workbench, asked: Asked, chosen: Item | None, known: Known, cases: Sequence[Case]
) -> Selected | None:
    if chosen is None:
        return None
    if chosen.key == "gate":
        said, change = refusal(bench, known.version) or {}, _change(bench, known.version)
        return selected_gate(said, chosen.title, cases, change=change)
    if chosen.key.startswith("case:"):
        result: Any = next(
            one for one in (*known.broken, *known.failing) if f"case:{one.case.id}" == chosen.key
        )
        run = runs.get(bench.database, result.outcome.run)
        return selected_case(bench, asked, result, run, title=chosen.title)
    return selected_run(bench, asked, bench.find_run(chosen.key))
