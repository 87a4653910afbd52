"""From a judged run to a case: inputs frozen, what must hold, where it counts."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from alongside.core.case import Case, Split, case_id
from alongside.core.errors import DataError
from alongside.core.run import Run
from alongside.core.split import document_group, normal_group, split_of

__all__ = ["VENDOR_FIELDS", "check_inputs_kept", "freeze", "group_of"]

VENDOR_FIELDS = ("company", "vendor", "supplier", "seller")


def check_inputs_kept(run: Run, inputs: Mapping[str, Any], takes: Mapping[str, Any]) -> None:
    """Raise DataError `inputs-not-kept` where a workflow takes inputs and its run has none: a case of it would be of nothing."""
    if takes and not inputs:
        raise DataError(
            "inputs-not-kept",
            f"{run.id} holds nothing of what {run.workflow} was given, so it can't be frozen as a case",
            fix=f"run it on its inputs again and judge that run; why this one kept none: `alongside runs show {run.id}`",
        )


def freeze(
    workflow: str,
    inputs: Mapping[str, Any],
    expected: Mapping[str, Any],
    *,
    run: str,
    name: str,
    group: str,
    held_out: float,
    split: Split | None = None,
    note: str = "",
    must_pass: bool = False,
) -> Case:
    """Return the case. Its group decides by hash whether it is held out, unless a person says so."""
    return Case(
        case_id(workflow, inputs),
        name,
        workflow,
        dict(inputs),
        dict(expected),
        split=split or split_of(group, share=held_out),
        group=group,
        must_pass=must_pass,
        run=run,
        note=note,
    )


def group_of(
    inputs: Mapping[str, Any], expected: Mapping[str, Any], answer: Any, learned: Sequence[Mapping[str, Any]]
) -> str:
    """Return what a case must not be split from: its vendor where an extractor groups by vendor, else its document.

    `answer` is plain JSON with each Value as the value alone.
    """
    for handle in learned:
        if handle["group"] == "vendor":
            names = [handle["vendor_field"]] if handle["vendor_field"] else VENDOR_FIELDS
            found = next((value for name in names if (value := _stated(name, expected, answer))), "")
            if found:
                return normal_group(found)
    return document_group(inputs) or case_id("", inputs)


def _stated(name: str, expected: Mapping[str, Any], answer: Any) -> str:
    if name in expected:
        return str(expected[name] or "")
    fields = cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}
    return str(fields.get(name) or "")
