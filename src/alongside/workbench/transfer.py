"""Cases from files into the engagement."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from alongside.core.errors import DataError
from alongside.evals.rows import RowReader
from alongside.evals.transfer import Imported, read_cases
from alongside.store.case_files import write_case

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["import_cases"]


def import_cases(bench: "Workbench", file: Path) -> Imported:
    """Write the good rows as case files and keep the documents they name; what was left out is in `errors`."""
    offered = bench.describe(bench.snapshot())
    reader = RowReader(
        keep=bench.add_file,
        has=bench.blobs.has,
        workflows=set(offered),
        takes={name: told["inputs"] for name, told in offered.items()},
        answers={name: told["fields"] for name, told in offered.items()},
        held_out=bench.engagement.held_out,
    )
    read = read_cases(file, reader=reader)
    errors, taken = list(read.errors), list(read.cases)
    for case in read.cases:
        try:
            write_case(bench.root, case)
        except DataError as error:
            errors.append(error)
            taken.remove(case)
    return replace(read, cases=tuple(taken), errors=tuple(errors))
