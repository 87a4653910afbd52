"""`alongside case`: what must hold."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alongside.cli.group import NounGroup, framed
from alongside.cli.screen import Screen

if TYPE_CHECKING:
    from alongside.core.case import Split

__all__ = ["command"]

_BAD_ROWS = 3


@click.group(
    "case", cls=NounGroup, short_help="What must hold: add, list, show, edit, retire, import, export."
)
def command() -> None:
    """Cases: frozen inputs and what must hold, one file each in cases/.

    \b
    alongside case add run_01hf3k9z     freeze a judged run
    alongside case show 3f9c1a2b4d5e    and how it stands on each version
    """


@command.command()
@click.argument("run")
@click.option("--name", default="", help="What people call it; the file's name by default.")
@click.option("--note", default="", help="Why it matters.")
@click.option("--must-pass", is_flag=True, help="Nothing ships where it fails.")
@click.option(
    "--train", "split", flag_value="train", default=None, help="It teaches, whatever its group's hash says."
)
@click.option("--held-out", "split", flag_value="held-out", default=None, help="It measures.")
@framed
def add(screen: Screen, run: str, name: str, note: str, *, must_pass: bool, split: "Split | None") -> None:
    """Freeze RUN's inputs and what people said must hold, with the run's tape.

    Where the inputs have a case, what was said of RUN goes into that one: the newest word on each field.

    \b
    alongside case add run_01hf3k9z
    alongside case add run_01hf3k9z --must-pass --note "the sponsor's own example"

    With --json the case: {"id", "path", "is_new", "changed": [{"field", "was", "is"}], "against": [{"case", "name",
    "fields"}] (cases of the same document, under another name, that expect something else), "expected", "read_as" (by
    field, what is written otherwise than it is read), ...}.
    """
    from alongside.views.case import put_view
    from alongside.workbench.expecting import readings_for_case
    from alongside.workbench.newer_words import add_or_change

    with screen.open() as bench:
        added = add_or_change(bench, run, split=split, name=name, note=note, must_pass=must_pass)
        case = added.case
        path = bench.cases().paths[case.id].relative_to(bench.root)
        following = "alongside learn" if added.teaches else "alongside replay"
        if not case.is_stated:
            following = f"alongside case show {case.id}"
        screen.show(put_view(added, str(path), readings_for_case(bench, case)), following=following)


@command.command("list")
@click.option("--workflow", default="", help="Only this workflow's.")
@click.option("--retired", is_flag=True, help="The retired ones too.")
@framed
def list_(screen: Screen, workflow: str, *, retired: bool) -> int:
    """List the cases.

    \b
    alongside case list
    alongside case list --workflow receipt --json
    """
    from alongside.views.case import cases_view
    from alongside.workbench.naming import check_workflow

    with screen.open() as bench:
        check_workflow(bench, workflow)
        loaded = bench.cases()
        cases = [
            case for case in loaded.cases if workflow in {"", case.workflow} and (retired or not case.retired)
        ]
        screen.show(cases_view(cases), following="alongside replay" if cases else "alongside review")
        screen.warn(loaded.errors)
        return _BAD_ROWS if loaded.errors else 0


@command.command()
@click.argument("case")
@framed
def show(screen: Screen, case: str) -> None:
    """Show CASE and its last result on each version.

    \b
    alongside case show 3f9c1a2b4d5e
    alongside case show corner-shop --json
    """
    from alongside.views.case import case_view
    from alongside.workbench.expecting import readings_for_case
    from alongside.workbench.learning import teaches
    from alongside.workbench.standing import find_case, results_of_case

    with screen.open() as bench:
        found, path = find_case(bench, case)
        at, readings = str(path.relative_to(bench.root)), readings_for_case(bench, found)
        screen.show(
            case_view(found, at, results_of_case(bench, found), readings, teaches=teaches(bench, found)),
            following=f"alongside case edit {found.id}",
        )


@command.command()
@click.argument("case")
@click.option(
    "--expect",
    multiple=True,
    metavar="FIELD=VALUE",
    help="What must hold of a field; empty or -: nothing there.",
)
@click.option("--forget", multiple=True, metavar="FIELD", help="Expect nothing of a field any more.")
@click.option("--name", default=None, help="What people call it.")
@click.option("--note", default=None, help="Why it matters.")
@click.option("--must-pass/--may-fail", default=None, help="Whether nothing ships where it fails.")
@click.option("--train", "split", flag_value="train", default=None, help="It teaches.")
@click.option("--held-out", "split", flag_value="held-out", default=None, help="It measures.")
@click.option("--revive", "retired", flag_value="", default=None, help="It is retired no more.")
@framed
def edit(screen: Screen, case: str, expect: tuple[str, ...], forget: tuple[str, ...], **changes: Any) -> None:
    """Change what CASE expects, with the file's comments kept. Or edit the file: it is the truth.

    \b
    alongside case edit 3f9c1a2b4d5e --expect total=12.50
    alongside case edit 3f9c1a2b4d5e --must-pass --note "again in March"
    alongside case edit 3f9c1a2b4d5e --revive        bring a retired case back
    """
    from dataclasses import replace

    from alongside.cli.stated import stated_each
    from alongside.core.case import expecting
    from alongside.core.expected import check_forgotten
    from alongside.store.case_files import edit_case
    from alongside.store.editing import editing
    from alongside.views.case import added_view, settled_told
    from alongside.workbench.answered import hold
    from alongside.workbench.expecting import check_case, readings_for_case
    from alongside.workbench.learning import teaches
    from alongside.workbench.standing import find_case

    with screen.open() as bench:
        found, _ = find_case(bench, case)
        wanted = stated_each(expect, found.expected)
        if wanted:
            wanted = check_case(bench, found, wanted)
        with editing(bench.root):
            found, path = find_case(bench, case)
            check_forgotten(found.expected, forget)
            expected = {name: value for name, value in found.expected.items() if name not in forget} | wanted
            changed = replace(
                expecting(found, expected),
                **{name: value for name, value in changes.items() if value is not None},
            )
            edit_case(path, changed)
        for told in settled_told(expected, wanted, changed.expected):
            screen.say(told)
        if changed.expected != found.expected:
            hold(bench, changed)
        at, readings = str(path.relative_to(bench.root)), readings_for_case(bench, changed)
        screen.show(
            added_view(changed, at, readings, teaches=teaches(bench, changed)), following="alongside replay"
        )


@command.command()
@click.argument("case")
@click.option("--reason", required=True, help="Why; the record keeps it.")
@framed
def retire(screen: Screen, case: str, reason: str) -> None:
    """Take CASE out of replays, but not out of the record. `case edit CASE --revive` brings it back.

    \b
    alongside case retire 3f9c1a2b4d5e --reason "the vendor is gone"
    """
    from alongside.store.case_files import retire_case
    from alongside.views.case import added_view
    from alongside.workbench.expecting import readings_for_case
    from alongside.workbench.standing import find_case

    with screen.open() as bench:
        _, path = find_case(bench, case)
        retired = retire_case(path, reason=reason)
        at, readings = str(path.relative_to(bench.root)), readings_for_case(bench, retired)
        screen.show(
            added_view(retired, at, readings, teaches=False), following="alongside case list --retired"
        )


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@framed
def import_(screen: Screen, file: Path) -> int:
    """Take cases from FILE (.csv, .jsonl, .yaml): a bad row is named, the good ones are kept.

    \b
    alongside case import cases.jsonl
    a row: {"name": "…", "workflow": "receipt", "inputs": {"file": "a.pdf"}, "expected": {"total": "12.50"}}
    a CSV's heading: name,workflow,inputs.file,expected.total; inputs.NAME:json holds JSON

    Paths begin where FILE lies. A case that is here already just so is left as it is. Exit code 3 where a row was bad.
    """
    from alongside.views.case import imported_view
    from alongside.workbench.transfer import import_cases

    with screen.open() as bench:
        imported = import_cases(bench, file)
        screen.show(imported_view(imported), following="alongside replay" if imported.cases else "")
        screen.warn(imported.errors)
        return _BAD_ROWS if imported.errors else 0


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workflow", default="", help="Only this workflow's.")
@click.option(
    "--documents/--no-documents",
    "documents",
    default=None,
    help="Their documents too; by default where these are declared public or internal.",
)
@framed
def export(screen: Screen, file: Path, workflow: str, *, documents: bool | None) -> None:
    """Write the cases to FILE (.csv, .jsonl, .yaml), their documents beside it.

    \b
    alongside case export exports/cases.csv             the documents go to exports/cases.files/, if their class allows it
    alongside case export ../receipts.yaml --workflow receipt --documents

    FILE lies outside the engagement or below exports/: anywhere else it would be part of a version.
    `alongside case import FILE` takes them in anywhere. The tapes of reading and external steps stay here:
    `alongside engagement export` takes those along too. With --json: {"file", "cases", "folder", "documents", "staying"}.
    """
    from alongside.policy.limits import documents_stay
    from alongside.views.case import exported_view
    from alongside.workbench.naming import check_workflow
    from alongside.workbench.targets import check_target
    from alongside.workbench.transfer import export_cases

    with screen.open() as bench:
        check_workflow(bench, workflow)
        check_target(bench.root, file, said="")
        stay = documents_stay(bench.engagement) if documents is None else not documents
        exported = export_cases(bench, bench.active_cases(workflow), file, with_documents=not stay)
        declared = bench.engagement.data_classes.get("documents", "") if documents is None else ""
        screen.show(
            exported_view(exported, file, declared),
            following=f"alongside case import {shlex.quote(str(file))}",
        )
