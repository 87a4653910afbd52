"""The known word that an unknown one was meant to be."""

from collections.abc import Iterable

__all__ = ["nearest"]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like `word`, whatever its case; empty where nothing is known."""
    from difflib import SequenceMatcher

    wanted = word.casefold()

    def likeness(candidate: str) -> float:
        return SequenceMatcher(None, wanted, candidate.casefold()).ratio()

    return max(sorted(known), key=likeness, default="")
