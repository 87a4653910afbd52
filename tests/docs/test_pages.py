"""Every code block of README.md and docs/ does what the page says; so does the runner that checks it."""

from pathlib import Path

import pytest

from docs.pages import PageError, Place, read_page, run_page

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MARKS = {"data": pytest.mark.data, "system": pytest.mark.system}


def variants() -> list[object]:
    """Each page once, and once more for each thing that blocks of it need."""
    found: list[object] = []
    for page in PAGES:
        name = str(page.relative_to(ROOT))
        found.append(pytest.param(page, None, id=name))
        for need, mark in MARKS.items():
            if f" needs={need}" in page.read_text(encoding="utf-8"):
                found.append(pytest.param(page, need, id=f"{name}-{need}", marks=mark))
    return found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder that sees `../shared` as the checkout does."""
    for name in ("page", "home"):
        (tmp_path / name).mkdir()
    if (ROOT.parent / "shared").is_dir():
        (tmp_path / "shared").symlink_to((ROOT.parent / "shared").resolve())
    return Place(tmp_path / "page", tmp_path / "home")


@pytest.mark.slow
@pytest.mark.parametrize(("page", "need"), variants())
def test_page(page: Path, need: str | None, place: Place, request: pytest.FixtureRequest) -> None:
    if need == "data":
        request.getfixturevalue("shared_data")
    run_page(read_page(page.read_text(encoding="utf-8"), name=page.name), place, has=need)


def test_the_sample_page_runs(place: Place) -> None:
    page = Path(__file__).parent / "fixtures" / "sample.md"
    blocks = read_page(page.read_text(), name="sample.md")
    run_page(blocks, place, has=None)
    assert (place.folder / "notes" / "greeting.py").is_file()
    assert not (place.folder / "notes" / "needed").exists()
    run_page(blocks, Place(place.folder, place.home), has="system")
    assert (place.folder / "notes" / "needed").exists()


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("console\n$ echo one\ntwo\n", "expected\ntwo\n--- got\none"),
        ("console\n$ echo one two\none\n", "expected\none"),
        ("console\n$ false\n$ true\n", "page.md:1: false: status 1, the page says 0"),
        ("console exit=2\n$ true\n", "status 0, the page says 2"),
        ("console\nno command\n", "begins with a line"),
        ("python\nassert 1 > 2\n", "AssertionError"),
        ("toml\nname = \n", "page.md:1: Invalid value"),
        ("json\n{,}\n", "page.md:1: Expecting property name"),
        ("\nno language\n", "nobody knows how to check"),
        ("python skip=yes\n", "nobody knows how to check"),
    ],
)
def test_what_is_wrong_is_found(place: Place, block: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        run_page(read_page(f"```{block}```\n", name="page.md"), place, has=None)
    assert message in str(caught.value)
