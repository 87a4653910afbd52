"""Which values of the environment are secrets: what stands for a key where none is needed is an ordinary word."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

__all__ = ["is_secret", "secrets_of"]

_SHORTEST: Final = 8
_VARIED: Final = 4
"""A key has more different characters than `xxxxxxxx` or `12121212`."""
_PLACEHOLDERS: Final = frozenset(
    re.findall(
        r"\w+",
        " a an any anything api apikey change changeme demo dummy empty example fake foo bar here insert"
        " is it key local localhost lm me my needed no none not nothing null ollama openai password"
        " placeholder required sample secret sk some studio test testing this todo token undefined unset"
        " unused used value vllm your",
    )
)


def is_secret(value: str) -> bool:
    """Whether a key's value is one: long enough, and not made of words that stand for a key (`test`, `not-needed`)."""
    words = re.findall(r"[a-z]+|[^a-z\W_]+", value.casefold())
    return (
        len(value) >= _SHORTEST
        and len(set(value)) > _VARIED
        and not all(word in _PLACEHOLDERS for word in words)
    )


def secrets_of(variables: Iterable[str], environment: Mapping[str, str]) -> dict[bytes, str]:
    """Return the secrets among the values of these variables, each with its variable's name."""
    values = {name: environment.get(name, "").strip() for name in variables if name}
    return {value.encode(): name for name, value in values.items() if is_secret(value)}
