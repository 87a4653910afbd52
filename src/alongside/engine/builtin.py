"""Steps made of the capabilities' ports: parse, chat, learned and prompted fields.

Workflows import them from `alongside`. Their code is their version: upgrading Alongside re-runs only what
such a step's own version touches.
"""

import asyncio
import functools
import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast

from alongside.core.chat import ChatReply, ChatRequest, Tool
from alongside.core.digest import digest
from alongside.core.document import Document
from alongside.core.errors import DataError
from alongside.core.fields import Field, fields_of
from alongside.core.file import File
from alongside.core.ports import ChatModel
from alongside.core.run import Effect
from alongside.engine import built_in_versions, leaf
from alongside.engine.call import Spec, prepare
from alongside.engine.code.hashing import Code
from alongside.engine.context import CONTEXT, Context, Usage, record_read, record_wait, unwatched
from alongside.engine.messages import Messages, as_input, as_messages
from alongside.engine.prompt import Prompt, outside
from alongside.engine.session import Session
from alongside.engine.spending import Charged
from alongside.engine.telling import Overheard

__all__ = ["Learned", "Prompted", "chat", "code_version", "learned", "parse", "prompted"]

S = TypeVar("S")
Group = Literal["document", "vendor"]


def parse(file: File) -> Document:
    """Read a file into a Document with pages, blocks and boxes.

    In an async workflow, `await parse(file)`. Raises DataError for a file that can't be read.
    """

    def body(source: str, name: str, media_type: str) -> Document:
        parser = _session().services.parser()
        return parser.parse(file.data, name=name, media_type=media_type)

    context = _here("parse")
    with unwatched():  # the first time it looks up what is installed
        version = context.run.session.services.parser().version
    inputs = {"source": file.source, "name": file.name, "media_type": file.media_type}
    return _blocking(context, _spec("parse", version, "pure"), inputs, body)


def chat(
    messages: Messages,
    *,
    model: str,
    tools: tuple[Tool, ...] = (),
    schema: Mapping[str, Any] | None = None,
    temperature: float | None = None,
    max_tokens: int | None = None,
    seed: int | None = None,
    reuse: bool = False,
) -> ChatReply:
    """Ask a model of `alongside.toml`; in an async workflow it is awaited.

    Raises DataError `chat-message` for what is no message, and UpstreamError; answers with status 400, 422 and refusals are kept, the rest are attempts.
    """
    said = messages if isinstance(messages, Prompt) else as_messages(messages)

    async def body(**inputs: Any) -> ChatReply:
        _ = inputs
        _read("model", model)
        request = ChatRequest(tuple(as_messages(said)), tools, schema, temperature, max_tokens, seed)
        reply = await _chat_model(model).chat(request)
        tokens = (reply.usage.input_tokens or 0) + (reply.usage.output_tokens or 0)
        _use(Usage(reply.cost, tokens, f"{model}|{reply.resolved_model} {reply.fingerprint}".strip()))
        return reply

    inputs = {
        "model": model,
        "messages": as_input(said),
        "tools": [[tool.name, tool.description, dict(tool.parameters)] for tool in tools],
        "options": [None if schema is None else dict(schema), temperature, max_tokens, seed],
    }
    return _awaiting(_here("chat"), _spec("chat", built_in_versions.CHAT, "model", reuse=reuse), inputs, body)


