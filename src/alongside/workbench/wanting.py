"""What may stand on a page in the place of a run's field: of what kind it is, and which choices there are."""

from collections.abc import Mapping

from alongside.core.answer_types import choices_of
from alongside.core.errors import AlongsideError
from alongside.core.fields import FieldKind
from alongside.core.run import Run
from alongside.workbench.expecting import kind_held
from alongside.workbench.opened import Opened
from alongside.workbench.suggesting import Wanted

__all__ = ["wanted_at"]

_PRINTED: Mapping[str, FieldKind] = {"date": "date", "number": "amount", "integer": "integer"}
_UNPRINTED = {"flag", "list", "mapping", "record"}


def wanted_at(bench: Opened, run: Run, path: str, current: str) -> Wanted | None:
    """Return what to look for on a page in place of a field that says `current`; None where no single value is printed.

    A field that nobody can say the kind of holds text.
    """
    held = kind_held(bench, run, path)
    if held["kind"] in _UNPRINTED:
        return None
    choices = choices_of(held) if held["kind"] == "choice" else ()
    among = (*((label, value) for value, label in choices), *((value, value) for value, _ in choices))
    kind = _learned(bench, run).get(path.rpartition(".")[2]) or _PRINTED.get(held["kind"], "text")
    return Wanted(path, kind, current, timed="timed" in held, among=among)


def _learned(bench: Opened, run: Run) -> Mapping[str, FieldKind]:
    try:
        learned = bench.describe(bench.version(run.version))[run.workflow]["learned"]
    except (AlongsideError, KeyError):
        return {}
    return {field[0]: field[1] for one in learned for field in one["fields"]}
