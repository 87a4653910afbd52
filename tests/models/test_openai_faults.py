import asyncio
import logging
import pickle

import pytest
from model_wire_mock import (
    Answer,
    WireMock,
    completion,
    error,
    half_body,
    hang_up,
    raw,
    says,
    slow,
)
from openai_calls import HELLO, asked, client, config, failed

from alongside.core.chat import ChatReply, ModelConfig
from alongside.core.errors import DataError, ModelError, RejectedError
from alongside.models.openai import OpenAIChat

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_what_may_pass_is_tried_again(status: int):
    pauses: list[float] = []
    with WireMock([error(status), error(status), says("at last")]) as mock:
        reply = asked(mock, pauses=pauses)
    assert reply.text == "at last"
    assert pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    ("fault", "code"), [(hang_up(), "model-unreachable"), (half_body(), "model-interrupted")]
)
def test_a_broken_connection_is_tried_again_and_may_have_cost(fault: Answer, code: str):
    with WireMock([fault, says("at last")]) as mock:
        assert asked(mock).text == "at last"
    caught, heard = failed([fault])
    assert (caught.code, caught.kept, caught.cost, heard) == (code, False, None, 3)


@pytest.mark.parametrize(
    ("status", "code", "kept"),
    [
        (400, "model-rejected", True),
        (422, "model-rejected", True),
        (401, "model-key-refused", False),
        (403, "model-forbidden", False),
        (404, "model-not-found", False),
        (301, "model-status", False),
        (413, "model-status", False),
    ],
)
def test_what_stays_is_asked_once(status: int, code: str, *, kept: bool):
    caught, heard = failed([error(status, "that's bad", Location="http://127.0.0.1:1/")])
    assert (caught.code, caught.status, caught.kept, heard) == (code, status, kept, 1)
    assert isinstance(caught, RejectedError) == kept
    again = pickle.loads(pickle.dumps(caught))
    assert (type(again), again.args, again.status) == (type(caught), caught.args, status)


@pytest.mark.parametrize(
    ("status", "code"), [(408, "model-timeout"), (429, "model-rate-limited"), (503, "model-unavailable")]
)
def test_attempts_are_never_kept(status: int, code: str):
    caught, heard = failed([error(status)], retries=1)
    assert (caught.code, caught.status, caught.kept, heard) == (code, status, False, 2)


def test_pauses_are_spread_by_chance_and_bounded():
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    with WireMock([*[error(503)] * 7, says("at last")]) as mock:
        model = OpenAIChat(config(mock, retries=7), jitter=lambda: 0.5, sleep=sleep)
        asyncio.run(model.chat(HELLO))
    assert pauses == [0.375, 0.75, 1.5, 3.0, 6.0, 6.0, 6.0]


def test_whoever_asked_may_refuse_a_further_attempt():
    def before() -> None:
        if mock.heard:
            raise LookupError("nobody waits for it any more")

    with WireMock([error(503), says("too late")]) as mock:
        model = OpenAIChat(config(mock), sleep=lambda _: asyncio.sleep(0), before=before)
        with pytest.raises(LookupError):
            asyncio.run(model.chat(HELLO))
    assert len(mock.heard) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_what_a_server_says_about_a_key_is_not_repeated(status: int):
    caught, _ = failed([error(status, "Incorrect API key provided: sk-ab****yz")])
    assert "sk-ab" not in str(caught)


def test_an_empty_account_is_not_asked_again():
    assert failed([error(429, "pay", code="insufficient_quota")])[1] == 1


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "0"}, 0.0),
        ({"Retry_After_Ms": "250", "Retry_After": "7"}, 0.25),
        ({"Retry_After": "Sun, 09 Sep 2001 01:46:45 GMT"}, 5.0),
        ({"Retry_After": "Sun, 09 Sep 2001 01:00:00 GMT"}, 0.0),
        ({"Retry_After": "soon"}, 0.5),
        ({"Retry_After": "nan"}, 0.5),
    ],
)
def test_retry_after_is_honoured(headers: dict[str, str], pause: float):
    pauses: list[float] = []
    with WireMock([error(429, **headers), says("ok")]) as mock:
        asked(mock, pauses=pauses)
    assert pauses == [pause]


def test_a_pause_past_the_deadline_is_not_begun():
    pauses: list[float] = []
    caught, heard = failed([error(429, Retry_After="61")], pauses=pauses)
    assert (caught.code, heard, pauses) == ("model-rate-limited", 1, [])


