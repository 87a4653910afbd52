"""Opens an engagement: the only file that chooses and wires adapters."""

import os
import secrets
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from alongside.core.chat import ModelConfig
from alongside.core.engagement import Engagement
from alongside.core.errors import AlongsideError, DataError, UsageError
from alongside.core.ids import make_id
from alongside.core.ports import ChatModel, FieldModel, Parser
from alongside.core.release import Version
from alongside.store.blobs import BlobStore
from alongside.store.database import Database

__all__ = ["Workbench", "new_id", "open_engagement", "worker"]

_WORKER = "alongside.workbench:worker"
_VERSION_MEMORY = 6 << 30
_PARSE_MEMORY = 3 << 30
_CONCURRENCY = 16
_STATE = ".alongside"


def new_id(prefix: str) -> str:
    """Return a fresh id."""
    return make_id(prefix, time.time(), secrets.randbits)


def open_engagement(start: str | Path = ".") -> "Workbench":
    """Open the engagement that `start` is in, found like git finds a repository."""
    from alongside.store.engagement_file import find_root, load_engagement

    return Workbench(load_engagement(find_root(Path(start))))


class Workbench:
    """One open engagement. Close it, or use it in a `with`."""

    def __init__(self, engagement: Engagement) -> None:
        self.engagement = engagement
        self.clock: Callable[[], float] = time.time
        self._runners: dict[str, Any] = {}

    @property
    def state(self) -> Path:
        """The folder of what isn't in git."""
        return self.engagement.root / _STATE

    @cached_property
    def database(self) -> Database:
        """The store."""
        self.state.mkdir(exist_ok=True)
        return Database(self.state / "store.db")

    @cached_property
    def blobs(self) -> BlobStore:
        """The blobs."""
        return BlobStore(self.state / "blobs", self.database)

    def snapshot(self) -> Version:
        """Store the working tree and return its version."""
        from alongside.engine.versions import snapshot

        self.salt()
        return snapshot(self.engagement, database=self.database, blobs=self.blobs, clock=self.clock)

    def version(self, name: str) -> Version:
        """Return a version by an id's start, or `live`, `previous`. Raises UsageError `no-such-version`."""
        from alongside.store import versions

        pointer = versions.pointer(self.database)
        wanted = {"live": pointer.live, "previous": pointer.previous}.get(name, name)
        found = versions.find(self.database, wanted) if wanted else []
        if len(found) != 1:
            raise UsageError(
                "no-such-version",
                f"{name} is {'no' if not found else 'more than one'} version here",
                fix="see `alongside release list`",
            )
        return found[0]

    def runner(self, version: Version, *, fresh: bool = False) -> Any:
        """Return the version's runner; its worker starts with the first order. `fresh`: one of its own."""
        from alongside.engine.runner import Runner

        if fresh or version.id not in self._runners:
            made = Runner(lambda: self._start(version), concurrency=_CONCURRENCY, lost=self._lost)
            self._runners[f"{version.id}#{len(self._runners)}" if fresh else version.id] = made
            return made
        return self._runners[version.id]

    def salt(self) -> str:
        """Return the engagement's salt: it lives in the store and moves with an export."""
        from alongside.store.meta import get_or_set

        return get_or_set(self.database, "salt", lambda: secrets.token_hex(16))

    def close(self) -> None:
        """Kill the workers and close the store; everything acknowledged is on the disk."""
        for runner in self._runners.values():
            runner.close()
        self._runners.clear()
        if "database" in self.__dict__:
            self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, version: Version) -> Any:
        from alongside.sandbox.process import Worker

        limit = self.engagement.limits.seconds_per_run
        options = {"state": str(self.state), "version": version.id, "seconds": limit}
        return Worker.start(
            _WORKER,
            role="version",
            options=options,
            memory=_VERSION_MEMORY,
            env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        )

    def _lost(self, order: Any, code: str, text: str) -> Any:
        from alongside.engine.lost import write_lost

        return write_lost(self.database, order, code, text, now=self.clock())


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
            made["parser"] = IsolatedParser(_WORKER, memory=_PARSE_MEMORY, size=os.cpu_count() or 1)
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
