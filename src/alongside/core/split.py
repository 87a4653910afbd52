"""Which cases teach and which measure: by the hash of their group, so that no case ever moves when others come.

A group is a document or a vendor. Its name is compared by its letters and digits alone, so that "ACME Ltd." and
"Acme ltd" never stand on both sides.
"""

from collections.abc import Mapping
from typing import Any, cast

from alongside.core.case import Split
from alongside.core.digest import digest_parts

__all__ = ["document_group", "fold_of", "normal_group", "split_of"]

_STEPS = 1 << 52


def normal_group(group: str) -> str:
    """Return the group's name case-folded, letters and digits only; a name without any of them stays as it is."""
    return "".join(character for character in group.casefold() if character.isalnum()) or group


def split_of(group: str, *, share: float, salt: str = "") -> Split:
    """Return `held-out` for about `share` (0 to 1) of the groups, the same ones for the same salt for ever.

    A greater share holds out the same groups and more.
    """
    return "held-out" if _place("split", salt, group) < share * _STEPS else "train"


def fold_of(group: str, folds: int, *, salt: str = "") -> int:
    """Return the fold, 0 to `folds` - 1, of a group. It says nothing about the group's split."""
    return _place("fold", salt, group) % folds


def document_group(inputs: Mapping[str, Any]) -> str:
    """Return the digest of the first file among a case's inputs: its group, where nobody named one. Else empty."""
    for value in inputs.values():
        if isinstance(value, Mapping) and isinstance(
            source := cast("Mapping[str, Any]", value).get("file"), str
        ):
            return source
    return ""


def _place(purpose: str, salt: str, group: str) -> int:
    return int(digest_parts(purpose, salt, normal_group(group))[:13], 16)
