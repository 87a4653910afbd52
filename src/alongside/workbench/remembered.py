"""What is known of versions without running anything: remembered verdicts, and the gate's kept ones."""

import json
from collections.abc import Iterable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case
from alongside.evals.comparison import Comparison, Result, compare, passing
from alongside.evals.verdict_keys import case_facts, verdict_key
from alongside.store import verdicts

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["cases_by_key", "kept_verdict", "recorded", "remembered", "remembered_results"]


def remembered(
    bench: "Workbench", cases: Mapping[str, Case], *, candidate: str, against: str = ""
) -> Comparison:
    """Return the comparison of two versions on the cases (by verdict key) that each is remembered to have judged."""
    now = remembered_results(bench, cases, candidate)
    before = remembered_results(bench, cases, against) if against else {}
    return compare(candidate, against, now, before, seconds=0.0)


def remembered_results(bench: "Workbench", cases: Mapping[str, Case], version: str) -> dict[str, Result]:
    """Return a version's results by case id; a case that it didn't judge as it stands now is missing."""
    known = verdicts.of_version(bench.database, version)
    return {
        case.id: passing(case, _draws(known, key), remembered=True)
        for key, case in cases.items()
        if key in known
    }


def recorded(bench: "Workbench", cases: Iterable[Case], version: str) -> dict[str, Result]:
    """Return a version's last results by case id as the record has them, whatever is installed here.

    A case that it never judged as it stands now is missing.
    """
    from alongside.engine.order import Outcome

    known = verdicts.last_of_version(bench.database, version) if version else {}
    return {
        case.id: passing(case, tuple(map(Outcome.from_json, known[facts])), remembered=True)
        for case in cases
        if (facts := case_facts(case)) in known
    }


def kept_verdict(bench: "Workbench", version: str) -> dict[str, Any] | None:
    """Return the gate's last verdict on a version as JSON, None where it has none or the file can't be read."""
    path = bench.state / "verdicts" / f"{version[:12]}.json"
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and told.get("version") == version else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


def cases_by_key(bench: "Workbench") -> dict[str, Case]:
    """Return the cases that aren't retired by what their verdict depends on."""
    return {verdict_key(case): case for case in bench.active_cases()}


def _draws(known: Mapping[str, Mapping[str, Any]], key: str) -> tuple[Any, ...]:
    from alongside.engine.order import Outcome

    keys = [key]
    for draw in count(1):
        if f"{key}/{draw}" not in known:
            break
        keys.append(f"{key}/{draw}")
    return tuple(Outcome.from_json(dict(known[one])) for one in keys)
