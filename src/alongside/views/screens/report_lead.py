"""The paragraph that alone says whether it is done, and no more than the record shows."""

from alongside.core.counting import percent
from alongside.views.figures import day
from alongside.views.screens.proof import CheckShown
from alongside.views.screens.reported import Report

__all__ = ["lead_of"]

_SHOWN = 3
_NO_CASES = "There are cases to prove it on"


def lead_of(made: Report, *, has_promises: bool, has_verdict: bool) -> tuple[str, str]:
    """Return whether it is done (yes, not yet, unknown), and the paragraph.

    It is never a yes where what is promised, or a case, is another than when the version was held against it.
    """
    if made.live is None:
        return "not yet", "Not yet: nothing is live."
    live = f"{made.live.name}, live since {day(made.live.at)},"
    if not has_verdict:
        return "unknown", f"Nobody can say: {live} was never held against the definition of done."
    total, missing = len(made.checks), [one for one in made.checks if one.status != "met"]
    met = f"{made.met} of {total} lines of the definition of done"
    if made.since:
        answer = "unknown"
        told = (
            f"Nobody can say: since {made.live.name} was held against the definition of done, {made.since}, and nobody"
            f" has held it against that (alongside gate does). As far as it was, {live} meets {met}."
        )
    elif missing:
        answer = "not yet"
        told = f"Not yet: {live} meets {met}. Open: {'; '.join(map(_open, missing[:_SHOWN]))}"
        told += f"; and {len(missing) - _SHOWN} more." if len(missing) > _SHOWN else "."
    elif not has_promises:
        answer = "unknown"
        told = f"Nobody can say: {live} breaks no limit, but no promise is written down."
    else:
        answer, told = "yes", f"Yes: {live} meets all {total} lines of the definition of done."
    return answer, " ".join(part for part in (told, _quality(made), _doubt(made)) if part)


def _open(line: CheckShown) -> str:
    if line.name == _NO_CASES:
        return "there is no case to prove it on"
    return f"{line.name[:1].lower()}{line.name[1:]} ({line.evidence})"


def _quality(made: Report) -> str:
    whole = next((one.now for one in made.fields if one.measure == "cases" and one.now.of), None)
    if whole is None:
        return ""
    return (
        f"Of {whole.of} checked answers that count, {whole.right} are wholly right:"
        f" with 95 % confidence between {percent(whole.low)} and {percent(whole.high)} of all are."
    )


def _doubt(made: Report) -> str:
    open_ones = len(made.failing) + made.failing_more
    wrong = f"{open_ones} {'case is' if open_ones == 1 else 'cases are'} still wrong" if open_ones else ""
    left = made.answered - made.judged
    unseen = f"nobody has judged {left:,} of {made.answered:,} answers" if left > 0 else ""
    told = ", and ".join(part for part in (wrong, unseen) if part)
    return f"{told[:1].upper()}{told[1:]}." if told else ""
