"""The status as a page: no script, one stylesheet, from the same view-model as its JSON."""

from datetime import UTC, datetime

from alongside.core.digest import short
from alongside.core.errors import AlongsideError
from alongside.views.markup import Markup, element, page
from alongside.views.status import CaseCounts, Command, RecentRun, Status

__all__ = ["error_page", "status_page"]

_MARKS = {
    "done": ("good", "•"),
    "failed": ("bad", "■"),
    "running": ("warn", "◐"),
    "interrupted": ("warn", "◆"),
    "not-run": ("faint", "○"),
}
_KINDS = {
    "ship": "shipped through the gate",
    "override": "shipped past the gate",
    "rollback": "rolled back to",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def status_page(shown: Status) -> str:
    """Return the page."""
    return page(
        f"{shown.customer} · Alongside",
        element("header", element("p", "Alongside", class_="brand"), element("h1", shown.customer)),
        element(
            "main",
            _section("Live", _live(shown)),
            _section("Recent runs", _runs(shown)),
            _section("Cases", _cases(shown.cases)),
            _section("Next", _commands(shown.commands)),
        ),
        element(
            "footer",
            element("p", "As of ", _time(shown.at), " · ", _link("/status.json", "the same as JSON")),
        ),
    )


def error_page(error: AlongsideError) -> str:
    """Return a page that says what is wrong and how to mend it."""
    return page(
        "Alongside",
        element("header", element("p", "Alongside", class_="brand"), element("h1", "Not open")),
        element(
            "main",
            element("p", element("code", f"error[{error.code}]"), f" {error.message}"),
            element("p", "fix: ", error.fix),
        ),
    )


def _section(title: str, *body: Markup) -> Markup:
    return element("section", element("h2", title), *body)


def _live(shown: Status) -> Markup:
    live = shown.live
    if live is None:
        return element("p", "Nothing is live yet. Requests are answered once a version is shipped.")
    facts = [("version", element("code", short(live.version)))]
    facts.append(("since", element("span", _time(live.at), f", {_ago(shown.at - live.at)}")))
    facts.append(("how", element("span", _KINDS.get(live.kind, live.kind))))
    facts.append(("by", element("span", live.by or "nobody gave a name")))
    if live.reason:
        facts.append(("reason", element("span", f"“{live.reason}”")))
    if live.previous:
        facts.append(("before", element("code", short(live.previous))))
    return element("dl", *((element("dt", name), element("dd", fact)) for name, fact in facts))


def _runs(shown: Status) -> Markup:
    if not shown.recent:
        return element("p", "None yet.")
    return element("ol", *(_run(run, shown.at) for run in shown.recent), class_="runs")


def _run(run: RecentRun, now: float) -> Markup:
    """One run: what is well stays quiet, what is wrong has its colour, its shape and its word."""
    colour, mark = _MARKS.get(run.status, ("faint", "○"))
    said = "wrong" if "wrong" in run.words else ", ".join(dict.fromkeys(run.words)) or "not judged"
    lines = [
        element("span", mark, class_=f"mark {colour}", aria_hidden="true"),
        element("span", run.workflow, class_="what"),
        element("span", run.status, class_="faint" if run.status == "done" else colour),
        element("span", _ago(now - run.started), class_="when"),
        element(
            "span",
            element("span", said, class_="bad" if said == "wrong" else "faint"),
            " · ",
            element("code", run.id),
            " by ",
            element("code", short(run.version)),
            class_="sub",
        ),
    ]
    error = [element("span", run.error.partition("\n")[0], class_="sub bad")] if run.error else []
    return element("li", *lines, *error)


def _cases(cases: CaseCounts) -> Markup:
    if not cases.total and not cases.unreadable:
        return element("p", "None yet. A judged run becomes one.")
    shown = f"{cases.total} in all: {cases.train} to learn from, {cases.held_out} held out to measure"
    warning = f"; {cases.unreadable} files are not readable as cases" if cases.unreadable else ""
    return element("p", shown, element("span", warning, class_="bad"))


def _commands(commands: tuple[Command, ...]) -> Markup:
    rows = [(element("dt", element("code", one.command)), element("dd", one.purpose)) for one in commands]
    return element("dl", *rows, class_="commands")


def _link(target: str, text: str) -> Markup:
    return element("a", text, href=target)


def _time(at: float) -> Markup:
    moment = datetime.fromtimestamp(at, UTC)
    return element("time", f"{moment:%Y-%m-%d %H:%M} UTC", datetime=moment.isoformat(timespec="seconds"))


def _ago(seconds: float) -> str:
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return f"{max(0, int(seconds))} s ago"