def test_a_slow_first_byte_is_a_time_out():
    caught, heard = failed([slow(5, says("late"))], timeout=0.1)
    assert (caught.code, caught.kept, caught.cost, heard) == ("model-timeout", False, None, 1)


def test_waiting_for_a_slot_is_not_waiting_for_the_server():
    async def many(model: OpenAIChat) -> list[ChatReply]:
        return await asyncio.gather(*(model.chat(HELLO) for _ in range(20)))

    with WireMock([slow(0.05, says("ok"))]) as mock:
        replies = asyncio.run(many(OpenAIChat(config(mock, timeout=0.4), connections=2)))
    assert len(replies) == 20
    assert (mock.most_at_once, mock.connections) == (2, 2)


def test_nobody_is_there():
    with WireMock([says("x")]) as mock:
        gone = client(mock, retries=1)
    with pytest.raises(ModelError) as caught:
        asyncio.run(gone.chat(HELLO))
    assert (caught.value.code, caught.value.status, caught.value.cost) == ("model-unreachable", None, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>captive portal</html>",
        b"[]",
        b'{"choices": []}',
        b'{"object": "x"}',
        b"",
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_completion_is_said_so(body: bytes):
    caught, heard = failed([raw(200, body)])
    assert (caught.code, caught.kept, heard) == ("model-unreadable", False, 1)


def test_the_address_may_have_a_query():
    with WireMock([says("x")]) as mock:
        asked(mock, base_url=f"{mock.url}/?api-version=1#top")
    assert mock.heard[0].path == "/v1/chat/completions?api-version=1"


def test_an_error_inside_a_good_status():
    caught, _ = failed([raw(200, b'{"error": {"message": "too long", "code": 400}}')])
    assert (caught.code, caught.kept) == ("model-rejected", True)
    with WireMock([raw(200, b'{"error": {"message": "busy", "code": 429}}'), says("ok")]) as mock:
        assert asked(mock).text == "ok"


@pytest.mark.parametrize(
    "answer",
    [
        completion({"content": None, "refusal": "I can't help with that"}),
        completion({"content": "Part of"}, finish="content_filter"),
    ],
)
def test_a_refusal_stays_and_is_paid_for(answer: Answer):
    caught, heard = failed([answer], input_price=1.0, output_price=1.0)
    assert isinstance(caught, RejectedError)
    assert (caught.code, caught.kept, caught.cost, heard) == ("model-refused", True, 105_000, 1)


def test_the_key_is_sent_and_never_shown(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    secret = "sk-very-secret-123"
    monkeypatch.setenv("SMALL_KEY", f" {secret}\n")
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    for status in (400, 401, 403, 404, 500):
        with WireMock([error(status, f"bad key {secret}!")]) as mock, pytest.raises(ModelError) as caught:
            asked(mock, api_key_env="SMALL_KEY", retries=0)
        assert mock.heard[0].headers["authorization"] == f"Bearer {secret}"
        shown += [str(caught.value), repr(caught.value)]
    caught, _ = failed([raw(500, b"x" * 290 + secret.encode())], api_key_env="SMALL_KEY", retries=0)
    assert "sk-" not in str(caught)
    model = client(mock, api_key_env="SMALL_KEY")
    shown += [repr(model), str(vars(model)), caplog.text]
    assert secret not in "\n".join(shown)


@pytest.mark.parametrize("key", [None, "", "  ", "sk-\x00", "sk-é"])
def test_without_a_key_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, key: str | None):
    monkeypatch.delenv("SMALL_KEY", raising=False)
    if key and "\x00" not in key:
        monkeypatch.setenv("SMALL_KEY", key)
    caught, heard = failed([says("x")], api_key_env="SMALL_KEY")
    assert (caught.code, caught.kept, heard) == ("model-key-missing", False, 0)


def test_validation_errors_do_not_echo_the_document():
    body = b'{"detail": [{"loc": ["body"], "msg": "field required", "input": "the secret document"}]}'
    caught, _ = failed([raw(422, body)])
    assert "field required" in caught.message
    assert "secret document" not in caught.message


@pytest.mark.parametrize("url", ["", "ftp://x/v1", "127.0.0.1:80", "http://", "http://[::1"])
def test_an_address_that_is_none(url: str):
    with pytest.raises(DataError) as caught:
        OpenAIChat(ModelConfig("small", url, "m"))
    assert caught.value.code == "model-url"
