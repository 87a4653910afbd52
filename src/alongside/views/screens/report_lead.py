"""The paragraph that alone says whether it is done, and no more than the record shows."""

from collections.abc import Sequence

from alongside.core.counting import counted, percent
from alongside.views.figures import day
from alongside.views.screens.proof import CheckShown, ShareShown
from alongside.views.screens.reported import Report
from alongside.workbench.holding import Held

__all__ = ["lead_of"]

_SHOWN = 3
_NO_CASES = "There are cases to prove it on"


def lead_of(made: Report, held: Held | None) -> tuple[str, str]:
    """Return whether it is done (yes, met, not yet, unknown), and the paragraph; `held` is the gate's word on what is live.

    It is never a yes where what is promised, or a case, is another than when the version was held against it, and only
    met where what was promised holds though most checked answers are wrong.
    """
    if made.live is None:
        return "not yet", "Not yet: nothing is live."
    live = f"{made.live.name}, live since {day(made.live.at)},"
    missing = [one for one in made.checks if one.status != "met"]
    quality = _quality(made)
    if not made.is_promised:
        answer = "unknown"
        told = f"Nothing has been promised yet, so nobody can say whether {live} is done.{_missing(missing)}"
    elif held is None:
        return "unknown", f"Nobody can say: {live} was never held against the definition of done."
    elif made.since:
        answer, told = "unknown", _tested(made.live.name, held)
    elif missing:
        answer, told = "not yet", f"Not yet: {live} meets {_met(made.checks)}.{_missing(missing)}"
    elif _mostly_wrong(made):
        answer, told, quality = "met", f"{live} meets {_met(made.checks)}, though only {_whole(made)}", ""
    else:
        answer, told = "yes", f"Yes: {live} meets {_met(made.checks)}."
    return answer, " ".join(part for part in (told, quality, _doubt(made)) if part)


def _met(lines: Sequence[CheckShown]) -> str:
    """Return how many lines hold: what people promised and what is always asked, apart."""
    promised = [one for one in lines if one.promised]
    always = [one for one in lines if not one.promised]
    told = (
        _of(promised, "promised line"),
        _of(always, "line that is always asked", "lines that are always asked"),
    )
    return " and ".join(part for part in told if part)


def _of(lines: Sequence[CheckShown], one: str, more: str = "") -> str:
    met, n = sum(line.status == "met" for line in lines), len(lines)
    if n == 1:
        return f"{'the' if met else 'not the'} one {one}"
    return f"{f'all {n}' if met == n else f'{met} of {n}'} {more or f'{one}s'}" if n else ""


def _tested(name: str, held: Held) -> str:
    """Return how it stood when it was last tested, and what it has not been tested on."""
    met = f"{name} {'met' if held.had_passed else 'did not meet'} what was promised when it was last tested"
    if held.since.unknown:
        return f"{met}, but {held.since.words}."
    what = "that" if held.since.new or held.since.changed or held.since.dropped else "them"
    came = " and ".join(held.since.words.rsplit("; ", 1)).replace("; ", ", ")
    one = held.since.cases + held.since.gone_cases == 1 and what == "them"
    return f"{met}. Since then {came}, and {name} has not been tested on {'it' if one else what}."


def _missing(lines: Sequence[CheckShown]) -> str:
    if not lines:
        return ""
    more = f"; and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f" Open: {'; '.join(map(_open, lines[:_SHOWN]))}{more}."


def _open(line: CheckShown) -> str:
    if line.name == _NO_CASES:
        return "there is no case to prove it on"
    return f"{line.name[:1].lower()}{line.name[1:]} ({line.evidence})"


def _mostly_wrong(made: Report) -> bool:
    share = _share(made)
    return share is not None and share.right * 2 < share.of


def _quality(made: Report) -> str:
    return told[:1].upper() + told[1:] if (told := _whole(made)) else ""


def _whole(made: Report) -> str:
    """Return how many answers are right; empty where none was checked that counts."""
    share = _share(made)
    if share is None:
        return ""
    return (
        f"{share.right} of {counted(share.of, 'checked answer')} that {'counts' if share.of == 1 else 'count'}"
        f" {'is' if share.right == 1 else 'are'} wholly right:"
        f" with 95 % confidence between {percent(share.low)} and {percent(share.high)} of all are."
    )


def _share(made: Report) -> ShareShown | None:
    return next((one.now for one in made.fields if one.measure == "cases" and one.now.of), None)


def _doubt(made: Report) -> str:
    open_ones = len(made.failing) + made.failing_more
    wrong = f"{open_ones} {'case is' if open_ones == 1 else 'cases are'} still wrong" if open_ones else ""
    left = made.answered - made.judged
    unseen = f"nobody has judged {left:,} of {made.answered:,} answers" if left > 0 else ""
    told = ", and ".join(part for part in (wrong, unseen) if part)
    return " ".join(
        part for part in (_unanswered(made), f"{told[:1].upper()}{told[1:]}." if told else "") if part
    )


def _unanswered(made: Report) -> str:
    if not made.unanswered:
        return ""
    asked = made.answered + made.unanswered
    return (
        f"{made.unanswered:,} of {counted(asked, 'run')} ({percent(made.unanswered / asked)}) gave no answer."
    )
