"""The gate's kept word on a version, read with today's promises, cases and signatures beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case
from alongside.release.gate import Item, sign_off
from alongside.release.held import Since, held_against, since, wanted
from alongside.store import signatures

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Held", "held_today", "signed_today"]

_UNHELD = "nobody has held this version against it"


@dataclass(frozen=True, slots=True)
class Held:
    """The verdict as JSON, with a line for each promise of today, and what came since.

    A line that is new or changed since is unproven; one that is promised no more is left out; a sign-off stands as it
    is signed today. `had_passed` is the gate's word at that time; `passed` is the gate's word where nothing came since, and never a yes where something did.
    """

    verdict: Mapping[str, Any]
    since: Since
    had_passed: bool

    @property
    def is_current(self) -> bool:
        """Whether it was held against what is promised, and the cases that there are, today."""
        return not self.since.words


def held_today(bench: "Workbench", kept: Mapping[str, Any], cases: Iterable[Case]) -> Held:
    """Return a kept verdict (see `remembered.kept_verdict`) beside what is promised today and these cases."""
    then = kept.get("held")
    now = held_against(bench.engagement, cases)
    came = since(then, now)
    items = {item["name"]: item for item in kept["items"] if item["name"] not in came.dropped}
    for name in (*came.new, *came.changed):
        facts = now["lines"][name]
        before = f", before {wanted(name, then['lines'][name])}" if then and name in came.changed else ""
        told = f"{'now' if before else 'new,'} it wants {wanted(name, facts)}{before}; {_UNHELD}"
        items[name] = asdict(Item(name, "unproven", told, facts["owner"]))
    items |= {name: asdict(item) for name, item in _sign_offs(bench, kept["version"]).items()}
    shown = tuple(items.values())
    passed = not came.words and all(item["status"] == "met" for item in shown)
    return Held({**kept, "items": shown, "passed": passed}, came, had_passed=kept["passed"])


def signed_today(bench: "Workbench", kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a verdict (as JSON) with its sign-offs as they stand now: somebody may have signed since, in whatever process."""
    now = _sign_offs(bench, kept["version"])
    items = [asdict(now[item["name"]]) if item["name"] in now else item for item in kept["items"]]
    return {**kept, "items": items, "passed": all(item["status"] == "met" for item in items)}


def _sign_offs(bench: "Workbench", version: str) -> dict[str, Item]:
    """Return how each promise to sign stands today for a version, by its name."""
    signed = signatures.signed(bench.database, version)
    return {
        one.name: sign_off(bench.engagement, one, signed.get(one.name, ()))
        for one in bench.engagement.done
        if one.measure == "sign-off"
    }
