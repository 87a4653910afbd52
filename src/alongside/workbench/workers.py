"""The worker processes' side: what a version's worker, a parser's and a trainer's are made of."""

import os
import secrets
import time
from pathlib import Path
from typing import Any

from alongside.core.chat import ModelConfig
from alongside.core.errors import AlongsideError, DataError, UsageError
from alongside.core.ids import make_id
from alongside.core.ports import ChatModel, FieldModel, Parser
from alongside.core.release import Version
from alongside.store.blobs import BlobStore
from alongside.store.database import Database

__all__ = ["WORKER", "new_id", "worker"]

WORKER = "alongside.workbench:worker"
_PARSE_MEMORY = 3 << 30


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
    else:
        raise UsageError("no-such-role", f"a worker has no role {role!r}", fix="this is a bug: report it")


def _version_worker(options: dict[str, Any], channel: Any) -> None:
    from alongside.engine import describe, guard, host, loading, versions
    from alongside.evals.judging import judge
    from alongside.sandbox.jobs import pack_error
    from alongside.store import versions as stored

    state = Path(options["state"])
    database = Database(state / "store.db")
    try:
        version = stored.get(database, options["version"])
        if version is None:
            raise DataError("no-such-version", "the version is not in the store", fix="run the command again")
        versions.check_lock(version)
        session = _session(state, database, version)
        os.chdir(session.root)
        workflows = loading.load_workflows(session)
        if not version.lock:
            reached = {"python": versions.python_minor(), **loading.reached_distributions(session, workflows)}
            database.write(lambda connection: stored.lock(connection, version.id, reached))
    except AlongsideError as error:
        channel.send({"error": pack_error(error)})
        return
    guard.install(session.root, (state,))
    channel.send({"ready": True})
    handlers = {
        "describe": lambda _message, _body: describe.describe(session, workflows),
        **_learning(session),
    }
    host.serve(session, workflows, judge=judge, receive=channel.receive, send=channel.send, handlers=handlers)


def _session(state: Path, database: Database, version: Version) -> Any:
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
        secrets=tuple(
            os.environ[config.api_key_env].encode()
            for config in configs.values()
            if os.environ.get(config.api_key_env, "")
        ),
        clock=time.time,
        new_id=new_id,
        services=_services(configs),
    )


def _config(name: str, fields: Any) -> ModelConfig:
    return ModelConfig(**{**fields, "name": name})


def _services(configs: dict[str, ModelConfig]) -> Any:
    from alongside.engine.session import Services

    made: dict[str, Any] = {}

    def parser() -> Parser:
        from alongside.documents.parser import IsolatedParser

        if "parser" not in made:
            made["parser"] = IsolatedParser(WORKER, memory=_PARSE_MEMORY, size=os.cpu_count() or 1)
        return made["parser"]

    def chat_model(name: str) -> ChatModel:
        from alongside.models.openai import OpenAIModel

        if name not in configs:
            raise UsageError(
                "no-such-model",
                f"alongside.toml has no model {name!r}",
                fix=f"add [models.{name}] with base_url and model",
            )
        if name not in made:
            made[name] = OpenAIModel(configs[name])
        return made[name]

    def field_model(weights: bytes) -> FieldModel:
        from alongside.learn.model import Model, untrained

        return Model.load(weights) if weights else untrained()

    def prompted(*arguments: Any, **options: Any) -> Any:
        from alongside.models.extract import extract_fields

        return extract_fields(*arguments, **options)

    return Services(parser, chat_model, field_model, prompted)


def _learning(session: Any) -> dict[str, Any]:
    return {}
