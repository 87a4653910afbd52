"""An answer in the making: what a model writes is on the page before it has finished, and the answer is the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.store import runs
from alongside.views.screens.under_way import Written, written_so_far
from models.model_wire_mock import Answer, WireMock, error, says
from web.served import Client, form, serving, ship
from web.talking import Gate, talking

pytestmark = pytest.mark.enable_socket


def ask(client: Client, question: str) -> str:
    body, kind = form({"question": question})
    return client.ask("POST", "/app/answer", body, kind).headers["Location"]


def test_words_are_there_before_the_answer_is(tmp_path: Path) -> None:
    gate = Gate("Twelve <b>", " euros")
    with WireMock([gate]) as mock, serving(bench := talking(tmp_path / "acme", mock.url)) as client:
        ship(bench)
        address = ask(client, "how much?")
        seen: list[str] = []
        for event in client.events(f"{address}/events"):
            if event["ended"]:
                break
            seen.append(event["html"])
            if "Twelve" in seen[-1] and not gate.open.is_set():
                assert b"Twelve &lt;b&gt;" in client.ask("GET", address).body  # also without a script
                gate.open.set()
        assert "Twelve &lt;b&gt;</p>" in "".join(seen)
        assert client.ask("GET", f"{address}.json").json["values"][0]["text"] == "TWELVE <B> EUROS"
        (run, *_) = runs.latest(bench.database, limit=1, mode="serve")
        assert sum(span.tokens for span in runs.spans(bench.database, run.id)) == 5


@pytest.mark.parametrize("refusal", [error(400, "no streams here"), error(422, "stream is unknown")])
def test_a_model_that_cannot_stream_answers_all_the_same(tmp_path: Path, refusal: Answer) -> None:
    with (
        WireMock([refusal, says("whole")]) as mock,
        serving(bench := talking(tmp_path / "acme", mock.url)) as client,
    ):
        ship(bench)
        address = ask(client, "how much?")
        assert list(client.events(f"{address}/events"))[-1] == {"ended": True}
        assert client.ask("GET", f"{address}.json").json["values"][0]["text"] == "WHOLE"
        assert [heard.body["stream"] for heard in mock.heard] == [True, False]


def test_nobody_watches_a_request_to_the_api(tmp_path: Path) -> None:
    with (
        WireMock([says("whole")]) as mock,
        serving(bench := talking(tmp_path / "acme", mock.url)) as client,
    ):
        ship(bench)
        run = client.run("answer", {"question": "how much?"}).json["run"]
        assert [heard.body["stream"] for heard in mock.heard] == [False]
        assert list(client.events(f"/app/answer/{run}/events")) == [{"ended": True}]


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.booleans()), max_size=4), st.data())
def test_of_a_broken_off_object_whole_fields_are_shown(said: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps({name: {"value": value, "quote": "q"} for name, value in said.items()}, indent=1)
    cut = data.draw(st.integers(1, len(text)))
    whole = written_so_far(text).fields
    assert len(whole) == len(said)
    fields = written_so_far(text[:cut]).fields
    assert fields == whole[: len(fields)]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('{"total": 1', ()),
        ('{"total": 12,', (("Total", "12"),)),
        ('{"total": 12}', (("Total", "12"),)),
        ('{"total": {"value": null, "quote"', ()),
        ('{"a": [1, 2], "b', (("A", "1, 2"),)),
        ("{" * 100_000, ()),
        ("{not json", ()),
    ],
)
def test_a_field_is_shown_when_it_is_whole(text: str, fields: tuple[tuple[str, str], ...]) -> None:
    assert written_so_far(text) == Written(fields, "")
