"""Whose word may be taken back by whom, and how long a word may be."""

from collections.abc import Iterator

import pytest

from alongside.core.engagement import Person
from alongside.core.errors import PolicyError, UsageError
from alongside.core.feedback import Feedback
from alongside.store import feedback
from alongside.workbench import Workbench
from alongside.workbench.speaking import who_says
from web.served import Client, make_engagement, serving, ship, sign_in

pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    bench = make_engagement(tmp_path_factory.mktemp("words") / "acme")
    ship(bench)
    return bench


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


@pytest.fixture(scope="module")
def run(bench: Workbench) -> str:
    return bench.run("greet", name="Dana").run


def word_of(bench: Workbench, run: str, word: str) -> Feedback:
    return next(one for one in feedback.of_run(bench.database, run) if one.id == word)


def test_only_who_said_it_or_an_engineer_takes_a_word_back(
    bench: Workbench, client: Client, run: str
) -> None:
    dana, rob, eve = (
        sign_in(bench, client, name, role)
        for name, role in (("Dana", "reviewer"), ("Rob", "reviewer"), ("Eve", "engineer"))
    )
    for taken_by, who in (("Dana", dana), ("Eve", eve)):
        word = bench.judge(run, "right", by="Dana").id
        for address in (f"/feedback/{word}/undo", f"/runs/{run}/undo?word={word}"):
            refused = client.send(address, {}, rob, token="")
            assert refused.status == 403
            assert "Dana said that" in refused.body.decode()
        assert not word_of(bench, run, word).undone
        assert client.send(f"/runs/{run}/undo?word={word}", {}, who, token="").status == 303
        found = word_of(bench, run, word)
        assert (found.undone, found.undone_by) == (True, taken_by)
    told = client.ask("GET", f"/runs/{run}").json["feedback"]
    assert [word["undone_by"] for word in told if word["undone"]] == ["Dana", "Eve"]


def test_what_is_sent_twice_is_said_once(bench: Workbench, client: Client) -> None:
    """As by somebody whose answer got lost: each act, and then the way back, which takes back all of it."""
    run = bench.run("greet", name="Ada").run
    ada = sign_in(bench, client, "Ada", "reviewer")

    def twice(address: str, **said: str) -> list[str]:
        answers = [client.send(address, said, ada, token="") for _ in range(2)]
        assert [one.status for one in answers] == [303, 303]
        return [one.headers["location"] for one in answers]

    assert len(set(twice(f"/runs/{run}/judge", judgement="right"))) == 1
    assert len(set(twice(f"/runs/{run}/case", case="1"))) == 1
    corrected = {"judgement": "wrong", "field": "text", "expected": "Good day", "case": "1"}
    assert len(set(twice(f"/runs/{run}/judge", **corrected))) == 1
    words = [word.id for word in feedback.of_run(bench.database, run)]
    assert len(words) == 2
    for word in reversed(words):
        twice(f"/runs/{run}/undo?word={word}")
    assert not bench.cases().cases
    bench.judge(run, "right", by="Ada")
    assert len(feedback.of_run(bench.database, run)) == 3, "said anew after it was taken back"


def test_a_name_at_the_terminal_has_the_role_that_it_has(bench: Workbench, run: str) -> None:
    with_people = {one.name for one in bench.reload().people}
    assert "Rob" in with_people
    assert who_says(bench, "Rob", owner="kim").role == "reviewer"
    assert who_says(bench, "kim", owner="kim").role == "admin"
    assert who_says(bench, "stranger", owner="kim").role == "reviewer"
    word = bench.judge(run, "right", by="Dana").id
    with pytest.raises(PolicyError, match="Dana said that"):
        bench.undo(word, by=who_says(bench, "Rob", owner="kim"))
    assert bench.undo(word, by=who_says(bench, "kim", owner="kim"))
    assert not bench.undo(word, by=Person("kim", "admin"))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"expected": {"text": "x" * 100_000}}, "long-correction"),
        ({"expected": "x" * 2_001, "field": "text"}, "long-correction"),
        ({"note": "x" * 4_001}, "long-note"),
    ],
)
def test_a_word_has_a_length(bench: Workbench, run: str, said: dict[str, object], code: str) -> None:
    before = len(feedback.of_run(bench.database, run))
    with pytest.raises(UsageError) as error:
        bench.judge(run, "wrong", by="Dana", **said)
    assert error.value.code == code
    assert len(feedback.of_run(bench.database, run)) == before


def test_the_longest_word_is_kept(bench: Workbench, run: str) -> None:
    word = bench.judge(run, "wrong", by="Dana", field="text", expected="x" * 2_000, note="y" * 4_000)
    assert word_of(bench, run, word.id).note == "y" * 4_000
