"""Under which key a verdict is remembered: what it is about, and what judged it.

`<what the case is>.<what judges it>`, and `/1` for its second draw. What judges moves with an installation: another
parser re-runs the drivers. What the case is doesn't, so the record can be read whatever is installed.
"""

import functools
import json

from alongside.core.case import Case
from alongside.core.digest import digest_parts, short
from alongside.documents.version import parse_version
from alongside.engine.built_in_versions import built_in_versions

__all__ = ["case_facts", "gate_facts", "verdict_key"]

_JUDGE_VERSION = "9"


def verdict_key(case: Case) -> str:
    """Return what a verdict depends on beside the version: what the case is, and what judges and reads here."""
    return f"{case_facts(case)}.{_judged_by()}"


def case_facts(case: Case) -> str:
    """Return the digest of what a verdict is about: workflow, inputs, expectations, checks, tape, group, split."""
    checks = [[spec.check, spec.field, dict(spec.options or {})] for spec in case.checks]
    told = json.dumps([dict(case.inputs), dict(case.expected), checks], sort_keys=True, default=str)
    return digest_parts("case", case.workflow, told, case.run, case.group, case.split)


def gate_facts(case: Case) -> str:
    """Return the digest of what the gate depends on: the same, how often it must hold, and whether it must."""
    return short(digest_parts(case_facts(case), repr(case.rate), str(case.must_pass)))


@functools.cache
def _judged_by() -> str:
    """Return the versions of the judge, of the steps that come with Alongside, and of what they read documents with."""
    return short(digest_parts(_JUDGE_VERSION, built_in_versions(), parse_version()))
