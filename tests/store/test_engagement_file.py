from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.chat import ModelConfig
from alongside.core.engagement import Engagement, Limits, Person, Promise
from alongside.core.errors import DataError, UsageError
from alongside.store.engagement_file import find_root, load_engagement, set_value
from alongside.store.engagement_template import FOLDERS, keep_gitignore, write_new
from alongside.store.toml_lines import line_of

FULL = """\
customer = "Acme"
held_out = 0.25
[data_classes]
documents = "internal"
[limits]
cost_per_run = 0.05
cost_per_replay = 2
seconds_per_run = 60
regions = ["eu", "local"]
[models.small]
base_url = "http://127.0.0.1:8080/v1"
model = "tiny"
api_key_env = "KEY"
region = "local"
timeout = 5
retries = 0
options = { top_k = 3 }
input_price = 0.1
output_price = 0.4
[params]
k = 5
nested = { a = [1, 2] }
[[people]]
name = "Kim"
role = "expert"
[[people]]
name = "Ada"
role = "engineer"
[[done]]
name = "totals"
measure = "field:total"
at_least = 0.9
owner = "Kim"
[[done]]
name = "speed"
measure = "latency"
at_most = 2.0
[[done]]
name = "Kim agrees"
measure = "sign-off"
owner = "expert"
"""


def write(root: Path, text: str) -> Path:
    (root / "alongside.toml").write_text(text)
    return root


def test_everything_is_read(tmp_path: Path) -> None:
    assert load_engagement(write(tmp_path, FULL)) == Engagement(
        root=tmp_path,
        customer="Acme",
        data_classes={"documents": "internal"},
        limits=Limits(0.05, 2, 60, ("eu", "local")),
        models={
            "small": ModelConfig(
                "small", "http://127.0.0.1:8080/v1", "tiny", "KEY", "local", 5, 0, {"top_k": 3}, 0.1, 0.4
            )
        },
        params={"k": 5, "nested": {"a": [1, 2]}},
        people=(Person("Kim", "expert"), Person("Ada", "engineer")),
        done=(
            Promise("totals", "field:total", at_least=0.9, owner="Kim"),
            Promise("speed", "latency", at_most=2.0),
            Promise("Kim agrees", "sign-off", owner="expert"),
        ),
        held_out=0.25,
    )


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        (
            "held_out =",
            "heldout =",
            "line 2: heldout is not a known key; the nearest is held_out",
            "write held_out",
        ),
        ("[limits]", "[limit]", "line 5: limit is not a known key; the nearest is limits", "write limits"),
        (
            "cost_per_run",
            "cost_per_rum",
            "line 6: limits.cost_per_rum is not a known key",
            "write cost_per_run",
        ),
        (
            "cost_per_run = 0.05",
            "cost_per_run = true",
            "line 6: limits.cost_per_run must be a number, not True",
            "number",
        ),
        (
            "cost_per_run = 0.05",
            "cost_per_run = inf",
            "line 6: limits.cost_per_run is inf",
            "a number of at least 0",
        ),
        (
            "cost_per_run = 0.05",
            "cost_per_run = nan",
            "line 6: limits.cost_per_run is nan",
            "a number of at least 0",
        ),
        (
            "seconds_per_run = 60",
            "seconds_per_run = -1",
            "line 8: limits.seconds_per_run is -1",
            "from 0.001 to 604800",
        ),
        ('["eu", "local"]', '["eu", 3]', "line 9: limits.regions holds something other than text", "quotes"),
        ('["eu", "local"]', '"eu"', "line 9: limits.regions must be a list, not 'eu'", "a list"),
        ('"internal"', '"internally"', "line 4: data_classes.documents is 'internally'", "public, internal"),
        ("documents =", "document =", "line 4: data_classes.document is not a known key", "documents"),
        (
            "at_least = 0.9",
            "at_least = 0.9\nmust_pas = 1",
            "line 33: done.must_pas is not a known key; known are at_least, at_most, measure, name, owner",
            "write one of them, or take the line out",
        ),
        ("api_key_env", "api_key", "line 13: models.small.api_key is not a known key", "write api_key_env"),
        ('"http://127', '"127', "line 11: models.small.base_url is '127.0.0.1:8080/v1'", "https://"),
        ("retries = 0", "retries = 0.5", "line 16: models.small.retries must be a whole number", "whole"),
        ('model = "tiny"\n', "", "line 10: models.small.model is missing", "model ="),
        ('name = "Ada"', 'name = "Kim"', "line 27: people.name is 'Kim' a second time", "one [[people]]"),
        (
            'name = "Ada"',
            'namey = "Ada"',
            "line 27: people.namey is not a known key; the nearest is name",
            "name",
        ),
        ('"field:total"', '"fields:total"', "line 31: done.measure is 'fields:total'", "field:NAME"),
        ('"field:total"', '"field:"', "line 31: done.measure is 'field:'", "field:NAME"),
        ("at_least = 0.9", "at_least = 90", "line 32: done.at_least is 90", "from 0 to 1"),
        ("at_least = 0.9\n", "", "line 29: done.at_least is missing", "at_least"),
        ("at_most = 2.0", "at_most = 2.0\nat_least = 1", "line 38: done.at_least doesn't go with", "at_most"),
        ('name = "speed"', 'name = "totals"', "line 35: done.name is 'totals' a second time", "own name"),
        ('customer = "Acme"', 'customer = " "', "line 1: customer is empty", "customer"),
        ('customer = "Acme"', "", "customer is missing", "customer ="),
        ('customer = "Acme"', "customer = Acme", "Invalid value (at line 1", "quotes"),
        ("[[people]]", "[people.kim]", "", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, message: str, fix: str
) -> None:
    assert old in FULL
    with pytest.raises(DataError) as caught:
        load_engagement(write(tmp_path, FULL.replace(old, new, 1)))
    assert message in caught.value.message
    assert fix in caught.value.fix
    assert caught.value.message.startswith("alongside.toml")


