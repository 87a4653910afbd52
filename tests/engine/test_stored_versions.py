"""A version is stored whole: it runs as it was, whatever the working tree says now."""

import shutil
import sys
from pathlib import Path

import pytest
from driving import Driver

from alongside.core.errors import DataError
from alongside.engine.order import Order
from alongside.workbench import Workbench, new_id
from alongside.workbench.health import examine_engagement

FILES = {
    "workflows/main.py": """
import yaml

from alongside import param, prompt, step, workflow
from workflows.rules import rate


@step
def price(x: str) -> list:
    return [x * rate(), prompt("ask.md").text, param("times"), open("data/list.csv").read(), yaml.safe_load("1")]


@workflow
def main(x: str) -> list:
    return price(x)
""",
    "workflows/rules.py": "def rate():\n    return 2\n",
    "prompts/ask.md": "Ask.",
    "data/list.csv": "1",
    "documents/big.pdf": "left out",
    ".env": "left out",
}


def test_versions_side_by_side(tmp_path: Path) -> None:
    driver = Driver(tmp_path, FILES, times=3)
    with driver.bench as bench:
        old = bench.snapshot()
        assert bench.snapshot().id == old.id
        assert set(old.manifest.files) == set(FILES) - {"documents/big.pdf", ".env"}

        def ask(version) -> list:
            outcome = (
                bench.runner(version).submit(Order(new_id("run"), "main", "serve", {"x": "a"})).result(30)
            )
            assert outcome.status == "done", outcome.error
            assert driver.record(outcome.run).version == version.id
            return driver.value(outcome)

        assert ask(old) == ["aa", "Ask.", 3, "1", 1]
        for name, text in [
            ("workflows/rules.py", "def rate():\n    return 1\n"),
            ("prompts/ask.md", "New."),
            ("data/list.csv", "2"),
        ]:
            driver.write(name, text)
        new = bench.snapshot()
        assert new.id != old.id
        assert [ask(new), ask(old), ask(new)] == [
            ["a", "New.", 3, "2", 1],
            ["aa", "Ask.", 3, "1", 1],
            ["a", "New.", 3, "2", 1],
        ]
        (tmp_path / "workflows/rules.py").unlink()
        assert ask(old) == ["aa", "Ask.", 3, "1", 1]

        locked = bench.version(old.id).lock
        assert {"python", "pyyaml"} <= set(locked)
        bench.database.write(
            lambda c: c.execute('UPDATE version SET lock = \'{"pyyaml": "0.1"}\' WHERE id = ?', (old.id,))
        )
        with (
            Workbench(bench.engagement) as other,
            pytest.raises(DataError, match=r"needs pyyaml 0.1 \(installed: "),
        ):
            other.runner(old).submit(Order(new_id("run"), "main", "serve", {"x": "b"})).result(30)


def test_what_is_installed_beside_the_engagement_tells_versions_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editable package has no version of its own to tell by; the same bytes with another one ask again."""
    package = tmp_path / "beside"
    package.mkdir()
    (package / "beside_rates.py").write_text("def rate():\n    return 2\n")
    monkeypatch.setenv("PYTHONPATH", str(package))
    monkeypatch.syspath_prepend(str(package))
    main = FILES["workflows/main.py"].replace("workflows.rules", "beside_rates")
    driver = Driver(tmp_path / "acme", {**FILES, "workflows/main.py": main}, times=3)
    with driver.bench as bench:
        old = bench.snapshot()
        assert driver.done("main", mode="replay", x="a")[0] == "aa"
        assert "source of beside_rates" in bench.version(old.id).lock
        assert bench.snapshot().id == old.id
        (package / "beside_rates.py").write_text("def rate():\n    return 3\n")
        assert bench.snapshot().id != old.id
        assert driver.done("main", mode="replay", x="a")[0] == "aaa"
        assert driver.run("main", mode="replay", x="a").executed == 0
        (package / "beside_rates.py").write_text("def rate():\n    return 2\n")
        assert bench.snapshot().id == old.id


def distribute(folder: Path, name: str, version: str, file: str, text: str) -> None:
    """Install a distribution of one file, as if from a folder of somebody's own."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    for old in folder.glob(f"{name}-*.dist-info"):
        shutil.rmtree(old)
    told = folder / f"{name}-{version}.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (told / "RECORD").write_text(f"{file},sha256={hash(text)},{len(text)}\n{told.name}/METADATA,,\n")
    (told / "direct_url.json").write_text('{"url": "file:///home/acme", "dir_info": {}}')


