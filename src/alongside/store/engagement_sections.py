"""The sections of `alongside.toml`, each read into its noun."""

from alongside.core.chat import ModelConfig
from alongside.core.engagement import DATA_CLASSES, Limits, Person, Promise
from alongside.store.toml_table import Table

__all__ = ["read_data_classes", "read_done", "read_limits", "read_models", "read_people"]

_WEEK = 7 * 86_400.0
_DATA = ("documents",)
_WHOLE_MEASURES = ("cases", "cost", "latency", "sign-off")
_MEASURES = ("field:NAME", "check:NAME", *_WHOLE_MEASURES)


def read_data_classes(table: Table) -> dict[str, str]:
    """Return the class of each kind of data; a kind that nothing enforces is not known."""
    table.only(_DATA)
    return {kind: table.choice(kind, "", among=DATA_CLASSES) for kind in table.values}


def read_limits(table: Table) -> Limits:
    """Return the declared limits."""
    table.only(("cost_per_run", "cost_per_replay", "seconds_per_run", "regions"))
    return Limits(
        cost_per_run=table.number_or_none("cost_per_run"),
        cost_per_replay=table.number_or_none("cost_per_replay"),
        seconds_per_run=table.number("seconds_per_run", 0.0, least=0.001, most=_WEEK)
        if "seconds_per_run" in table.values
        else None,
        regions=table.texts("regions"),
    )


def read_models(table: Table) -> dict[str, ModelConfig]:
    """Return the models by name."""
    return {name: _model(name, table.table(name)) for name in table.values}


def _model(name: str, table: Table) -> ModelConfig:
    table.only(
        (
            "base_url",
            "model",
            "api_key_env",
            "region",
            "timeout",
            "retries",
            "options",
            "input_price",
            "output_price",
        )
    )
    base_url = table.text("base_url")
    if not base_url.startswith(("http://", "https://")):
        raise table.refuse(
            "base_url", f"is {base_url!r}", fix="begin it with https:// (or http:// on this machine)"
        )
    return ModelConfig(
        name=name,
        base_url=base_url,
        model=table.text("model"),
        api_key_env=table.text("api_key_env", ""),
        region=table.text("region", ""),
        timeout=table.number("timeout", 60.0, least=0.001),
        retries=table.integer("retries", 2),
        options=table.table("options").values or None,
        input_price=table.number_or_none("input_price"),
        output_price=table.number_or_none("output_price"),
    )


def read_people(tables: list[Table]) -> tuple[Person, ...]:
    """Return the people; a name stands only once."""
    people: dict[str, Person] = {}
    for table in tables:
        table.only(("name", "role"))
        name = table.text("name")
        if name in people:
            raise table.refuse(
                "name", f"is {name!r} a second time", fix="give each person one [[people]] table"
            )
        people[name] = Person(name, table.text("role"))
    return tuple(people.values())


def read_done(tables: list[Table]) -> tuple[Promise, ...]:
    """Return the definition of done. Who owes a sign-off may be declared later: the gate says so until then."""
    promises: dict[str, Promise] = {}
    for table in tables:
        table.only(("name", "measure", "workflow", "at_least", "at_most", "owner"))
        promise = _promise(table)
        if promise.name in promises:
            raise table.refuse(
                "name", f"is {promise.name!r} a second time", fix="give each promise its own name"
            )
        promises[promise.name] = promise
    return tuple(promises.values())


def _promise(table: Table) -> Promise:
    measure = _measure(table)
    if measure in {"cost", "latency"}:
        _thresholds(table, needed="at_most", other="at_least")
    elif measure == "sign-off":
        _thresholds(table, needed="owner", other="at_least")
        _thresholds(table, needed="owner", other="at_most")
        _thresholds(table, needed="owner", other="workflow")
    else:
        _thresholds(table, needed="at_least", other="at_most")
    return Promise(
        name=table.text("name"),
        measure=measure,
        at_least=table.number_or_none("at_least", most=1.0),
        at_most=table.number_or_none("at_most"),
        owner=table.text("owner", ""),
        workflow=table.text("workflow", ""),
    )


def _measure(table: Table) -> str:
    measure = table.text("measure")
    kind, colon, name = measure.partition(":")
    known = bool(name) and kind in {"field", "check"} if colon else measure in _WHOLE_MEASURES
    if not known:
        raise table.refuse(
            "measure", f"is {measure!r}, which nothing measures", fix=f"write one of {', '.join(_MEASURES)}"
        )
    return measure


def _thresholds(table: Table, *, needed: str, other: str) -> None:
    if needed not in table.values:
        raise table.refuse(needed, "is missing", fix=f"add {needed} = …", code="missing-key")
    if other in table.values:
        raise table.refuse(
            other, "doesn't go with this measure", fix=f"take it out; this measure has {needed}"
        )
