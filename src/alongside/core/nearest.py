"""The known word that an unknown one was meant to be."""

from collections.abc import Iterable

__all__ = ["nearest"]


def nearest(word: str, known: Iterable[str], *, least: float = 0.0) -> str:
    """Return the known word that is most like `word`, whatever its case; empty where none is.

    `least` is how alike it must be, from 0 (anything will do) to 1 (the same).
    """
    from difflib import SequenceMatcher

    wanted = word.casefold()

    def likeness(candidate: str) -> float:
        return SequenceMatcher(None, wanted, candidate.casefold()).ratio()

    return max((one for one in sorted(known) if likeness(one) >= least), key=likeness, default="")
