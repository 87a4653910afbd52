"""The report as one record of plain values: what its page, its file, its Markdown and its JSON show."""

from dataclasses import dataclass

from alongside.views.screens.moves import Moved
from alongside.views.screens.proof import CheckShown, FieldProof, ShareShown

__all__ = ["Cost", "Decision", "Failing", "Mended", "Report", "Stage"]


@dataclass(frozen=True, slots=True)
class Stage:
    """How a released version stands on the cases of today."""

    name: str
    at: float
    right: ShareShown


@dataclass(frozen=True, slots=True)
class Mended:
    """What somebody called wrong and is right now; `snippet` is a PNG as data URI, empty where the page can't be drawn."""

    case: str
    name: str
    field: str
    said: str
    should: str
    by: str
    note: str
    at: float
    since: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Failing:
    """A case that is wrong on what is live."""

    case: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What the runs of a kind cost in dollars (None: none is priced); `unpriced` aren't in it, nor `open` ones, which haven't ended."""

    what: str
    runs: int
    cost: float | None
    unpriced: int
    open: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Who did what, when."""

    at: float
    by: str
    what: str
    version: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """The report. `record` digests all of it; `at` is the record's last event, in seconds of the epoch.

    `since` says what is promised or a case otherwise than when the live version was held against it; empty: nothing.
    `answer` is yes, met (what was promised, though most checked answers are wrong), not yet, or unknown; `lead` alone says the same in words. `is_promised`: there is a definition of
    done. `answered` are the runs that gave an answer and `unanswered` those that ended without one; the judged ones are
    answers.
    """

    customer: str
    record: str
    at: float
    answer: str
    lead: str
    live: Moved | None
    before: str
    checks: tuple[CheckShown, ...]
    met: int
    since: str
    fields: tuple[FieldProof, ...]
    floor: float
    stages: tuple[Stage, ...]
    stages_floor: float
    is_promised: bool
    answered: int
    unanswered: int
    judged: int
    judged_right: int
    judged_wrong: int
    mended: tuple[Mended, ...]
    mended_more: int
    failing: tuple[Failing, ...]
    failing_more: int
    costs: tuple[Cost, ...]
    spent: str
    limit: float | None
    decisions: tuple[Decision, ...]
    not_checked: tuple[str, ...]
