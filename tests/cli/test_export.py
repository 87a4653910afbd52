"""An engagement moves whole: the same bytes each time, checked on the way, and nothing runs again where it arrives."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from alongside.core.errors import DataError, UsageError
from alongside.store.export import MANIFEST, export, import_, verify

Call = Any


def test_after_a_move_a_replay_executes_nothing(
    alongside: Call, judged: str, acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alongside("ship", "--by", "kim")
    for name in ("one.tar", "two.tar"):
        assert alongside("engagement", "export", "--to", tmp_path / name).code == 0
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    refused = alongside("engagement", "export", "--to", tmp_path / "one.tar")
    assert (refused.code, "error[file-exists]" in refused.err) == (2, True)

    monkeypatch.chdir(tmp_path)
    moved = alongside("engagement", "import", "one.tar", "--to", "elsewhere")
    assert moved.next == "cd elsewhere && alongside replay"
    assert alongside("engagement", "import", "one.tar", "--to", "elsewhere").code == 2
    monkeypatch.chdir(tmp_path / "elsewhere")
    replayed = alongside("replay", "--full", "--json").data
    assert replayed["steps"] == {"executed": 0, "kept": 2}
    assert replayed["baseline"] == replayed["candidate"]
    assert alongside("engagement", "verify", "--json").data["whole"] is True
    assert (
        "beside the store, which changes with every run: all as exported"
        in alongside("engagement", "verify").out
    )
    (tmp_path / "elsewhere" / "workflows" / "bill.py").write_text("")
    checked = alongside("engagement", "verify", "--json")
    assert (checked.code, checked.data["changed"]) == (1, ["workflows/bill.py"])


def engagement(root: Path) -> Path:
    """A folder that looks like one."""
    root.mkdir()
    (root / "alongside.toml").write_text('customer = "acme"\n')
    (root / "workflows").mkdir()
    (root / "workflows" / "a.py").write_text("x = 1\n")
    return root


def test_a_bit_that_flipped_is_found(tmp_path: Path) -> None:
    tar = tmp_path / "a.tar"
    export(engagement(tmp_path / "a"), tar)
    assert verify(tar).whole
    data = bytearray(tar.read_bytes())
    data[data.index(b"x = 1")] = ord("y")
    tar.write_bytes(data)
    assert verify(tar).changed == ("workflows/a.py",)
    with pytest.raises(DataError, match="checksum"):
        import_(tar, tmp_path / "b")
    assert {path.name for path in tmp_path.iterdir()} == {"a", "a.tar"}


def test_what_import_refuses_verify_does_too(alongside: Any, tmp_path: Path) -> None:
    tar = tmp_path / "a.tar"
    export(engagement(tmp_path / "a"), tar)
    assert alongside("engagement", "verify", tar).next == f"alongside engagement import {tar}"
    with tarfile.open(tar, "a") as more:
        more.add(tmp_path / "a" / "workflows" / "a.py", "workflows/evil.py")
    said = alongside("engagement", "verify", tar)
    assert (said.code, said.err) == (1, "")
    assert "NOT as exported" in said.out
    assert "added  workflows/evil.py" in said.out
    with pytest.raises(DataError, match=r"evil.py is not in its manifest"):
        import_(tar, tmp_path / "b")


def intact(tar: Path) -> bool:
    """Whether a tar can be read to its end, and holds all that its manifest names."""
    try:
        return verify(tar).whole
    except DataError:
        return False


def test_a_tar_cut_short_leaves_nothing(tmp_path: Path) -> None:
    tar = tmp_path / "a.tar"
    export(engagement(tmp_path / "a"), tar)
    whole = tar.read_bytes()
    for length in (600, 2048, whole.index(b"x = 1") + 2):
        tar.write_bytes(whole[:length])
        assert not intact(tar)
        with pytest.raises(DataError):
            import_(tar, tmp_path / "b")
        assert not (tmp_path / "b").exists()


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


@pytest.mark.parametrize(
    "hostile",
    [
        entry("../outside.txt"),
        entry("/tmp/outside.txt"),
        entry("workflows/../../outside.txt"),
        entry("workflows\\..\\outside.txt"),
        entry("link", tarfile.SYMTYPE, "/etc/passwd"),
        entry("hard", tarfile.LNKTYPE, "alongside.toml"),
        entry("pipe", tarfile.FIFOTYPE),
    ],
    ids=lambda one: one.name,
)
def test_a_tar_that_reaches_outside_is_refused(tmp_path: Path, hostile: tarfile.TarInfo) -> None:
    told = json.dumps({"format": 1, "files": {hostile.name: "0" * 64}}).encode()
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        first = tarfile.TarInfo(MANIFEST)
        first.size = len(told)
        tar.addfile(first, io.BytesIO(told))
        tar.addfile(hostile)
    with pytest.raises(DataError, match="no plain file inside the folder"):
        import_(tmp_path / "bad.tar", tmp_path / "in" / "side")
    with pytest.raises(DataError):
        verify(tmp_path / "bad.tar")
    assert [path.name for path in tmp_path.rglob("*") if path.name != "in"] == ["bad.tar"]


def test_what_is_no_export_is_named(tmp_path: Path) -> None:
    (tmp_path / "not.tar").write_bytes(b"hello" * 300)
    with pytest.raises(DataError, match="no tar"):
        verify(tmp_path / "not.tar")
    with pytest.raises(DataError, match=r"there is no .*none\.tar"):
        import_(tmp_path / "none.tar", tmp_path / "x")
    with pytest.raises(DataError, match=MANIFEST):
        verify(engagement(tmp_path / "never-moved"))
    with pytest.raises(UsageError, match="not empty"):
        import_(tmp_path / "not.tar", tmp_path / "never-moved")
