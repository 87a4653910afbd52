"""What a verdict was held against, and what of it is another today: a yes stands for those promises and cases alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alongside.core.case import Case
from alongside.core.counting import counted, dollars, percent
from alongside.core.engagement import Engagement
from alongside.evals.verdict_keys import gate_facts

__all__ = ["COST_LINE", "SECONDS_LINE", "Since", "held_against", "since", "wanted"]

COST_LINE, SECONDS_LINE = "cost of a run", "seconds of a run"


@dataclass(frozen=True, slots=True)
class Since:
    """What came between a verdict and today: lines of the definition of done by name, and numbers of cases.

    `unknown`: the verdict doesn't say what it was held against.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    new_cases: int = 0
    changed_cases: int = 0
    gone_cases: int = 0
    unknown: bool = False

    @property
    def cases(self) -> int:
        """Cases that the verdict hasn't seen as they stand."""
        return self.new_cases + self.changed_cases

    @property
    def words(self) -> str:
        """Return `2 promises are new; 1 case is changed`; empty where nothing is another."""
        if self.unknown:
            return "what it was held against then isn't on record"
        told = (
            (len(self.new), "promise", "new"),
            (len(self.changed), "promise", "changed"),
            (len(self.dropped), "promise", "promised no more"),
            (self.new_cases, "case", "new"),
            (self.changed_cases, "case", "changed"),
            (self.gone_cases, "case", "gone"),
        )
        return "; ".join(
            f"{counted(n, noun)} {'is' if n == 1 else 'are'} {what}" for n, noun, what in told if n
        )


def held_against(engagement: Engagement, cases: Iterable[Case]) -> dict[str, Any]:
    """Return what the gate holds a version against, as JSON: `{"lines": {name: facts}, "cases": {id: digest}}`."""
    limits = engagement.limits
    lines: dict[str, Any] = {
        name: {"measure": "limit", "at_least": None, "at_most": most, "owner": ""}
        for name, most in ((COST_LINE, limits.cost_per_run), (SECONDS_LINE, limits.seconds_per_run))
        if most is not None
    }
    for one in engagement.done:
        lines[one.name] = {
            "measure": one.measure,
            "at_least": one.at_least,
            "at_most": one.at_most,
            "owner": one.owner,
            **({"workflow": one.workflow} if one.workflow else {}),
        }
    return {"lines": lines, "cases": {case.id: gate_facts(case) for case in cases}}


def since(then: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Since:
    """Return what differs between two of those; `then` is None where it wasn't written down."""
    if not then:
        return Since(unknown=True)
    lines, cases = then["lines"], then["cases"]
    return Since(
        new=tuple(name for name in now["lines"] if name not in lines),
        changed=tuple(name for name, facts in now["lines"].items() if lines.get(name, facts) != facts),
        dropped=tuple(name for name in lines if name not in now["lines"]),
        new_cases=sum(case not in cases for case in now["cases"]),
        changed_cases=sum(cases.get(case, facts) != facts for case, facts in now["cases"].items()),
        gone_cases=sum(case not in now["cases"] for case in cases),
    )


def wanted(name: str, facts: Mapping[str, Any]) -> str:
    """Return what a line wants in words: `the whole answer right in at least 90 % of cases`."""
    if facts["measure"] == "sign-off":
        return f"a signature of {facts['owner']}" if facts["owner"] else "a signature"
    if facts["measure"] in {"limit", "cost", "latency"}:
        return _at_most(name, facts["measure"], facts["at_most"])
    kind, _, part = str(facts["measure"]).partition(":")
    what = {"field": part.replace("_", " "), "check": f"the check {part}"}.get(kind, "the whole answer")
    share = "all" if facts["at_least"] is None else f"at least {percent(facts['at_least'])} of"
    return f"{what} right in {share} cases{f' of {of}' if (of := facts.get('workflow')) else ''}"


def _at_most(name: str, measure: str, most: float | None) -> str:
    if most is None:
        return "no limit"
    if measure == "latency":
        return f"95 % of runs in at most {most:g} s"
    return f"at most {dollars(most) if name == COST_LINE or measure == 'cost' else f'{most:g} s'} a run"
