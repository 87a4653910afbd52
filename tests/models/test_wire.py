"""Whatever JSON a server sends, it is a reply or a ModelError."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alongside.core.chat import ChatReply, ModelConfig, ToolCall, Usage
from alongside.core.errors import ModelError
from alongside.models.assembly import Assembly
from alongside.models.wire import read_reply

CONFIG = ModelConfig("small", "http://127.0.0.1:1/v1", "m")
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
ANY = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2)
)


def objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return ANY | st.fixed_dictionaries({}, optional={name: ANY | kind for name, kind in fields.items()})


FUNCTION = objects(name=ANY, arguments=ANY)
MESSAGE = objects(
    content=st.lists(objects(text=ANY)),
    refusal=ANY,
    tool_calls=st.lists(objects(id=ANY, index=ANY, function=FUNCTION), max_size=3),
)
USAGE = objects(
    prompt_tokens=ANY,
    completion_tokens=ANY,
    total_tokens=ANY,
    prompt_tokens_details=objects(cached_tokens=ANY),
)
ANSWER = objects(
    choices=st.lists(objects(message=MESSAGE, delta=MESSAGE, finish_reason=ANY), max_size=2),
    usage=USAGE,
    model=ANY,
    system_fingerprint=ANY,
)


def outcome(make: Callable[[], ChatReply]) -> ChatReply | str:
    try:
        return make()
    except ModelError as error:
        return error.code


def is_well_typed(reply: ChatReply) -> bool:
    strings = [reply.text, reply.finish_reason, reply.resolved_model, reply.fingerprint]
    strings += [part for call in reply.tool_calls for part in (call.id, call.name, call.arguments)]
    counts = [reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.cached_tokens]
    return all(type(each) is str for each in strings) and all(
        count is None or (type(count) is int and count >= 0) for count in counts
    )


@given(ANSWER)
def test_any_answer(payload: Any):
    made = outcome(lambda: read_reply(payload, CONFIG))
    assert made in {"model-unreadable", "model-refused"} if isinstance(made, str) else is_well_typed(made)


@given(st.lists(ANSWER.filter(lambda payload: isinstance(payload, dict)), max_size=4))
def test_any_stream(payloads: list[dict[str, Any]]):
    whole = Assembly(CONFIG)
    text = "".join([whole.add(payload) for payload in payloads])
    made = outcome(whole.reply)
    assert made == "model-refused" if isinstance(made, str) else is_well_typed(made) and made.text == text


@given(st.text(), st.lists(st.tuples(st.text(min_size=1), st.text(), st.text(min_size=1)), max_size=3))
def test_an_answer_in_pieces_is_the_answer_whole(text: str, calls: list[tuple[str, str, str]]):
    made = [{"id": i, "function": {"name": n, "arguments": a}} for i, n, a in calls]
    message = {"content": text, "tool_calls": made}
    head = {"model": "m-1", "usage": {"prompt_tokens": 3, "completion_tokens": 4}}
    whole = read_reply({**head, "choices": [{"message": message, "finish_reason": "stop"}]}, CONFIG)
    assembly = Assembly(CONFIG)
    for piece in text:
        assembly.add({"choices": [{"delta": {"content": piece}}]})
    for index, call in enumerate(made):
        first = {"index": index, "id": call["id"], "function": {**call["function"], "arguments": ""}}
        assembly.add({"choices": [{"delta": {"tool_calls": [first]}}]})
        for piece in call["function"]["arguments"]:
            rest = {"index": index, "function": {"arguments": piece}}
            assembly.add({"choices": [{"delta": {"tool_calls": [rest]}}]})
    assembly.add({**head, "choices": [{"delta": {}, "finish_reason": "stop"}]})
    assert assembly.reply() == whole
    assert whole.tool_calls == tuple(ToolCall(*call) for call in calls)
    assert whole.usage == Usage(3, 4)


def test_a_character_that_a_token_limit_cut_in_two_is_replaced() -> None:
    chunks = ["one \ud83d", "\ude00 two \ud83d"]
    assembly = Assembly(CONFIG)
    for text in chunks:
        assembly.add({"choices": [{"delta": {"content": text}}]})
    assert assembly.reply().text == "one \U0001f600 two \ufffd"
    whole = read_reply({"choices": [{"message": {"content": "cut \ud83d"}}]}, CONFIG)
    assert whole.text == "cut \ufffd"
