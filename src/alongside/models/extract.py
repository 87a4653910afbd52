"""Fields read off a document by asking a model, checked, with one repair turn, and with their places."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from alongside.core.chat import ChatReply, ChatRequest, Message, Usage
from alongside.core.document import Document
from alongside.core.fields import Field
from alongside.core.ports import ChatModel
from alongside.core.value import Value
from alongside.models.locate import Passages, states
from alongside.models.reading import FORMS, Reading, answer_schema, read_answer

__all__ = ["INVALID", "Extraction", "extract_fields"]

INVALID = "invalid-answer"

_PROMPTS = Path(__file__).with_name("prompts")
_AGREES, _FOUND, _TYPED = 0.9, 0.6, 0.2
"""Confidence of a value whose quote stands in the document and states it; stands but says something else; doesn't
stand there. Set by hand: they rank answers, but are no measured probabilities until a calibration says so."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read, a Value a field, and every reply that it took; `problems` are what the repair left, by field."""

    fields: Mapping[str, Value[Any]]
    replies: tuple[ChatReply, ...]
    problems: Mapping[str, str]

    @property
    def usage(self) -> Usage:
        """Tokens of all calls; None where a call didn't count them."""
        used = [reply.usage for reply in self.replies]
        return Usage(
            _total(each.input_tokens for each in used),
            _total(each.output_tokens for each in used),
            _total(each.cached_tokens for each in used),
        )

    @property
    def cost(self) -> int | None:
        """Nano-dollars of all calls; None where one is unpriced."""
        return _total(reply.cost for reply in self.replies)


async def extract_fields(
    model: ChatModel, document: Document, fields: Sequence[Field], *, instructions: str = ""
) -> Extraction:
    """Ask `model` for `fields` and return them typed and placed; `instructions` are the customer's own, as text.

    An answer that doesn't fit, or quotes what the document doesn't say, is sent back once with what is wrong. What
    is still wrong then is no value, whose `source` says why (`prompt: invalid-answer: …`), or one of low confidence. `confidence` is a heuristic, not calibrated: whether
    the quote was found and states the value. The temperature is the model's own (`options` in alongside.toml): some
    take no other. Raises ModelError as the model does.
    """
    passages = Passages(document)
    request = ChatRequest(_messages(document, fields, instructions), schema=answer_schema(fields))
    replies = [await model.chat(request)]
    readings = _checked(read_answer(replies[0].text, fields), passages)
    wrong = _problems(readings)
    if wrong:
        replies.append(await model.chat(_repair(request, replies[0], wrong)))
        again = _checked(read_answer(replies[1].text, fields), passages)
        readings.update({name: _better(readings[name], again[name]) for name in wrong})
    values = {field.name: _placed(readings[field.name], field, passages) for field in fields}
    return Extraction(values, tuple(replies), _problems(readings))


def _problems(readings: Mapping[str, Reading]) -> dict[str, str]:
    return {name: reading.problem for name, reading in readings.items() if reading.problem}


def _repair(request: ChatRequest, reply: ChatReply, wrong: Mapping[str, str]) -> ChatRequest:
    asked = Message("user", _prompt("repair", problems=_bullets(wrong)))
    return dataclasses.replace(request, messages=(*request.messages, Message("assistant", reply.text), asked))


def _messages(document: Document, fields: Sequence[Field], instructions: str) -> tuple[Message, ...]:
    asked = _bullets({field.name: FORMS[field.kind] for field in fields})
    system = _prompt("extract", fields=asked, instructions=instructions).rstrip()
    return (Message("system", system), Message("user", "\n".join(_shown(document))))


def _shown(document: Document) -> list[str]:
    shown: list[str] = []
    for page in document.pages:
        shown += [f"[page {page.number} of {document.name}]", *(line.text for line in page.lines())]
    for child in document.children:
        shown += _shown(child)
    return shown


def _checked(readings: Mapping[str, Reading], passages: Passages) -> dict[str, Reading]:
    """Mark the readings whose quote the document doesn't have: models make up both."""
    return {
        name: dataclasses.replace(reading, problem=f"the document doesn't say {reading.quote[:80]!r}")
        if reading.value is not None and passages.find(reading.quote) is None
        else reading
        for name, reading in readings.items()
    }


def _better(first: Reading, second: Reading) -> Reading:
    """Return the repaired reading, unless the repair made it worse: then a typed value is better than none."""
    return first if second.problem and second.value is None else second


def _placed(reading: Reading, field: Field, passages: Passages) -> Value[Any]:
    value = reading.value
    if value is None:
        return Value(None, source=f"prompt: {INVALID}: {reading.problem}" if reading.problem else "prompt")
    found = passages.find(reading.quote, near=field.name, where=lambda text: states(value, text))
    if found is None:
        return Value(value, confidence=_TYPED, source="prompt")
    confidence = _AGREES if states(value, found.text) else _FOUND
    return Value(value, found.text, found.boxes, confidence, "prompt", found.document)


def _bullets(items: Mapping[str, str]) -> str:
    return "\n".join(f"- `{name}`: {text}" for name, text in items.items())


def _total(counts: Iterable[int | None]) -> int | None:
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _prompt(name: str, **values: str) -> str:
    return _template(name).substitute(values)


@cache
def _template(name: str) -> Template:
    return Template((_PROMPTS / f"{name}.md").read_text("utf-8"))