@dataclass(frozen=True, slots=True)
class Learned(Generic[S]):
    """An extractor that learns the fields of a dataclass from corrections; call it with a Document."""

    name: str
    shape: type[S]
    group: Group
    vendor_field: str
    abstain_below: float

    @property
    def __alongside_identity__(self) -> str:
        return f"learned {self.name} {self.shape.__qualname__} {self.group} {self.abstain_below}"

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are extracted."""
        return fields_of(self.shape)

    def __call__(self, document: Document) -> S:
        """Return the fields with places and confidences. In an async workflow, `await` it."""

        def body(**inputs: Any) -> dict[str, Any]:
            _ = inputs
            weights = _read("weights", self.name)
            made = _field_model(self.name, weights).extract(document, self.fields)
            floor = self.abstain_below
            return {name: v if v.confidence >= floor else _abstained(v) for name, v in made.items()}

        inputs = {
            "document": document,
            "fields": [[f.name, f.kind, f.type.__name__] for f in self.fields],
            "floor": self.abstain_below,
        }
        spec = _spec(f"learned.{self.name}", built_in_versions.LEARNED, "pure")
        return _shaped(self.shape, _blocking(_here("learned"), spec, inputs, body))


@dataclass(frozen=True, slots=True)
class Prompted(Generic[S]):
    """An extractor that asks a model for the fields of a dataclass; call it with a Document."""

    model: str
    shape: type[S]
    instructions: str | Prompt

    @property
    def __alongside_identity__(self) -> str:
        return f"prompted {self.model} {self.shape.__qualname__} {getattr(self.instructions, 'name', self.instructions)}"

    def __call__(self, document: Document) -> S:
        """Return the fields with places and confidences. In an async workflow, `await` it."""

        async def body(**inputs: Any) -> dict[str, Any]:
            _ = inputs
            _read("model", self.model)
            made = await _session().services.prompted(
                _chat_model(self.model),
                document,
                fields_of(self.shape),
                instructions=str(self.instructions),
            )
            tokens = (made.usage.input_tokens or 0) + (made.usage.output_tokens or 0)
            resolved = f"{made.replies[-1].resolved_model} {made.replies[-1].fingerprint}".strip()
            _use(Usage(made.cost, tokens, f"{self.model}|{resolved}"))
            return dict(made.fields)

        inputs = {
            "document": document,
            "model": self.model,
            "fields": [[f.name, f.kind, f.type.__name__] for f in fields_of(self.shape)],
            "instructions": as_input(self.instructions),
        }
        spec = _spec("prompted", built_in_versions.PROMPTED, "model")
        return _shaped(self.shape, _awaiting(_here("prompted"), spec, inputs, body))


def learned(
    name: str,
    shape: type[S],
    *,
    group: Group = "document",
    vendor_field: str = "",
    abstain_below: float = 0.0,
) -> Learned[S]:
    """Return an extractor for the fields of `shape`, a dataclass of Values, that learns from corrections.

    `group` says what stays together when cases are held out: a document, or a vendor (the field named
    `vendor_field`; by default `company`, `vendor`, `supplier` or `seller`). A value whose confidence is below
    `abstain_below` (0 to 1) is None. Raises DataError `field-type`, `abstain-below`.
    """
    fields_of(shape)
    told: Any = abstain_below
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= 1:
        raise DataError(
            "abstain-below",
            f"abstain_below of learned({name!r}) is {told!r}, which is no number from 0 to 1",
            fix="give one number for all fields, such as abstain_below=0.5",
        )
    return Learned(name, shape, group, vendor_field, abstain_below)


def prompted(model: str, shape: type[S], instructions: str | Prompt = "") -> Prompted[S]:
    """Return an extractor for the fields of `shape` that asks a model of `alongside.toml`."""
    fields_of(shape)
    return Prompted(model, shape, instructions)


def _shaped(shape: type[Any], found: Any) -> Any:
    """Make the dataclass of the fields that were kept: anew each time, so that an edit of its code counts."""
    if not inspect.isawaitable(found):
        return shape(**found)

    async def shaped() -> Any:
        return shape(**await found)

    return shaped()


def _abstained(value: Any) -> Any:
    return type(value)(None, value.text, value.boxes, value.confidence, value.source, value.document)


def _here(what: str) -> Context:
    context = CONTEXT.get()
    if context is None:
        raise outside(f"{what}()")
    return context


def _session() -> Session:
    return cast("Session", _here("a built-in step").run.session)


def _read(kind: str, name: str) -> str:
    """Record that the step reads this, and return its digest."""
    context = _here("a built-in step")
    read = context.run.session.read(kind, name, group=context.run.group)
    record_read(read)
    return read.digest


def _chat_model(name: str) -> ChatModel:
    """Return the model, each call held to the limits on money, and overheard where somebody watches the run."""
    here = _here("a built-in step")
    run = here.run
    model: ChatModel = run.session.services.chat_model(name)
    return Charged(model if run.tell is None else Overheard(model, here.frame.span, run.tell), here, name)


def _use(usage: Usage) -> None:
    _here("a built-in step").frame.usage = usage


def _field_model(name: str, weights: str) -> Any:
    """Return a learned model. Raises DataError `missing-weights`, as after a clone: git has what they were made of."""
    session = _session()
    found = session.field_models.get(weights)
    if found is None:
        if weights and not session.blobs.has(weights):
            raise DataError(
                "missing-weights",
                f"the weights of models/{name}.json aren't here",
                fix=f"make them again with `alongside learn {name}`",
            )
        data = session.blobs.get(weights) if weights else b""
        found = session.field_models[weights] = session.services.field_model(data)
    return found


def code_version(session: Session, step: str) -> tuple[str, Effect]:
    """Return the code hash and the effect that a built-in step of this name has now."""
    kind = step.removeprefix("alongside.").partition(".")[0]
    match kind:
        case "parse":
            version, effect = session.services.parser().version, "pure"
        case "learned":
            version, effect = built_in_versions.LEARNED, "pure"
        case "prompted":
            version, effect = built_in_versions.PROMPTED, "model"
        case _:
            version, effect = built_in_versions.CHAT, "model"
    return digest(version.encode()), cast("Effect", effect)


def _spec(name: str, version: str, effect: Effect, *, reuse: bool = False) -> Spec:
    return Spec(f"alongside.{name}", effect, reuse, functools.partial(_code, name, version), guarded=False)


def _code(name: str, version: str, session: Session) -> Code:
    known = session.codes.get((name, version))
    if known is None:
        known = Code(digest(version.encode()), {name: version}, (), (), {}, ())
        session.codes[name, version] = known
    return known


def _on_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _blocking(context: Context, spec: Spec, inputs: dict[str, Any], body: Callable[..., Any]) -> Any:
    """Call a built-in that blocks: at once in a sync workflow, on a thread in an async one."""
    call = prepare(spec, context, inputs)
    if not _on_loop():
        return leaf.call_sync(call, body)

    async def threaded(**bound: Any) -> Any:
        asked = time.monotonic()

        def begun() -> Any:
            record_wait(time.monotonic() - asked)
            return body(**bound)

        return await asyncio.to_thread(begun)

    return leaf.call_async(call, threaded)


def _awaiting(context: Context, spec: Spec, inputs: dict[str, Any], body: Callable[..., Any]) -> Any:
    """Call a built-in that awaits: on the worker's loop where a sync workflow calls it."""
    call = prepare(spec, context, inputs)
    if _on_loop():
        return leaf.call_async(call, body)
    loop = context.run.session.loop
    return asyncio.run_coroutine_threadsafe(leaf.call_async(call, body), loop).result()
