"""Many writers of an engagement's files at once: nobody's edit is lost, between threads and between processes."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from alongside.core.engagement import Person
from alongside.core.errors import DataError, UsageError
from alongside.store.editing import editing
from alongside.store.engagement_file import add_person, load_engagement, remove_person, set_value
from alongside.workbench import open_engagement
from alongside.workbench.people import add

_ADDING = """
import sys
from pathlib import Path
from alongside.core.engagement import Person
from alongside.store.engagement_file import add_person

for at in range(int(sys.argv[3])):
    add_person(Path(sys.argv[1]), Person(f"{sys.argv[2]} {at}", "viewer"))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "alongside.toml").write_text('customer = "acme"\n\n[params]\nk = 1\nn = 1\n')
    return tmp_path


def at_once(*acts: Callable[[], object]) -> None:
    gate = threading.Barrier(len(acts))

    def act(one: Callable[[], object]) -> None:
        gate.wait()
        one()

    threads = [threading.Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_people_added_at_once_are_all_there(root: Path) -> None:
    at_once(*(lambda name=name: add_person(root, Person(name, "viewer")) for name in "abcdefgh"))
    at_once(
        *(lambda name=name: remove_person(root, name) for name in "abcd"),
        lambda: set_value(root, ("params", "k"), 7),
    )
    found = load_engagement(root)
    assert sorted(one.name for one in found.people) == ["e", "f", "g", "h"]
    assert found.params["k"] == 7


def test_processes_and_threads_add_at_once(root: Path) -> None:
    command = [sys.executable, "-c", _ADDING, str(root)]
    others = [subprocess.Popen([*command, name, "12"]) for name in ("one", "two")]
    for at in range(12):
        add_person(root, Person(f"here {at}", "viewer"))
    assert [other.wait() for other in others] == [0, 0]
    assert len(load_engagement(root).people) == 36


def test_of_two_who_add_the_same_name_one_is_told(root: Path) -> None:
    told: list[str] = []

    def join(bench: object) -> None:
        try:
            add(bench, Person("Dana", "viewer"))  # type: ignore[arg-type]
        except UsageError as error:
            told.append(error.code)

    with open_engagement(root) as one, open_engagement(root) as other:
        at_once(lambda: join(one), lambda: join(other))
    assert told == ["person-exists"]
    assert [one.name for one in load_engagement(root).people] == ["Dana"]


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\tb", "x" * 201, " Dana", "\u202edana"])
def test_what_is_nobodys_name_is_refused(root: Path, name: str) -> None:
    with open_engagement(root) as bench, pytest.raises(UsageError, match="is no name"):
        add(bench, Person(name, "viewer"))
    assert load_engagement(root).people == ()


def test_who_waits_too_long_is_told(root: Path) -> None:
    found: list[str] = []

    def wait() -> None:
        try:
            with editing(root, seconds=0.05):
                found.append("in")
        except DataError as error:
            found.append(error.code)

    with editing(root), editing(root):
        other = threading.Thread(target=wait)
        other.start()
        other.join()
    wait()
    assert found == ["edit-busy", "in"]
