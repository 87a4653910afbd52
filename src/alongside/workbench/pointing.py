"""From a word on a run straight to its case: what somebody touched on the page is a case a moment later."""

from dataclasses import replace
from typing import TYPE_CHECKING

from alongside.core.case import Case, case_id
from alongside.core.errors import DataError
from alongside.core.release import Version
from alongside.core.run import Run
from alongside.store.case_files import edit_case
from alongside.store.editing import editing
from alongside.workbench.judging import standing_words

if TYPE_CHECKING:
    from alongside.engine.order import Outcome
    from alongside.workbench.loop import Workbench

__all__ = ["case_of", "drop_case", "keep_as_case", "run_again"]


def case_of(bench: "Workbench", run: Run) -> Case | None:
    """Return the case of a run's workflow and inputs, retired or not."""
    wanted = case_id(run.workflow, bench.plain_inputs(run))
    return next((case for case in bench.cases().cases if case.id == wanted), None)


def keep_as_case(bench: "Workbench", run: Run) -> tuple[Case, bool]:
    """Make the run a case, or put what was said since into the case that it has; return it and whether it is new.

    What the case expected of other fields stays; a retired case stays retired.
    """
    if case_of(bench, run) is None:
        try:
            return bench.add_case(run.id), True
        except DataError as error:  # somebody else was as quick: then there is one to put it into
            if error.code != "case-exists":
                raise
    with editing(bench.root):
        known = case_of(bench, run)
        assert known is not None
        _, expected = standing_words(bench, run)
        changed = replace(known, expected={**known.expected, **expected})
        if changed != known:
            edit_case(bench.cases().paths[known.id], changed)
        return changed, False


def drop_case(bench: "Workbench", run: Run) -> bool:
    """Take back a case that was made of this run and on which no word stands any more; False where it stays."""
    with editing(bench.root):
        known = case_of(bench, run)
        words, _ = standing_words(bench, run)
        if known is None or known.run != run.id or words:
            return False
        bench.cases().paths[known.id].unlink()
        return True


def run_again(bench: "Workbench", run: Run, version: Version) -> "Outcome":
    """Run a version on the inputs of a run. What the run read and called outside answers from its tape: nothing is sent twice."""
    inputs = bench.plain_inputs(run)
    return bench.submit(run.workflow, inputs, version=version, mode="replay", tape=run.id).result()