def test_what_is_installed_is_told_by_the_distribution_that_a_module_is_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUSERBASE", str(tmp_path))
    site = tmp_path / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.syspath_prepend(str(site))
    call = (
        "import acmens.{0}\nfrom alongside import step, workflow\n@step\ndef s(x): return acmens.{0}.f(x)\n"
    )
    files = {
        f"workflows/{name}.py": f"{call.format(name)}@workflow\ndef {name}(x: str) -> str: return s(x)\n"
        for name in ("core", "ocr")
    }

    def answers(version: str, ocr: str) -> list[tuple[str, int]]:
        distribute(site, "acme_core", "1.0", "acmens/core.py", "def f(x): return x\n")
        distribute(site, "acme_ocr", version, "acmens/ocr/__init__.py", ocr)
        driver = Driver(tmp_path / "acme", files)
        with driver.bench:
            found = [driver.run(name, mode="replay", x="a") for name in ("core", "ocr")]
            assert "acme_ocr" in driver.bench.version(driver.bench.snapshot().id).lock
            return [(driver.value(one), one.executed) for one in found]

    one, two = ("def f(x): return x + '1'\n", "def f(x): return x + '2'\n")
    assert answers("1.0", one) == [("a", 1), ("a1", 1)]
    assert answers("1.0", one) == [("a", 0), ("a1", 0)]
    assert answers("1.0", two) == [("a", 0), ("a2", 1)], "built anew under the same version"
    assert answers("2.0", one) == [("a", 0), ("a1", 1)], "one of those that share a name"


def test_a_version_whose_import_fails_is_named_and_the_next_one_works(tmp_path: Path) -> None:
    driver = Driver(tmp_path, FILES, times=3)
    with driver.bench:
        driver.write("workflows/rules.py", "def rate(:\n")
        with pytest.raises(DataError, match=r"workflows/.*SyntaxError"):
            driver.run("main", x="a")
        driver.write("workflows/rules.py", FILES["workflows/rules.py"])
        assert driver.run("main", x="a").status == "done"


ABSENT = """
from pathlib import Path

from alongside import step, workflow


@step
def size(name: str) -> int:
    return len(Path(name).read_bytes())


@workflow
def sized(name: str) -> int:
    return size(name)
"""


def test_a_file_that_the_version_has_not_is_named_with_the_reason(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"workflows/sized.py": ABSENT, "documents/a.txt": "a"})
    with (tmp_path / "table.bin").open("wb") as big:
        big.truncate(33 << 20)
    with driver.bench as bench:
        for name, why in [
            ("table.bin", "table.bin is over 32 MB"),
            ("documents/a.txt", "what is in documents/ is no part"),
        ]:
            outcome = driver.run("sized", name=name)
            assert (outcome.status, outcome.code) == ("failed", "workflow-raised")
            assert f"; {why}" in outcome.error
            assert "fix: take it as an input" in outcome.error
        assert "fix:" not in driver.run("sized", name="nowhere.txt").error
        (told,) = [one for one in examine_engagement(bench) if one.what == "big file"]
        assert (told.status, "table.bin" in told.told) == ("note", True)


LINKED = """
from pathlib import Path
from alongside import step, workflow

@step
def read(x: str) -> str:
    return Path("rates/a.txt").read_text() + x

@workflow
def linked(x: str) -> str:
    return read(x)
"""


def test_a_linked_folder_is_in_a_version_as_a_linked_file_is(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"workflows/linked.py": LINKED, "data/2026/a.txt": "1"})
    (tmp_path / "rates").symlink_to("data/2026", target_is_directory=True)
    (tmp_path / "data/2026/up").symlink_to("..", target_is_directory=True)
    (tmp_path / "itself").symlink_to("itself")
    with driver.bench as bench:
        assert driver.done("linked", mode="replay", x="a") == "1a"
        driver.write("data/2026/a.txt", "2")
        assert driver.done("linked", mode="replay", x="a") == "2a"
        told = [one.told for one in examine_engagement(bench) if one.what == "linked folder"]
        assert len(told) == 2, told
        assert told[0].startswith("data/2026/up is a link")


def test_a_linked_folder_outside_the_engagement_is_said(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.txt").write_text("1")
    driver = Driver(tmp_path / "here", {"workflows/linked.py": LINKED})
    (tmp_path / "here/rates").symlink_to(tmp_path / "outside", target_is_directory=True)
    with driver.bench as bench:
        assert driver.run("linked", mode="replay", x="a").status == "failed"
        (told,) = [one.told for one in examine_engagement(bench) if one.what == "linked folder"]
        assert told.startswith("rates is a link that leads out of the engagement")
