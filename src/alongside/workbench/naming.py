"""A workflow by its name, as somebody typed it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from alongside.core.errors import DataError, UsageError
from alongside.core.nearest import nearest
from alongside.core.release import Version
from alongside.store import runs

if TYPE_CHECKING:
    from alongside.workbench.opened import Opened

__all__ = ["check_promised", "check_workflow", "described"]


def described(bench: "Opened", version: Version, workflow: str) -> Mapping[str, Any]:
    """Return what a version says of a workflow. Raises UsageError `no-such-workflow`."""
    offered = bench.describe(version)
    if workflow not in offered:
        raise _unknown(workflow, offered)
    return offered[workflow]


def check_workflow(bench: "Opened", workflow: str) -> None:
    """Raise UsageError `no-such-workflow` where no case, no run and no file of the working tree knows the name.

    An empty name is all workflows. The working tree is only asked for a name that no record knows.
    """
    from alongside.store.case_files import load_cases

    known = {case.workflow for case in load_cases(bench.root).cases}
    if not workflow or workflow in known or runs.latest(bench.database, limit=1, workflow=workflow):
        return
    offered = bench.describe(bench.snapshot())
    if workflow not in offered:
        raise _unknown(workflow, known.union(offered))


def check_promised(bench: "Opened") -> None:
    """Raise DataError `no-such-workflow` where the definition of done counts on a workflow that there isn't."""
    for one in bench.engagement.done:
        try:
            check_workflow(bench, one.workflow)
        except UsageError as error:
            raise DataError(
                error.code,
                f"alongside.toml: {one.name!r} in [[done]]: {error.message}",
                fix=f"mend its workflow = {one.workflow!r}, or take it out; see `alongside workflow list`",
            ) from error


def _unknown(workflow: str, known: Iterable[str]) -> UsageError:
    near = nearest(workflow, known)
    return UsageError(
        "no-such-workflow",
        f"there is no workflow {workflow!r} here; {f'the nearest is {near!r}' if near else 'there is none'}",
        fix="see `alongside workflow list`"
        if near
        else "write one in workflows/, see `alongside init --help`",
    )
