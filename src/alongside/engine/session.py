"""What a worker process knows while it runs one version: store, salt, files, models, clock."""

import asyncio
import functools
import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alongside.core.engagement import Limits
from alongside.core.ports import ChatModel, Clock, FieldModel, Parser
from alongside.core.release import Manifest
from alongside.core.run import Read
from alongside.engine.ambient import FOLDER, Precision
from alongside.engine.code.effects import import_effects
from alongside.engine.code.hashing import Code, code_of
from alongside.engine.code.origin import Origins
from alongside.engine.code.rooted import Rooted
from alongside.engine.code.watched import Watched
from alongside.engine.code.zoned import names_zone
from alongside.engine.context import unwatched
from alongside.engine.flights import Flights
from alongside.engine.manifest_reads import read_digest, tree_digest
from alongside.engine.spending import Prices
from alongside.store import surroundings
from alongside.store.blobs import BlobStore
from alongside.store.database import Database

__all__ = ["Services", "Session"]


@dataclass(frozen=True, slots=True)
class Services:
    """The adapters that built-in steps use, wired by the workbench; each is made when first asked for."""

    parser: Callable[[], Parser]
    chat_model: Callable[[str], ChatModel]
    field_model: Callable[[bytes], FieldModel]
    prompted: Callable[..., Any]


@dataclass
class Session:
    """One version in one worker. `root` is its materialised tree, which holds exactly the manifest's files."""

    root: Path
    version: str
    manifest: Manifest
    database: Database
    blobs: BlobStore
    salt: str
    secrets: Mapping[bytes, str]
    clock: Clock
    limits: Limits
    services: Services
    loop: asyncio.AbstractEventLoop | None = None
    prices: Prices = field(default_factory=Prices)
    flights: Flights = field(default_factory=Flights)
    lock: threading.Lock = field(default_factory=threading.Lock)
    threads: Counter[str] = field(default_factory=Counter[str])
    joining: Counter[str] = field(default_factory=Counter[str])
    codes: dict[Any, Code] = field(default_factory=dict[Any, Code])
    told: set[str] = field(default_factory=set[str])
    prompts: dict[str, str] = field(default_factory=dict[str, str])
    reads: dict[tuple[str, str, str], Read] = field(default_factory=dict[tuple[str, str, str], Read])
    field_models: dict[str, FieldModel] = field(default_factory=dict[str, FieldModel])

    def __post_init__(self) -> None:
        self.import_reads: dict[str, str] = {}
        self.environment: dict[str, str] = {}
        self.watched: dict[int, Watched] = {}
        self.namespaces: dict[str, dict[str, Any]] = {}
        self.precision = Precision.now()
        self.origins = Origins([self.root])
        self.rooted = Rooted(self.root)
        self.tree = tree_digest(self.manifest)

    @property
    def engagement(self) -> Path:
        """The engagement's folder, whose working tree may differ from the version's."""
        return self.database.path.parent.parent

    @functools.cached_property
    def effects(self) -> Mapping[str, str]:
        """What importing the version's modules did outside it, where steps can't be seen to depend on it."""
        found = import_effects(self.origins)
        return found | self.import_reads if found else {}

    def code(self, start: Callable[..., Any] | type) -> Code:
        """Return the code hash of a function or class of this version."""
        found = self.codes.get(start)
        if found is None:
            with unwatched():  # it looks up which distributions are installed
                found = code_of(start, self.origins, tree=self.tree, effects=self.effects, known=self.watched)
            loaded = tuple(
                (space, name, self._loaded(space, name, thing)) for space, name, thing in found.globals
            )
            found = self.codes[start] = found._replace(globals=loaded)
        return found

    def settle(self, reads: Iterable[Read] = ()) -> None:
        """Remember what importing the project's modules read and left; nothing that runs may change it for what runs later."""
        self.import_reads = {f"import read {read.kind} {read.name}": read.digest for read in reads}
        self.import_reads |= {f"import read variable {name}": told for name, told in self.environment.items()}
        self.precision = Precision.now()
        FOLDER.settle()
        self.namespaces = {
            name: dict(vars(module))
            for name, module in list(sys.modules.items())
            if name != "__main__" and self.origins.is_project(name)
        }

    def note_variable(self, name: str, value: str | None) -> None:
        """Remember that importing the project asked the environment for this; what it says is in the code that holds it."""
        self.environment[name] = surroundings.variable(self.salt, name, value)

    def note_outside(self, path: str) -> None:
        """Remember that importing the project looked at this outside the engagement; what is made of it is in the code that holds it."""
        name = surroundings.place(path)
        if name not in self.environment:
            with unwatched():
                self.environment[name] = surroundings.outside(self.salt, path)

    @functools.cached_property
    def zoned(self) -> Mapping[str, str]:
        """What an answer leans on where any of the project's modules may ask for local time."""
        with unwatched():
            return {surroundings.ZONE: surroundings.zone()} if names_zone(self.origins) else {}

    def _loaded(self, namespace: Mapping[str, Any], name: str, thing: Any) -> Any:
        """Return what a global was when its module was loaded: the code may be hashed after it was rebound."""
        return self.namespaces.get(namespace.get("__name__", ""), {}).get(name, thing)

    def read(self, kind: str, name: str, *, group: str) -> Read:
        """Return what a step that reads this now would record: always the same, since a version never changes."""
        known = self.reads.get((kind, name, group))
        if known is None:
            known = self.reads[kind, name, group] = Read(kind, name, self._digest(kind, name, group))
        return known

    def _digest(self, kind: str, name: str, group: str) -> str:
        if kind == "installed":
            with unwatched():
                return surroundings.installed()
        if kind == surroundings.ZONE:
            return surroundings.zone()
        found = read_digest(self.manifest, kind, name)
        return self.weights_for(name, group=group) if found is None else found

    def prompt_text(self, name: str) -> str:
        """Return a prompt of the version, which never changes."""
        if name not in self.prompts:
            with unwatched():
                self.prompts[name] = (self.root / "prompts" / name).read_text(encoding="utf-8")
        return self.prompts[name]

    def weights_for(self, name: str, *, group: str) -> str:
        """Return the digest of the weights that a case of this group is judged with, empty: untrained.

        A group that the model has learned from is judged by the fold model that has not seen it.
        """
        learned = self.learned(name)
        if not learned:
            return ""
        fold = learned["groups"].get(group) if group else None
        return learned["weights"] if fold is None else learned["folds"][fold]

    def learned(self, name: str) -> Mapping[str, Any]:
        """Return what `models/NAME.json` says, empty where nothing was learned yet."""
        if f"models/{name}.json" not in self.manifest.files:
            return {}
        with unwatched():
            return json.loads((self.root / "models" / f"{name}.json").read_text(encoding="utf-8"))
