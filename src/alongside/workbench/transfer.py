"""Cases from files into the engagement, and out of it with their documents beside the file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case
from alongside.core.errors import DataError
from alongside.evals.rows import RowReader, case_row, file_digest
from alongside.evals.transfer import Imported, format_of, read_cases, write_cases
from alongside.store.atomic_file import write_atomic
from alongside.store.case_files import write_case

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Exported", "export_cases", "import_cases"]

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Exported:
    """The cases that were written, the folder of their documents (None: they stay here), and how many are in it.

    `staying` counts the documents that the rows name by their digest alone.
    """

    cases: tuple[Case, ...]
    folder: Path | None
    documents: int
    staying: int


def import_cases(bench: "Workbench", file: Path) -> Imported:
    """Write the good rows as case files and keep the documents they name; what was left out is in `errors`.

    A case that is here already just so is left as it is. Raises DataError `bad-file` for a file without rows.
    """
    version = bench.snapshot()
    offered = bench.describe(version)

    def check_inputs(workflow: str, inputs: Mapping[str, Any]) -> None:
        bench.runners.call(version, "fit", {"workflow": workflow, "inputs": dict(inputs)})

    reader = RowReader(
        keep=bench.add_file,
        has=bench.blobs.has,
        workflows=set(offered),
        takes={name: told["inputs"] for name, told in offered.items()},
        answers={name: told["kind"] for name, told in offered.items()},
        check_inputs=check_inputs,
        held_out=bench.engagement.held_out,
    )
    read = read_cases(file, reader=reader)
    if not read.cases and not read.errors:
        raise DataError("bad-file", f"{file.name}: there is nothing in it", fix="write one case a row")
    known = {case.id: case_row(case) for case in bench.cases().cases}
    errors, taken, unchanged = list(read.errors), list[Case](), list[Case]()
    for case in read.cases:
        if known.get(case.id) == case_row(case):
            unchanged.append(case)
            continue
        try:
            write_case(bench.root, case)
            taken.append(case)
        except DataError as error:
            errors.append(DataError(error.code, f"{read.places[case.id]}: {error.message}", fix=error.fix))
    return Imported(tuple(taken), tuple(errors), tuple(unchanged))


def export_cases(bench: "Workbench", cases: Sequence[Case], file: Path, *, with_documents: bool) -> Exported:
    """Write cases to a file, and their documents to the folder beside it that is named like it: `cases.files/`.

    The rows name each document by its path, so `import_cases` finds it wherever both are taken. Without documents
    the rows name them by digest, for an engagement that has them.
    """
    form = format_of(file)
    folder = file.with_name(f"{file.stem}.files")
    found = {
        digest: str(value.get("name") or digest[:12])
        for case in cases
        for value in case.inputs.values()
        if (digest := file_digest(value))
    }
    names = _file_names({one: name for one, name in found.items() if with_documents and bench.blobs.has(one)})
    for digest, name in names.items():
        write_atomic(folder / name, bench.blobs.get(digest))
    paths = {digest: f"{folder.name}/{name}" for digest, name in names.items()}
    write_atomic(file, write_cases(cases, form, documents=paths).encode())
    return Exported(tuple(cases), folder if names else None, len(names), len(found) - len(names))


def _file_names(wanted: dict[str, str]) -> dict[str, str]:
    """Return a file name for each digest: its own where no other document has it, else with the digest's start."""
    plain = {digest: _safe(name) for digest, name in wanted.items()}
    folded: list[Any] = [name.casefold() for name in plain.values()]
    return {
        digest: name if folded.count(name.casefold()) == 1 else f"{digest[:12]}-{name}"
        for digest, name in plain.items()
    }


def _safe(name: str) -> str:
    """Return a name that is a file's on every system: whoever sent a document may have called it anything."""
    path = PurePosixPath(
        re.sub(r"[^\w. -]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(". ") or "document"
    )
    return f"{path.stem[:_LONGEST_NAME]}{path.suffix[: _LONGEST_NAME // 10]}"
