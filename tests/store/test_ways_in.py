"""The store's second format, ways in that leave with no export, and the people in alongside.toml."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.engagement import Person
from alongside.core.errors import DataError
from alongside.store import database as database_module
from alongside.store import export, links, sessions
from alongside.store.database import SCHEMA, Database
from alongside.store.engagement_file import add_person, load_engagement, remove_person

LINK = links.Link("link_7q", "review", "Dana", "kim", 100.0, 200.0)
TOML = """customer = "acme"   # whose

[[people]]
name = "Dana"           # pays
role = "expert"

# What is promised.
[[done]]
name = "right"
measure = "cases"
at_least = 0.5
owner = "Dana"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "alongside.toml").write_text(TOML)
    return tmp_path


def first_format(path: Path) -> None:
    """A store as the first format had it, with a row in it."""
    made = sqlite3.connect(path)
    made.executescript(Path(database_module.__file__).with_name("schema.sql").read_text())
    made.execute("INSERT INTO meta VALUES ('salt', 'x')")
    made.execute("PRAGMA user_version=1")
    made.commit()
    made.close()


def test_an_older_store_is_brought_up_to_date_once(tmp_path: Path) -> None:
    first_format(tmp_path / "store.db")
    for _ in range(2):
        opened = Database(tmp_path / "store.db")
        read = opened.read()
        assert read.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
        assert read.execute("SELECT value FROM meta").fetchall() == [("x",)]
        assert links.all_of(opened, "review") == []
        opened.close()
    new = Database(tmp_path / "new.db")
    old = Database(tmp_path / "store.db")
    tables = "SELECT sql FROM sqlite_schema ORDER BY name"
    assert new.read().execute(tables).fetchall() == old.read().execute(tables).fetchall()
    new.close()
    old.close()


def test_a_step_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_format(tmp_path / "store.db")
    monkeypatch.setattr(database_module, "_STEPS", ("schema.sql", "none.sql"))
    with pytest.raises(FileNotFoundError):
        Database(tmp_path / "store.db")
    found = sqlite3.connect(tmp_path / "store.db")
    assert found.execute("PRAGMA user_version").fetchone() == (1,)
    found.close()


def test_a_link_is_redeemed_once(tmp_path: Path) -> None:
    opened = Database(tmp_path / "store.db")
    made = links.Link("link_2", "sign-in", "Dana", "kim", 100.0, 200.0)
    opened.write(lambda c: links.add(c, made, "hash"))
    assert opened.write(lambda c: links.redeem(c, "hash", at=150.0))
    assert not opened.write(lambda c: links.redeem(c, "hash", at=151.0))
    found = links.of_secret(opened, "hash")
    assert found
    assert not found.opens(152.0)
    opened.close()


def test_ways_in_leave_with_no_export(root: Path, tmp_path: Path) -> None:
    (root / ".alongside").mkdir()
    opened = Database(root / ".alongside" / "store.db")
    opened.write(lambda c: links.add(c, LINK, "digest-of-a-secret", [("run_1", "total")]))
    opened.write(lambda c: sessions.add(c, sessions.Session("digest-of-a-session", "link_7q", "", 1.0, 1.0)))
    opened.close()
    tar = tmp_path / "out.tar"
    export.export(root, tar)
    for trace in (b"digest-of-a", b"link_7q"):
        assert trace not in tar.read_bytes()
        assert trace in (root / ".alongside" / "store.db").read_bytes()


def test_people_come_and_go_and_every_other_line_stays(root: Path) -> None:
    file = root / "alongside.toml"
    assert [one.name for one in add_person(root, Person("Zoë", "viewer")).people] == ["Dana", "Zoë"]
    lines = file.read_text().splitlines()
    assert [line for line in TOML.splitlines() if line not in lines] == []
    assert remove_person(root, "Zoë")
    assert file.read_text() == TOML
    assert remove_person(root, "Zoë") is None
    with pytest.raises(DataError, match="a second time"):
        add_person(root, Person("Dana", "viewer"))
    assert file.read_text() == TOML
    file.write_text(owed := f'{TOML}\n[[done]]\nname = "she agrees"\nmeasure = "sign-off"\nowner = "Dana"\n')
    with pytest.raises(DataError, match="Dana is the only one to sign 'she agrees'"):
        remove_person(root, "Dana")
    assert file.read_text() == owed


def test_people_that_only_a_person_can_edit(root: Path) -> None:
    inline = 'customer = "acme"\npeople = [{name = "A", role = "admin"}]\n'
    (root / "alongside.toml").write_text(inline)
    for act in (lambda: add_person(root, Person("B", "viewer")), lambda: remove_person(root, "A")):
        with pytest.raises(DataError) as refused:
            act()
        assert refused.value.code == "people-layout"
    assert (root / "alongside.toml").read_text() == inline


NAMES = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and text.isprintable())
TRIVIA = st.sampled_from(
    ["", "\n", "# note\n", "\n# [[people]]\n\n", '[params]\nx = "[[people]]"\n', "[limits]\n"]
)


@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True), before=TRIVIA, data=st.data())
def test_any_names_in_any_order(
    names: list[str], before: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("x")
    text = f'customer = "acme"\n{before}'
    (root / "alongside.toml").write_text(text)
    for name in names:
        add_person(root, Person(name, "viewer"))
    assert [one.name for one in load_engagement(root).people] == names
    for name in data.draw(st.permutations(names)):
        assert remove_person(root, name)
    assert load_engagement(root).people == ()
    assert (root / "alongside.toml").read_text().split() == text.split()
