"""The declared data class decides what git may hold of an engagement."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

Call = Any


def declare(acme: Path, what: str) -> None:
    toml = acme / "alongside.toml"
    lines = [
        f'documents = "{what}"' if line.startswith("documents = ") else line
        for line in toml.read_text().split("\n")
    ]
    toml.write_text("\n".join(lines))


def test_gitignore_follows_every_edit_of_the_data_class(alongside: Call, acme: Path) -> None:
    ignored = acme / ".gitignore"
    for what, stays in (("public", False), ("personal", True), ("internal", False), ("confidential", True)):
        declare(acme, what)
        assert alongside("case", "list").code == 0
        for folder in ("/documents/", "/exports/"):
            assert (folder in ignored.read_text().split("\n")) is stays, what
    ignored.unlink()
    assert alongside("case", "list").code == 0
    assert {"/documents/", "/.alongside/"} <= set(ignored.read_text().split("\n"))
    ignored.write_bytes(b"caf\xe9\n")
    assert alongside("case", "list").code == 0
    assert ignored.read_bytes().startswith(b"caf\xe9\n/.alongside/\n")


def test_a_folder_that_cannot_be_written_to_is_opened_all_the_same(alongside: Call, acme: Path) -> None:
    (acme / ".gitignore").unlink()
    (acme / ".gitignore").mkdir()
    assert alongside("case", "list").code == 0


@pytest.mark.system
def test_doctor_says_what_git_holds_and_would_take(alongside: Call, acme: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=acme, check=True, capture_output=True)

    def found() -> list[tuple[str, str]]:
        return [
            (one["status"], one["told"])
            for one in alongside("doctor", "--json").data["findings"]
            if one["what"] == "git"
        ]

    git("init", "-q")
    (acme / "documents" / "a.txt").write_text("a")
    assert found() == []
    git("add", "-f", "documents/a.txt")
    status, told = found()[0]
    assert (status, "git tracks 1 file" in told, "documents/a.txt" in told) == ("wrong", True, True)
    declare(acme, "public")
    assert found() == []
    declare(acme, "personal")
    git("rm", "-q", "--cached", "documents/a.txt")
    assert found() == []
    (acme / ".gitignore").write_text("/.alongside/\n__pycache__/\n/documents/\n!/documents/\n")
    status, told = found()[0]
    assert (status, "the next `git add` takes" in told, "documents/a.txt" in told) == ("wrong", True, True)
