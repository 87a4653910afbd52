"""Cases of one document under several names that expect different values: at most one of them can be right."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from alongside.core.case import Case
from alongside.evals.rows import file_digest

__all__ = ["Contradiction", "contradictions"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two cases of the same workflow and bytes, and the fields of which they expect different values."""

    first: Case
    second: Case
    fields: tuple[str, ...]


def contradictions(cases: Iterable[Case]) -> Iterator[Contradiction]:
    """Yield each pair, in the order of the cases. A file's name is part of a case's inputs, since a workflow can read it."""
    alike: dict[str, list[Case]] = {}
    for case in cases:
        if not case.retired:
            bare = {name: file_digest(value) or value for name, value in case.inputs.items()}
            alike.setdefault(json.dumps([case.workflow, bare], sort_keys=True), []).append(case)
    for group in alike.values():
        for first, second in combinations(group, 2):
            both = first.expected.keys() & second.expected.keys()
            fields = tuple(sorted(name for name in both if first.expected[name] != second.expected[name]))
            if fields:
                yield Contradiction(first, second, fields)
