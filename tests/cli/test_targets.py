"""A file that somebody takes away is written beside the engagement's versions, never into one."""

import tarfile
from pathlib import Path
from typing import Any

import pytest

Call = Any


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("report", "--to", "done.html"), "write --to exports/done.html"),
        (("report", "--to", "workflows/my done.md"), "write --to 'exports/my done.md'"),
        (("case", "export", "cases.csv"), "write exports/cases.csv"),
        (("engagement", "export", "--to", "acme.tar"), "write --to exports/acme.tar"),
        (("engagement", "export", "--to", "documents/acme.tar"), "write --to exports/acme.tar"),
        (("engagement", "export", "--to", "acme"), "write --to exports/acme"),
    ],
)
def test_what_would_be_part_of_a_version_is_refused_with_another_place(
    alongside: Call, judged: str, acme: Path, words: tuple[str, ...], fix: str
) -> None:
    before = sorted(path for path in acme.rglob("*") if ".alongside" not in path.parts)
    said = alongside(*words)
    assert said.code == 2
    assert said.err.startswith(f"error[inside-engagement]: {words[-1]} is in the engagement: ")
    assert f"fix: {fix}, or a place outside the engagement\n" in said.err
    assert sorted(path for path in acme.rglob("*") if ".alongside" not in path.parts) == before


def test_what_goes_to_exports_or_outside_leaves_the_version_as_it_is(
    alongside: Call, judged: str, acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alongside("ship", "--by", "kim")
    for folder in ("exports", tmp_path / "away"):
        assert alongside("report", "--to", f"{folder}/done.html").code == 0
        assert alongside("case", "export", f"{folder}/cases.csv").code == 0
        assert alongside("engagement", "export", "--to", f"{folder}/acme.tar").code == 0
    assert alongside("report").code == 0
    replayed = alongside("replay", "--json").data
    assert replayed["candidate"] == replayed["baseline"]

    second = tmp_path / "second.tar"
    assert alongside("engagement", "export", "--to", second).code == 0
    with tarfile.open(second) as tar:
        names = tar.getnames()
    assert "exports/done.html" in names
    assert not [name for name in names if name.endswith(".tar")]

    monkeypatch.chdir(tmp_path)  # named from where somebody stands
    said = alongside("report", "--engagement", "acme", "--to", "acme/done.html")
    assert "fix: write --to acme/exports/done.html, or" in said.err
    said = alongside("report", "--engagement", "acme", "--to", acme / "done.html")
    assert f"fix: write --to {acme}/exports/done.html, or" in said.err
