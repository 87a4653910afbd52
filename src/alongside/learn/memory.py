"""Layouts seen before: documents whose headers share most of their words come from one sender."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from zlib import crc32

from alongside.learn.candidates import normal
from alongside.learn.weights import Memory

if TYPE_CHECKING:
    from alongside.learn.examples import Prepared

__all__ = [
    "Neighbour",
    "clusters",
    "hashed_header",
    "neighbours",
    "overlap",
    "recall",
    "remember",
    "respelled",
    "texts_of",
]

_SAME = 0.5
_ALIKE = 0.86
_LOOKALIKES = str.maketrans("0158", "olsb")


def hashed_header(header: frozenset[str]) -> frozenset[int]:
    """Return the header's words as CRC-32: a model file holds no words of a header."""
    return frozenset(crc32(word.encode("utf-8", "surrogatepass")) for word in header)


def overlap(a: frozenset[int], b: frozenset[int]) -> float:
    """Return the Jaccard similarity of two headers."""
    if not a or not b:
        return 0.0
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A remembered layout and how much of the header it shares."""

    likeness: float
    memory: Memory


def neighbours(header: frozenset[int], memories: Sequence[tuple[frozenset[int], Memory]]) -> list[Neighbour]:
    """Return the remembered layouts that the header belongs to, most alike first."""
    found = [Neighbour(like, memory) for seen, memory in memories if (like := overlap(header, seen)) >= _SAME]
    return sorted(found, key=lambda n: -n.likeness)[:8]


def clusters(ready: Sequence["Prepared"]) -> list[int]:
    """Return a layout number for each example: the same header or the same group is the same layout."""
    heads: list[frozenset[int]] = []
    by_group: dict[str, int] = {}
    numbers: list[int] = []
    for prepared in ready:
        header = hashed_header(prepared.header)
        number = by_group.get(prepared.group)
        if number is None:
            number = next((i for i, head in enumerate(heads) if overlap(head, header) >= _SAME), len(heads))
        if number == len(heads):
            heads.append(header)
        by_group[prepared.group] = number
        numbers.append(number)
    return numbers


def remember(ready: Sequence["Prepared"]) -> list[Memory]:
    """Return what to remember of each example: the judged texts, and the labels that the right values stood by."""
    return [
        Memory(
            sorted(hashed_header(p.header)),
            {name: j.text for name, j in sorted(p.fields.items()) if j.text},
            {name: j.keys[j.right[0]] for name, j in sorted(p.fields.items()) if j.text and j.right},
            {name: j.label for name, j in sorted(p.fields.items()) if j.right},
        )
        for p in ready
    ]


def recall(ready: Sequence["Prepared"], name: str) -> tuple[float, float]:
    """Return how often an example's most similar neighbour has the same value, and the same label beside it.

    Both 0.5 or less where too little is known.
    """
    headers = [hashed_header(p.header) for p in ready]
    same_value, same_place, total = 0.5, 0.5, 1.0
    for i, p in enumerate(ready):
        likeness, j = max(
            ((overlap(headers[i], h), -j) for j, h in enumerate(headers) if j != i), default=(0.0, 0)
        )
        here, there = p.fields[name], ready[-j].fields[name]
        if likeness >= _SAME and here.right:
            total += 1
            same_value += there.expected == here.expected
            same_place += there.label in here.labels
    return same_value / total, same_place / total


def respelled(printed: str, near: Sequence[Neighbour], name: str, *, clear: bool) -> str | None:
    """Return the corrected spelling that most documents of this layout remember for a text as printed, if one fits.

    One document's word is enough where a person changed the print there, or where this print was hard to read.
    Otherwise two must agree and differ in some letters only: people mistype too, and a word more is another name.
    """
    key = normal(printed)
    votes: dict[str, list[str]] = {}
    strength: Counter[str] = Counter()
    for memory in (neighbour.memory for neighbour in near):
        text = memory.texts.get(name)
        if text is None or not _same_but_slips(printed, text):
            continue
        wanted = normal(text)
        sure = not clear or wanted == key or memory.printed.get(name) != wanted
        if sure or len(wanted) == len(key):
            votes.setdefault(wanted, []).append(text)
            strength[wanted] += 2 if sure else 1
    if not votes:
        return None
    best = max(votes, key=lambda k: (strength[k], k == key, k))
    return Counter(sorted(votes[best])).most_common(1)[0][0] if strength[best] > 1 else None


def _same_but_slips(printed: str, wanted: str) -> bool:
    """Digits must agree, but for those that were read in a word's middle: another number is another address."""
    one, other = _settled(printed), _settled(wanted)
    if one == other:
        return True
    if [c for c in one if c.isdigit()] != [c for c in other if c.isdigit()]:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _settled(text: str) -> str:
    """Return the key of a text after digits among letters were read as the letters that they look like."""
    words = (word.translate(_LOOKALIKES) if _wordy(word) else word for word in text.split())
    return normal("".join(words))


def _wordy(word: str) -> bool:
    return sum(c.isalpha() for c in word) > 2 * sum(c.isdigit() for c in word)


def texts_of(near: Sequence[Neighbour], name: str) -> Mapping[str, float]:
    """Return the remembered values of a field by key, with the likeness of the layout that they come from."""
    found: dict[str, float] = {}
    for neighbour in near:
        text = neighbour.memory.texts.get(name)
        if text:
            key = normal(text)
            found[key] = max(found.get(key, 0.0), neighbour.likeness)
    return found
