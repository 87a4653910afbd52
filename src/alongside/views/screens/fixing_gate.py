"""The gate beside a change: what was promised, how it stands, and whether this person may ship now."""

from dataclasses import dataclass

from alongside.core.case import names_apart
from alongside.core.release import Version
from alongside.release.gate import GateVerdict, Item
from alongside.views.screens.names import Named
from alongside.views.screens.page import Asked
from alongside.views.screens.proof import is_unsigned, waiting
from alongside.workbench import Workbench
from alongside.workbench.holding import signed_today
from alongside.workbench.proof import verdict_of
from alongside.workbench.proving import Proof

__all__ = ["GateLine", "GateShown", "gate_shown"]

_MARKS = {"met": "right", "unmet": "wrong", "unproven": "wait"}
_WORDS = {"met": "met", "unmet": "not met", "unproven": "not proven"}
_FEW = 4
_LEFT = (
    "Or leave it: what is live stays as it is, and the engineer's inbox shows this change under "
    "“The gate says no”, with what is missing and who proved it."
)
_NOWHERE, _SIGN = ("", ""), ("/releases#sign", "Sign it")


@dataclass(frozen=True, slots=True)
class GateLine:
    """One promise: a mark, its name, its evidence, whose it is, the cases to look at, and whether it waits to be signed."""

    mark: str
    name: str
    evidence: str
    owner: str = ""
    cases: tuple[str, ...] = ()
    unsigned: bool = False


@dataclass(frozen=True, slots=True)
class GateShown:
    """`ship` says what the button does; where it can't be pressed, `why` names the reason.

    `look` is where to mend it: the address (empty: nowhere) and what to do there.
    `leave` is set where the change was proven on every case and the rest, shipping or mending, takes an engineer.
    """

    lines: tuple[GateLine, ...]
    not_checked: tuple[str, ...]
    ship: str
    version: str
    may: bool
    why: str
    look: tuple[str, str]
    leave: bool


def gate_shown(
    bench: Workbench, proof: Proof | None, working: Version, names: Named, asked: Asked, *, stale: str
) -> GateShown:
    """Return the gate for the working tree; `stale` says what changed since the proof, empty: nothing did."""
    ship = f"Ship {names.released.get(working.id) or f'v{len(names.released) + 1}'}"
    proven = proof.verdict if proof and not proof.only else None
    verdict = verdict_of(signed_today(bench, proven.to_json())) if proven else None
    lines = tuple(_line(item, stale) for item in verdict.items) if verdict else _before(bench, proof)
    why, look = _why(proof, verdict, working, names, stale)
    leave = "engineer" not in asked.may and (not why or _is_refused(verdict, working, names, stale))
    if leave and why:
        why = f"{why} {_LEFT}"
    elif leave:
        why = "Shipping takes an engineer. This change stands in the working tree, proven; nothing is lost when you leave."
    return GateShown(
        lines,
        verdict.not_checked if verdict else (),
        ship,
        working.id,
        not why,
        why,
        look,
        leave,
    )


def _is_refused(verdict: GateVerdict | None, working: Version, names: Named, stale: str) -> bool:
    """Whether the gate said no to what is here now: then it is on record, and the inbox shows it to everybody."""
    if verdict is None or stale or working.id == names.live:
        return False
    return not verdict.passed


def _line(item: Item, stale: str) -> GateLine:
    """Return a promise as it stands; of what was proven of something else nothing stands."""
    mark, evidence, unsigned = _MARKS[item.status], _evidence(item), is_unsigned(item.evidence)
    if stale:
        mark, evidence = "none", f"{_WORDS[item.status]} before: {evidence}"
    return GateLine(
        mark, _sentence(item.name), evidence, "" if unsigned else item.owner, item.cases[:_FEW], unsigned
    )


def _evidence(item: Item) -> str:
    return waiting(item.evidence, item.owner) if is_unsigned(item.evidence) else item.evidence


def _before(bench: Workbench, proof: Proof | None) -> tuple[GateLine, ...]:
    """Return the lines that a proof of every case will fill."""
    names = ["must-pass cases", *(promise.name for promise in bench.engagement.done)]
    if proof is None or proof.only or proof.status != "running":
        return tuple(GateLine("none", _sentence(name), "not run yet") for name in ["nothing broken", *names])
    done = len(proof.now)
    broken = GateLine(
        "wrong" if proof.broken else "wait",
        "Nothing broken",
        f"{len(proof.broken)} of {done} so far",
        cases=proof.broken[:_FEW],
    )
    must = [result for result in list(proof.now.values()) if result.case.must_pass]
    failing = tuple(result.case.id for result in must if result.status != "passed")
    shown = f"{len(must) - len(failing)} of {len(must)} so far"
    held = GateLine("wrong" if failing else "wait", "Must-pass cases", shown, cases=failing[:_FEW])
    rest = (
        GateLine("wait", _sentence(name), f"{done} of {len(proof.cases)} cases so far") for name in names[1:]
    )
    return (broken, held, *rest)


def _why(  # noqa: PLR0911  one line a reason
    proof: Proof | None, verdict: GateVerdict | None, working: Version, names: Named, stale: str
) -> tuple[str, tuple[str, str]]:
    """Return why it can't ship, and where to mend it."""
    if working.id == names.live:
        return (
            f"The working tree is {names.of(working.id)}, which is live: there is nothing to ship.",
            _NOWHERE,
        )
    if proof is None or proof.only:
        return "Nothing is proven on every case yet: run the change on all of them first.", _NOWHERE
    if stale:
        return f"{stale} since this proof, so it says nothing of what is here now: prove again.", _NOWHERE
    if proof.broken:
        name = names_apart(proof.cases)[proof.broken[0]]
        return (
            f"Can't ship: {name} is broken. Change it again, and only what that touches re-runs.",
            _case(proof.broken[0]),
        )
    if proof.status == "running":
        return "The proof is under way.", _NOWHERE
    if verdict is None:
        return "The proof did not end: prove again, and it goes on from what it ran.", _NOWHERE
    unmet = next((item for item in verdict.items if item.status != "met"), None)
    if unmet is not None:
        look = _SIGN if is_unsigned(unmet.evidence) else _case(unmet.cases[0]) if unmet.cases else _NOWHERE
        return f"Can't ship: {unmet.name}: {_evidence(unmet)}.", look
    return "", _NOWHERE


def _case(case: str) -> tuple[str, str]:
    return f"/cases/{case}", "Open it"


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]
