"""What goes wrong between us and a model, as errors: which are attempts, which stay, which are worth a retry.

Sources: RFC 9110 (status codes, Retry-After), OpenAI API reference ("Error codes").
"""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from alongside.core.chat import ModelConfig, Usage
from alongside.core.errors import ModelError, RejectedError
from alongside.models.payload import listed, mapped, parsed, string
from alongside.models.price import cost_of

__all__ = [
    "Fault",
    "api_key",
    "cost_untold",
    "interrupted",
    "late",
    "refused",
    "retry_after",
    "status_fault",
    "unreachable",
    "unreadable",
]

_SHOWN, _READ = 300, 10_000
"""Characters of a server's words that an error shows, and that are searched for the key before they are cut."""
_REFUSED = (400, 422)
_FIXES: Mapping[int, tuple[str, str]] = {
    400: ("model-rejected", "correct the request: the server won't take it as it is"),
    401: ("model-key-refused", "set the right API key in the environment variable that api_key_env names"),
    403: ("model-forbidden", "ask the provider to give this key access to the model"),
    404: ("model-not-found", "correct base_url and model in alongside.toml"),
    408: ("model-timeout", "run it again, or raise the model's timeout in alongside.toml"),
    422: ("model-rejected", "correct the request: the server won't take it as it is"),
    429: ("model-rate-limited", "wait and run it again; finished steps are kept"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """An attempt that failed: its error, whether another is worth it, and how long the server asks to wait (s)."""

    error: ModelError
    again: bool = False
    after: float | None = None


def api_key(config: ModelConfig) -> str:
    """Return the key from the environment, empty where the config names none. Raises ModelError `model-key-missing`."""
    if not config.api_key_env:
        return ""
    key = os.environ.get(config.api_key_env, "").strip()
    if key and key.isascii() and key.isprintable():
        return key
    what = "holds characters that no header may carry" if key else "is not set"
    raise ModelError(
        "model-key-missing",
        f"model {config.name}: the environment variable {config.api_key_env} {what}",
        fix=f"set {config.api_key_env} to the API key",
    )


def status_fault(config: ModelConfig, status: int, body: bytes, *, after: float | None) -> Fault:
    """Return the fault for an answer with an error status, the server's own words in it without the key."""
    said, code = _said(body)
    again = status in (408, 429) or status >= 500  # noqa: PLR2004
    if status == 429 and code == "insufficient_quota":  # noqa: PLR2004
        again = False  # the account is empty: waiting won't fill it
    # What a server says about a key may repeat the key.
    words = "" if status in (401, 403) else _clean(said, config)
    return Fault(_status_error(config, status, words), again, after)


def _status_error(config: ModelConfig, status: int, words: str) -> ModelError:
    kind = RejectedError if status in _REFUSED else ModelError
    if status in _FIXES:
        code, fix = _FIXES[status]
    elif status >= 500:  # noqa: PLR2004
        code, fix = "model-unavailable", "run it again later; finished steps are kept"
    else:
        code, fix = "model-status", "correct base_url in alongside.toml: it must end before /chat/completions"
    return kind(
        code, f"{_who(config)} answered {status}{': ' + words if words else ''}", fix=fix, status=status
    )


def cost_untold(config: ModelConfig) -> int | None:
    """Return what a call cost of which the server told nothing, but may bill it: unknown, unless the model is free."""
    return cost_of(Usage(), model=config.model, config=config)


def unreachable(config: ModelConfig, cause: Exception, *, sent: bool) -> ModelError:
    """Return the error for a connection that failed or broke before a whole answer came; `sent`: after the request."""
    return ModelError(
        "model-unreachable",
        f"{_who(config)} can't be reached: {_clean(str(cause) or type(cause).__name__, config)}",
        fix="check that base_url in alongside.toml is right and that the server is up",
        cost=cost_untold(config) if sent else 0,
    )


def late(config: ModelConfig) -> ModelError:
    """Return the error for an answer that didn't come in time."""
    return ModelError(
        "model-timeout",
        f"{_who(config)} didn't answer within {config.timeout:g} s",
        fix="run it again, or raise the model's timeout in alongside.toml",
        cost=cost_untold(config),
    )


def interrupted(config: ModelConfig, why: str) -> ModelError:
    """Return the error for a stream that broke off; the provider may bill what was sent."""
    return ModelError(
        "model-interrupted",
        f"{_who(config)} broke off its answer: {_clean(why, config)}",
        fix="run it again",
        cost=cost_untold(config),
    )


def unreadable(config: ModelConfig, why: str) -> ModelError:
    """Return the error for an answer that isn't of the dialect."""
    return ModelError(
        "model-unreadable",
        f"{_who(config)} sent what is no chat completion: {_clean(why, config)}",
        fix="correct base_url in alongside.toml: an OpenAI-compatible server must answer there",
        cost=cost_untold(config),
    )


def refused(config: ModelConfig, why: str, *, cost: int | None) -> RejectedError:
    """Return the error for a refusal by the model or its provider's filter."""
    return RejectedError(
        "model-refused",
        f"{_who(config)} refused: {_clean(why, config)}",
        fix="change what the prompt asks, or use another model",
        status=200,
        cost=cost,
    )


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that the server asks to wait: `retry-after-ms`, or Retry-After in seconds or as a date."""
    milliseconds, asked = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    for text, scale in ((milliseconds, 0.001), (asked, 1.0)):
        try:
            seconds = float(text) * scale
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _who(config: ModelConfig) -> str:
    return f"model {config.name} ({urlsplit(config.base_url).hostname})"


def _said(body: bytes) -> tuple[str, str]:
    """Return the server's message and its own error code. Validation errors may echo the whole request: left out."""
    try:
        payload = parsed(body)
    except ValueError:
        return body[:_READ].decode("utf-8", "replace"), ""
    whole = mapped(payload)
    error: Any = whole.get("error", whole)
    if isinstance(error, str):
        return error, ""
    told = mapped(error)
    message: Any = told.get("message") or told.get("detail")
    said = string(message) or "; ".join(string(mapped(item).get("msg")) for item in listed(message))
    return said, string(told.get("code"))


def _clean(text: str, config: ModelConfig) -> str:
    key = os.environ.get(config.api_key_env, "").strip() if config.api_key_env else ""
    if key:
        text = text.replace(key, "***")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + " …"
