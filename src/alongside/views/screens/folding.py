"""A long trace folded: spans that belong together are one line until somebody opens them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from alongside.core.run import Span

__all__ = ["Fold", "Placed", "folded", "odd_ones"]

_OPEN = 200  # spans that are shown without a fold
_FOLDS, _LEAST, _FEW = 100, 50, 3
_DEEPEST = 40
_SLOWEST = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """A span and how deep it is."""

    span: Span
    depth: int


@dataclass(frozen=True, slots=True)
class Fold:
    """Neighbours with all that is below them, in the order of a tree; `names` says what they are."""

    number: int
    spans: tuple[Placed, ...]

    @property
    def names(self) -> str:
        """The steps at its top with how many there are of each, and the most frequent below them."""
        top = min(one.depth for one in self.spans)
        above = Counter(_name(one) for one in self.spans if one.depth == top)
        below = Counter(_name(one) for one in self.spans if one.depth > top)
        return ": ".join(_counted(counts) for counts in (above, below) if counts)


def folded(spans: Sequence[Span]) -> tuple[Placed | Fold, ...]:
    """Return the spans as lines: all of them where they are few, else about a hundred folds and what holds them."""
    known = {span.id for span in spans}
    below: dict[str, list[Span]] = {}
    for span in spans:
        below.setdefault(span.parent if span.parent in known and span.parent != span.id else "", []).append(
            span
        )
    whole = list(_walk(below, below.get("", []), 0))
    if len(spans) <= _OPEN:
        return tuple(whole)
    most = max(_LEAST, len(spans) // _FOLDS)
    sizes = _sizes(whole)
    lines: list[Placed | Fold] = []
    pile: list[Placed] = []
    at = 0
    while at < len(whole):
        one = whole[at]
        size = sizes[one.span.id]
        is_large = size > most and one.depth < _DEEPEST
        if pile and (is_large or len(pile) + size > most or one.depth != pile[0].depth):
            _put(lines, pile)
            pile = []
        if is_large:
            lines.append(one)
            at += 1
        else:
            pile += whole[at : at + size]
            at += size
    _put(lines, pile)
    return tuple(lines)


def odd_ones(spans: Sequence[Span], *, ended: bool) -> dict[str, str]:
    """Return why each odd span is odd, by its id: it failed, never ended, or is among the slowest that ran.

    A span that called others is `open` for good: only of a run that never `ended` it is unfinished.
    """
    parents = {span.parent for span in spans}
    ran = [span for span in spans if span.status == "executed" and span.id not in parents]
    slowest = sorted(ran, key=lambda span: -span.seconds)[:_SLOWEST] if len(spans) > _OPEN else []
    found = {span.id: "slow" for span in slowest}
    unfinished = () if ended else spans
    found |= {span.id: "unfinished" for span in unfinished if span.status == "open" and not span.seconds}
    return found | {span.id: "failed" for span in spans if span.error}


def _name(one: Placed) -> str:
    return one.span.step.rpartition(".")[2]


def _counted(counts: Counter[str]) -> str:
    return ", ".join(
        f"{name} \u00d7{count}" if count > 1 else name for name, count in counts.most_common(_FEW)
    )


def _walk(below: Mapping[str, Sequence[Span]], top: Sequence[Span], depth: int) -> Iterator[Placed]:
    """Yield a tree's spans, each before what is below it; by a pile of its own, since a trace may be deep."""
    pile = [(span, depth) for span in reversed(top)]
    while pile:
        span, at = pile.pop()
        yield Placed(span, at)
        pile += [(child, at + 1) for child in reversed(below.get(span.id, ()))]


def _sizes(whole: Sequence[Placed]) -> dict[str, int]:
    """Return how many spans each subtree has: in the order of a tree it ends where the depth is no more below."""
    sizes: dict[str, int] = {}
    under_way: list[tuple[int, str, int]] = []
    for at, one in enumerate(whole):
        while under_way and under_way[-1][0] >= one.depth:
            _, name, start = under_way.pop()
            sizes[name] = at - start
        under_way.append((one.depth, one.span.id, at))
    sizes |= {name: len(whole) - start for _, name, start in under_way}
    return sizes


def _put(lines: list[Placed | Fold], pile: list[Placed]) -> None:
    if len(pile) <= _FEW:
        lines += pile
    else:
        lines.append(Fold(sum(isinstance(line, Fold) for line in lines), tuple(pile)))
