"""The case that the engagement has of a run's inputs."""

from alongside.core.case import Case, case_id
from alongside.core.run import Run
from alongside.workbench.opened import Opened

__all__ = ["case_of"]


def case_of(bench: Opened, run: Run) -> Case | None:
    """Return the case of a run's workflow and inputs, retired or not."""
    from alongside.store.case_files import load_cases

    wanted = case_id(run.workflow, bench.plain_inputs(run))
    return next((case for case in load_cases(bench.root).cases if case.id == wanted), None)
