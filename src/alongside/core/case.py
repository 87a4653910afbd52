"""A case: frozen inputs and what must hold; a check and its verdict."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from alongside.core.digest import digest_parts, short
from alongside.core.expected import holds_parts, is_below, settled

__all__ = ["NOT_AGAIN", "Case", "CheckSpec", "Split", "Verdict", "case_id", "expecting", "names_apart"]

NOT_AGAIN = "not"
"""The check that holds that a value which was called wrong isn't said again."""

Split = Literal["train", "held-out"]


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A named check on one field of the answer (`""`: the whole answer) with its options."""

    check: str
    field: str = ""
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Frozen inputs and what must hold.

    `inputs` and `expected` are plain JSON values by parameter and by field; a file stands as
    `{"file": digest, "name": …, "media_type": …}`. A field that is missing from `expected` was not judged: it is
    unknown, not right. `run` is the run the case came from, whose tape answers its reads and external effects.
    """

    id: str
    name: str
    workflow: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    checks: tuple[CheckSpec, ...] = ()
    split: Split = "train"
    group: str = ""
    must_pass: bool = False
    rate: float = 1.0
    run: str = ""
    note: str = ""
    retired: str = ""

    @property
    def is_stated(self) -> bool:
        """Whether it states what is right of anything: more than that it runs, and what mustn't be said again.

        Only such a case counts in shares of what is right.
        """
        return bool(self.expected) or any(spec.check != NOT_AGAIN for spec in self.checks)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check said. `field` is empty where the check looks at the whole answer."""

    check: str
    field: str
    passed: bool
    reason: str


def expecting(case: Case, expected: Mapping[str, Any]) -> Case:
    """Return the case with this `expected`: what is new in it goes before what was expected of its parts, or into the whole.

    What mustn't be said again of a field goes once its right value is stated. Raises UsageError `no-such-place`.
    """
    new = {place: value for place, value in expected.items() if (place, value) not in case.expected.items()}
    whole = settled({place: value for place, value in expected.items() if place not in new}, new)
    known = {place for place in new if holds_parts(new[place])}
    checks = tuple(
        spec
        for spec in case.checks
        if spec.check != NOT_AGAIN
        or not (spec.field in new or any(is_below(spec.field, place) for place in known))
    )
    return replace(
        case, expected={place: whole[place] for place in expected if place in whole}, checks=checks
    )


def case_id(workflow: str, inputs: Mapping[str, Any]) -> str:
    """Return the case's id: 12 digits of the digest of its workflow and inputs, whatever the order of their keys."""
    frozen = json.dumps(inputs, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return short(digest_parts("case", workflow, frozen))


def names_apart(cases: Iterable[Case]) -> dict[str, str]:
    """Return what people call each case, by id: its name, and its workflow beside it where a case of another has that name."""
    named = list(cases)
    asked: dict[str, set[str]] = {}
    for case in named:
        asked.setdefault(case.name, set()).add(case.workflow)
    return {
        case.id: f"{case.name} ({case.workflow})" if len(asked[case.name]) > 1 else case.name
        for case in named
    }
