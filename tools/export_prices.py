"""Write the list prices that Alongside ships, from the genai-prices package's data (ids and numbers only).

uv run --no-project --with genai-prices python tools/export_prices.py 2026-11-21

The argument is the date that the prices are of: the package doesn't know it (its timestamp is the load time).
Where a price moves with the time of day, the highest counts: an estimate must not come out too low.
"""

import datetime
import importlib.metadata
import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "src/alongside/models/prices.json"
HOSTS = {
    "openai": "api.openai.com",
    "anthropic": "api.anthropic.com",
    "google": "generativelanguage.googleapis.com",
    "mistral": "api.mistral.ai",
    "deepseek": "api.deepseek.com",
    "groq": "api.groq.com",
}
CHAT = {
    "openai": re.compile(r"^(gpt-(4|5|6|oss)|chatgpt-4o|o[1-9]\b)"),
    "anthropic": re.compile(r"^claude-"),
    "google": re.compile(r"^gemini-"),
    "mistral": re.compile(r"mistral|ministral|magistral|codestral|devstral|pixtral"),
    "deepseek": re.compile(r"^deepseek-"),
    "groq": re.compile(r"llama|gpt-oss|qwen|kimi|gemma|compound|deepseek"),
}
OTHER = re.compile(
    r"audio|realtime|tts|transcribe|image|embed|ocr|moderation|live|search|guard|whisper|voxtral|asr"
)
PER_MILLION_TO_NANO_PER_THOUSAND = 1_000_000


def ids_of(model: Any) -> list[str]:
    """Return every id that the model's clauses name as equal or as a beginning, plain or dated."""
    found, clauses = {model.id}, [model.match]
    while clauses:
        clause = clauses.pop()
        clauses.extend(getattr(clause, "or_", ()))
        named = getattr(clause, "equals", None) or getattr(clause, "starts_with", None)
        if named:
            found.add(named.removesuffix("-"))
    return sorted(found)


def prices_on(model: Any, day: datetime.date) -> list[Any]:
    """Return the prices in force on the day: the last that started by then, and those of later rows by time of day."""
    if not isinstance(model.prices, list):
        return [model.prices]
    current = []
    for row in model.prices:
        start = getattr(row.constraint, "start_date", None)
        if row.constraint is None or (start is not None and start <= day):
            current = [row.prices]
        elif start is None:
            current.append(row.prices)
    return current


def amount(price: Any, above: int) -> Any:
    """Return dollars a million tokens, of input above so many tokens; None where there is no price."""
    if price is None or not hasattr(price, "base"):
        return price
    return max((t.price for t in price.tiers if t.start <= above), default=price.base)


def tiers_of(prices: list[Any]) -> list[list[int | None]]:
    """Return input, output, cached and the tier's lower bound, a row a tier; the highest of the given prices."""
    starts = {0}
    for price in prices:
        for part in (price.input_mtok, price.output_mtok, price.cache_read_mtok):
            starts.update(tier.start for tier in getattr(part, "tiers", ()))
    rows = []
    for above in sorted(starts):
        row: list[int | None] = []
        for name in ("input_mtok", "output_mtok", "cache_read_mtok"):
            known = [a for p in prices if (a := amount(getattr(p, name), above)) is not None]
            nano = max(known) * PER_MILLION_TO_NANO_PER_THOUSAND if known else None
            assert nano is None or nano == int(nano), (prices, nano)
            row.append(None if nano is None else int(nano))
        rows.append([*row, above])
    return rows


def models_of(provider: Any, day: datetime.date) -> list[list[Any]]:
    """Return the provider's chat models that have both prices: ids, then tiers. No id stands twice."""
    rows, taken = [], set()
    chosen = [m for m in provider.models if CHAT[provider.id].search(m.id) and not OTHER.search(m.id)]
    own = {model.id for model in chosen}
    for model in chosen:
        tiers = tiers_of(prices_on(model, day))
        if tiers[0][0] is None or tiers[0][1] is None:
            continue
        ids = [i for i in ids_of(model) if i == model.id or (i not in own and i not in taken)]
        taken.update(ids)
        rows.append([ids, *tiers])
    return rows


def main(day: datetime.date) -> None:
    """Write the file."""
    from genai_prices import data

    providers = {provider.id: provider for provider in data.providers}
    lines = []
    for name, host in HOSTS.items():
        rows = ",\n   ".join(
            json.dumps(row, separators=(",", ":")) for row in models_of(providers[name], day)
        )
        lines.append(f'  {{"host": "{host}", "models": [\n   {rows}\n  ]}}')
    head = f' "as_of": "{day}",\n "from": "genai-prices {importlib.metadata.version("genai-prices")}",\n'
    unit = ' "unit": "nano-dollars a thousand tokens: input, output, cached input, above so many input tokens",\n'
    TARGET.write_text("{\n" + head + unit + ' "providers": [\n' + ",\n".join(lines) + "\n ]\n}\n")
    json.loads(TARGET.read_text())


if __name__ == "__main__":
    main(datetime.date.fromisoformat(sys.argv[1]))
