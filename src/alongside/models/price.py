"""What a call cost, in nano-dollars. An unknown price is None: unpriced, never free."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from alongside.core.chat import ModelConfig, Usage

__all__ = ["Price", "cost_of", "list_price", "prices_as_of"]

_DATED = re.compile(r"[-@](\d{8}|\d{4}-\d{2}-\d{2})$")
_NANO_PER_THOUSAND = 1_000_000
"""A dollar a million tokens in nano-dollars a thousand tokens."""


@dataclass(frozen=True, slots=True)
class Price:
    """Nano-dollars a thousand tokens, of calls whose input has more than `above` tokens.

    A thousand, since some cached tokens cost less than a nano-dollar each; None is unknown.
    """

    input: int | None
    output: int | None
    cached: int | None = None
    above: int = 0


def cost_of(usage: Usage, *, model: str, config: ModelConfig) -> int | None:
    """Return the nano-dollars of a call, None where a price is unknown, or a count of what isn't free.

    The config's prices win, each by itself; else the list price of `model` (what the server says it ran), else of
    the configured model, but only at the provider's own address: what somebody else serves under the same name
    costs something else. Cached tokens are part of the input and cost as much where nothing else is known. Cache
    writes are not on the wire of this dialect, so they count as input.
    """
    asked, answered = usage.input_tokens, usage.output_tokens
    price = _priced(config, model, asked or 0)
    if price.input is None or price.output is None:
        return None
    asked = 0 if asked is None and not (price.input or price.cached) else asked
    answered = 0 if answered is None and not price.output else answered
    if asked is None or answered is None:
        return None
    cached = min(usage.cached_tokens or 0, asked)
    each = price.input if price.cached is None else price.cached
    total = (asked - cached) * price.input + cached * each + answered * price.output
    return (total + 500) // 1000


def list_price(base_url: str, model: str, *, input_tokens: int = 0) -> Price | None:
    """Return the list price of `model` at the provider whose API stands at `base_url`, None where unknown."""
    tiers = _book().get(urlsplit(base_url).hostname or "", {})
    found = tiers.get(model) or tiers.get(_DATED.sub("", model)) or ()
    return next((price for price in found if input_tokens > price.above or not price.above), None)


def prices_as_of() -> str:
    """Return the date (ISO 8601) of the list prices."""
    return str(_data()["as_of"])


def _priced(config: ModelConfig, model: str, input_tokens: int) -> Price:
    listed = (
        list_price(config.base_url, model, input_tokens=input_tokens)
        or list_price(config.base_url, config.model, input_tokens=input_tokens)
        or Price(None, None)
    )
    own_input = _nano(config.input_price)
    own_output = _nano(config.output_price)
    own_cached = _nano(config.cached_price)
    if own_cached is None and own_input is None:
        own_cached = listed.cached
    return Price(
        listed.input if own_input is None else own_input,
        listed.output if own_output is None else own_output,
        own_cached,
    )


def _nano(dollars: float | None) -> int | None:
    return None if dollars is None else round(Decimal(str(dollars)) * _NANO_PER_THOUSAND)


@cache
def _data() -> Mapping[str, Any]:
    return json.loads(Path(__file__).with_name("prices.json").read_bytes())


@cache
def _book() -> Mapping[str, Mapping[str, Sequence[Price]]]:
    """By host and model id, the dearest tier first. A row: ids, then input, output, cached, above of each tier."""
    book: dict[str, dict[str, Sequence[Price]]] = {}
    for provider in cast("list[dict[str, Any]]", _data()["providers"]):
        models: dict[str, Sequence[Price]] = {}
        for row in cast("list[list[Any]]", provider["models"]):
            ids: list[str] = row[0]
            prices = sorted((Price(*tier) for tier in row[1:]), key=lambda price: -price.above)
            models.update(dict.fromkeys(ids, prices))
        book[provider["host"]] = models
    return book
