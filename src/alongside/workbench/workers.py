"""The worker processes' side: what a version's worker, a parser's and a trainer's are made of."""

import gc
import os
import secrets
import threading
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from alongside.core.chat import ModelConfig
from alongside.core.engagement import Limits
from alongside.core.errors import AlongsideError, DataError, UsageError
from alongside.core.ids import make_id
from alongside.core.ports import ChatModel, FieldModel, Parser
from alongside.core.release import Version
from alongside.policy.limits import check_model
from alongside.policy.secret_values import secrets_of
from alongside.store.blobs import BlobStore
from alongside.store.database import Database

__all__ = ["WORKER", "new_id", "worker"]

WORKER = "alongside.workbench:worker"
_PARSE_MEMORY = 3 << 30
_COLLECT = 10_000  # new objects between two looks at the young ones


def new_id(prefix: str) -> str:
    """Return a fresh id."""
    return make_id(prefix, time.time(), secrets.randbits)


def worker(role: str, options: dict[str, Any], channel: Any) -> None:
    """Where every worker process enters."""
    if role == "parse":
        from alongside.documents.worker import serve

        serve(options, channel)
    elif role == "version":
        _version_worker(options, channel)
    elif role == "train":
        _train_worker(options, channel)
    else:
        raise UsageError("no-such-role", f"a worker has no role {role!r}", fix="this is a bug: report it")


def _version_worker(options: dict[str, Any], channel: Any) -> None:
    from alongside.engine import caches, describe, execute, guard, host, loading, standing, versions
    from alongside.evals.judging import judge, judge_run
    from alongside.sandbox.jobs import pack_error
    from alongside.store import versions as stored

    state = Path(options["state"])
    database = Database(state / "store.db")
    try:
        version = stored.get(database, options["version"])
        if version is None:
            raise DataError("no-such-version", "the version is not in the store", fix="run the command again")
        versions.check_lock(version)
        session = _session(state, database, version, Limits(*options["limits"]))
        os.chdir(session.root)
        caches.install(session.origins.is_project)
        guard.install(session.root, (state,))
        workflows = loading.load_workflows(session, tell=channel.send)
        if not version.lock:
            reached = loading.reached_distributions(session)
            database.write(lambda connection: stored.lock(connection, version.id, reached))
    except AlongsideError as error:
        channel.send({"error": pack_error(error)})
        return
    gc.freeze()  # what is imported stays: the collector needn't look at it again
    gc.set_threshold(_COLLECT)
    channel.send({"ready": True})

    def offer(_message: dict[str, Any], _body: bytes) -> dict[str, Any]:
        return describe.describe(session, workflows)

    def stand(message: dict[str, Any], _body: bytes) -> dict[str, Any]:
        return standing.standing(session, workflows, message["question"])

    def fit(message: dict[str, Any], _: bytes) -> dict[str, Any]:
        name = message["workflow"]
        try:
            execute.typed_inputs(workflows[name], name, message["inputs"], load=session.blobs.get)
        except AlongsideError:
            raise
        except Exception as error:  # whatever a class of the project's raises when it is made
            told = f"they can't be made: {type(error).__name__}: {error}"
            raise DataError("input-type", told, fix="give what the workflow's classes take") from error
        return {}

    def held(message: dict[str, Any], _: bytes) -> dict[str, Any]:
        return {"verdicts": judge_run(session, message["run"], message["judge"])}

    handlers = {"describe": offer, "standing": stand, "fit": fit, "judge": held}
    host.serve(session, workflows, judge=judge, channel=channel, handlers=handlers)


def _session(state: Path, database: Database, version: Version, limits: Limits) -> Any:
    from alongside.engine.session import Session
    from alongside.engine.versions import materialise
    from alongside.store.meta import get_or_set

    blobs = BlobStore(state / "blobs", database)
    configs = {name: _config(name, fields) for name, fields in version.manifest.models.items()}
    return Session(
        root=materialise(version, folder=state / "trees", blobs=blobs),
        version=version.id,
        manifest=version.manifest,
        database=database,
        blobs=blobs,
        salt=get_or_set(database, "salt", lambda: secrets.token_hex(16)),
        secrets=secrets_of((config.api_key_env for config in configs.values()), os.environ),
        clock=time.time,
        limits=limits,
        services=_services(configs, limits),
    )


def _config(name: str, fields: Any) -> ModelConfig:
    given: dict[str, Any] = {**fields, "name": name}
    return ModelConfig(**given)


def _services(configs: dict[str, ModelConfig], limits: Limits) -> Any:
    from alongside.engine.session import Services

    made: dict[str, Any] = {}
    first = threading.Lock()  # two at once would make two pools of parsers

    def parser() -> Parser:
        from alongside.documents.parser import IsolatedParser
        from alongside.engine.context import record_wait

        with first:
            if "parser" not in made:
                made["parser"] = IsolatedParser(
                    WORKER, memory=_PARSE_MEMORY, size=os.cpu_count() or 1, waited=record_wait
                )
        return made["parser"]

    def chat_model(name: str) -> ChatModel:
        from alongside.engine.context import check_going
        from alongside.models.openai import OpenAIChat

        if name not in configs:
            raise UsageError(
                "no-such-model",
                f"alongside.toml has no model {name!r}",
                fix=f"add [models.{name}] with base_url and model",
            )
        if name not in made:
            check_model(limits, configs[name])
            made[name] = OpenAIChat(configs[name], before=check_going)
        return made[name]

    def field_model(weights: bytes) -> FieldModel:
        from alongside.learn.model import Model, untrained

        return Model.load(weights) if weights else untrained()

    def prompted(*arguments: Any, **options: Any) -> Any:
        from alongside.models.extract import extract_fields

        return extract_fields(*arguments, **options)

    return Services(parser, chat_model, field_model, prompted)


def _train_worker(options: dict[str, Any], channel: Any) -> None:
    """Learn from the corrections of one message, tell how far it is, and send the weights, one a message."""
    from alongside.core.document import Document
    from alongside.core.fields import Field
    from alongside.core.packing import unpack_document
    from alongside.engine.typed import coerce
    from alongside.learn.examples import Example
    from alongside.learn.train import train_folds
    from alongside.sandbox.jobs import pack_error

    database = Database(Path(options["state"]) / "store.db")
    blobs = BlobStore(Path(options["state"]) / "blobs", database)
    message, _ = channel.receive()
    types = {"str": str, "date": date, "datetime": datetime, "Decimal": Decimal, "float": float, "int": int}
    fields = [Field(name, kind, types[kept]) for name, kind, kept in message["fields"]]
    hints = {field.name: field.type for field in fields}
    try:
        examples = [
            Example(
                Document(**unpack_document(blobs.get(one["document"]))),
                {
                    name: None if value is None else coerce(value, hints[name], place=name, load=blobs.get)
                    for name, value in one["expected"].items()
                },
                one["group"],
            )
            for one in message["examples"]
        ]
        trained = train_folds(
            examples,
            fields,
            seed=message["seed"],
            folds=message["folds"],
            progress=lambda text: channel.send({"progress": text}),
        )
    except AlongsideError as error:
        channel.send({"error": pack_error(error)})
        return
    channel.send({"weights": True}, trained.full)
    for fold in trained.folds:
        channel.send({"weights": True}, fold)