def test_other_bytes_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't be read"):
        load_engagement(tmp_path)
    (tmp_path / "alongside.toml").write_bytes(b"customer = '\xff'")
    with pytest.raises(DataError, match="not UTF-8"):
        load_engagement(tmp_path)


def test_the_root_is_found_from_any_folder_below(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    deep = tmp_path / "workflows/a/b"
    deep.mkdir(parents=True)
    assert find_root(deep) == find_root(tmp_path) == find_root(deep / "../..") == tmp_path
    inner = tmp_path / "workflows"
    write(inner, FULL)
    assert find_root(deep) == inner


def test_a_folder_that_is_not_there_leads_to_no_engagement_above(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for slip in ("circle", "acme", "acme/../../acme"):
        with pytest.raises(UsageError, match="there is no folder") as caught:
            find_root(tmp_path / slip)
        assert caught.value.code == "no-engagement"


def test_outside_an_engagement_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_root(tmp_path)
    assert (caught.value.code, caught.value.exit_code) == ("no-engagement", 2)
    assert "alongside init" in caught.value.fix


@given(st.text().filter(lambda name: bool(name.strip())))
def test_any_customer_name_makes_an_engagement(
    tmp_path_factory: pytest.TempPathFactory, customer: str
) -> None:
    root = tmp_path_factory.mktemp("new")
    assert write_new(root, customer=customer).customer == customer


def test_a_new_folder_is_whole_and_git_friendly(tmp_path: Path) -> None:
    root = tmp_path / "acme"
    engagement = write_new(root, customer="Acme")
    assert all((root / name).is_dir() for name in FOLDERS)
    assert (root / ".gitignore").read_text() == "/.alongside/\n__pycache__/\n/documents/\n/exports/\n"
    assert engagement.data_classes == {"documents": "confidential"}
    with pytest.raises(UsageError, match="there already"):
        write_new(root, customer="Other")
    assert load_engagement(root) == engagement


def test_every_commented_line_of_the_template_is_valid(tmp_path: Path) -> None:
    """What a person takes the comment sign from must read."""
    write_new(tmp_path, customer="Acme")
    lines = (tmp_path / "alongside.toml").read_text().splitlines()
    settings = [
        line[2:] if line.startswith(("# [", "# ")) and (" = " in line or "[" in line[:3]) else line
        for line in lines
    ]
    engagement = load_engagement(
        write(tmp_path, "\n".join(line for line in settings if not line.startswith("# ")))
    )
    assert engagement.limits.regions == ("eu", "local")
    assert list(engagement.models) == ["small"]
    assert [promise.owner for promise in engagement.done] == ["Kim"]


def test_gitignore_follows_the_data_class_and_keeps_other_lines(tmp_path: Path) -> None:
    path = tmp_path / ".gitignore"
    path.write_text("*.log\n/documents/\n")
    keep_gitignore(tmp_path, documents=False)
    assert path.read_text() == "*.log\n/.alongside/\n__pycache__/\n"
    keep_gitignore(tmp_path, documents=True)
    assert path.read_text() == "*.log\n/.alongside/\n__pycache__/\n/documents/\n/exports/\n"
    before = path.stat().st_ino
    keep_gitignore(tmp_path, documents=True)
    assert path.stat().st_ino == before


def test_a_set_value_leaves_the_rest_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, FULL.replace("k = 5", "k   =  5   # how many"))
    assert set_value(tmp_path, ("params", "k"), 7).params["k"] == 7
    assert set_value(tmp_path, ("held_out",), 0.5).held_out == 0.5
    text = (tmp_path / "alongside.toml").read_text()
    assert text == FULL.replace("k = 5", "k   =  7   # how many").replace("0.25", "0.5")
    assert load_engagement(tmp_path).params == {"k": 7, "nested": {"a": [1, 2]}}


def test_a_value_that_would_not_read_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    with pytest.raises(DataError, match="held_out"):
        set_value(tmp_path, ("held_out",), 7)
    assert (tmp_path / "alongside.toml").read_text() == FULL


def test_tables_on_the_way_are_made(tmp_path: Path) -> None:
    write(tmp_path, 'customer = "a"\n')
    assert set_value(tmp_path, ("limits", "cost_per_run"), 0.1).limits.cost_per_run == 0.1


def test_lines_are_those_of_keys_not_of_text() -> None:
    source = 'a = """\n[limits]\ncost = 1\n"""\n# cost = 3\n[limits]\nx = [\n  1,\n]\n"cost" = 2\n'
    assert line_of(source, ("limits",)) == 6
    assert line_of(source, ("limits", "cost")) == 10
    assert line_of(source, ("limits", "x")) == 7
    assert line_of(source, ("nowhere",)) == 0
    assert line_of("a = [\n", ("a",)) == 0
