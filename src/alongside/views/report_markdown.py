"""The report as Markdown, for a mail or a wiki."""

from collections.abc import Iterable, Iterator

from alongside.core.counting import percent
from alongside.views.figures import day, day_and_time, dollars
from alongside.views.screens.proof import CheckShown, ShareShown
from alongside.views.screens.reported import Report

__all__ = ["report_markdown"]

_SIGNS = {"met": "x", "unmet": " ", "unproven": " "}


def report_markdown(b: Report) -> str:
    """Return the report; pictures are left out."""
    return "\n".join(_lines(b)) + "\n"


def _lines(b: Report) -> Iterator[str]:
    yield from (f"# {_text(b.customer)}: where we stand", "", _text(b.lead), "")
    yield from ("## What was promised, and how it stands", "")
    if not b.is_promised:
        yield from ("Nothing has been promised yet.", "")
    if b.since and b.live:
        yield f"As the gate said it of {b.live.name}. Since then, {b.since}; nobody has held {b.live.name} against that: `alongside gate`."
        yield ""
    yield from _checks(one for one in b.checks if one.promised)
    if b.is_promised and b.checks:
        yield from ("", "What every version is asked, promised or not:", "")
    yield from _checks(one for one in b.checks if not one.promised)
    if b.is_promised and not b.checks:
        yield "Nothing was held against the definition of done."
    yield from _quality(b)
    yield from _faults(b)
    yield from (
        "",
        "## What was answered",
        "",
        f"- {b.answered:,} answers given, {b.judged:,} of them judged by people",
    )
    if b.unanswered:
        asked = b.answered + b.unanswered
        yield f"- {b.unanswered:,} of {asked:,} runs ({percent(b.unanswered / asked)}) gave no answer"
    yield from ("", "## What it cost", "", f"{b.spent} in all.", "")
    yield from (
        f"- {one.runs:,} runs {one.what}: {dollars(one.cost)}"
        + (f", {one.unpriced:,} unpriced" if one.unpriced and one.cost is not None else "")
        + (f", {one.open:,} not ended" if one.open else "")
        for one in b.costs
    )
    yield from _decisions(b)
    yield from ("", "## What was not checked", "")
    yield from (f"- {_text(one)}" for one in b.not_checked or ("Nothing that the record knows of.",))
    yield from ("", f"Made from the record as of {day_and_time(b.at)}, digest `{b.record}`.")


def _checks(lines: Iterable[CheckShown]) -> Iterator[str]:
    yield from (
        f"- [{_SIGNS[one.status]}] {_text(one.name)}: {one.words}. {_text(one.evidence)}" for one in lines
    )


def _quality(b: Report) -> Iterator[str]:
    yield from ("", "## How well it reads", "")
    yield from () if b.stages else ("No version has been held against a case that counts.",)
    for stage in b.stages:
        yield f"- {stage.name}, {day(stage.at)}: {_share(stage.right)}"
    if b.fields:
        against = f" | against {b.before}" if b.before else ""
        yield from (
            "",
            f"| field | right | 95 % interval{against} |",
            "|---|---|---|" + ("---|" if against else ""),
        )
    for row in b.fields:
        told = f" {row.words} |" if b.before else ""
        yield f"| {_text(row.label)} | {row.now.right} of {row.now.of} | {percent(row.now.low)} to {percent(row.now.high)} |{told}"


def _faults(b: Report) -> Iterator[str]:
    yield from ("", "## What was wrong and is right now", "")
    for one in b.mended:
        yield (
            f"- {_text(one.name)}: {one.field} said “{_text(one.said)}”, should say “{_text(one.should)}”"
            f" ({_text(one.by)}, {day(one.at)}); right since {one.since}"
        )
    yield from () if b.mended else ("Nothing yet.",)
    yield from (f"- and {b.mended_more} more",) if b.mended_more else ()
    yield from ("", "## What is still wrong", "")
    yield from (f"- {_text(one.name)}: {_text(one.reason)}" for one in b.failing)
    yield from (
        ()
        if b.failing
        else ("No case that was replayed." if b.fields else "Nobody knows: no case was replayed.",)
    )
    yield from (f"- and {b.failing_more} more",) if b.failing_more else ()


def _decisions(b: Report) -> Iterator[str]:
    yield from ("", "## Who decided what", "")
    for one in b.decisions:
        why = f": {_text(one.why)}" if one.why else ""
        yield f"- {day_and_time(one.at)}, {_text(one.by) or 'nobody named'}: {one.version} {_text(one.what)}{why}"


def _share(one: ShareShown) -> str:
    return f"{one.right} of {one.of} wholly right, between {percent(one.low)} and {percent(one.high)}"


def _text(text: str) -> str:
    """Return somebody's words on one line, with what Markdown and HTML would read as markup escaped."""
    line = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        line = line.replace(sign, f"\\{sign}")
    return line
