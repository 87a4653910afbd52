"""Judged documents as matrices: which candidates teach, how much each weighs, which words count."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from alongside.learn.examples import Judged

__all__ = ["WORD", "Table", "matrix", "pairs", "table"]

WORD = 1.0  # a hashed word's size beside a standardised feature's
_PRIOR = 5.0  # the prior's size: so large that L2 hardly shrinks it
_WRONG = 3.0  # all wrong candidates of a document weigh this much beside the right ones
_CROWD = 0.5
_UNLIKELY = 0.02
_HARD, _EVERY = 48, 4


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of all documents, one below the other; `sizes` are rows a document. numpy arrays.

    `columns` gives each word that counts its place behind the dense features; `scale` is mean and size of these.
    """

    dense: Any
    words: list[list[int]]
    sizes: list[int]
    target: Any
    weight: Any
    columns: Mapping[int, int]
    scale: tuple[Any, Any]


def table(judged: Sequence[tuple[Judged, Sequence[float], int]]) -> Table | None:
    """Return the table of (document, its prior scores, its layout's number), or None where none can teach."""
    import numpy as np

    rows = [(_thin(j, prior), g) for j, prior, g in judged if j.right and len(j.right) < len(j.rows)]
    if not rows:
        return None
    dense = np.array([row for j, _ in rows for row in j.rows], dtype=np.float64)
    target, weight = _targets(rows, dense[:, -1])
    words = [w for j, _ in rows for w in j.words]
    return Table(dense, words, [len(j.rows) for j, _ in rows], target, weight, _columns(rows), _scale(dense))


def _thin(judged: Judged, prior: Sequence[float]) -> Judged:
    """Keep the right candidates, the wrong ones that the prior likes best and some of the others, with the prior as a column."""
    order = sorted(range(len(prior)), key=lambda i: (-prior[i], i))
    kept = sorted({*judged.right, *order[:_HARD], *order[_HARD::_EVERY]})
    place = {old: new for new, old in enumerate(kept)}
    return replace(
        judged,
        rows=[[*judged.rows[i], prior[i]] for i in kept],
        words=[judged.words[i] for i in kept],
        keys=[judged.keys[i] for i in kept],
        right=[place[i] for i in judged.right],
    )


def _targets(rows: Sequence[tuple[Judged, int]], prior: Any) -> tuple[Any, Any]:
    """Right or wrong, and a weight, for each candidate.

    The right value may stand in several places, some by chance (a line's price equal to the total): the places share
    a weight of 1 as the prior believes in them. A document's wrong candidates weigh `_WRONG` together, and documents of
    one layout count less each, or the vendor with the most receipts would decide for all.
    """
    import numpy as np

    crowd = Counter(group for _, group in rows)
    targets: list[Any] = []
    weights: list[Any] = []
    at = 0
    for judged, group in rows:
        size = len(judged.rows)
        target = np.zeros(size, dtype=np.int64)
        weight = np.full(size, _WRONG / (size - len(judged.right)))
        belief = prior[at : at + size][judged.right]
        belief = np.exp(belief - belief.max())
        target[judged.right] = 1
        weight[judged.right] = belief / belief.sum()
        targets.append(target)
        weights.append(weight / crowd[group] ** _CROWD)
        at += size
    return np.concatenate(targets), np.concatenate(weights)


def _columns(rows: Sequence[tuple[Judged, int]]) -> dict[int, int]:
    """Words that two layouts share: a word of one vendor alone teaches nothing about the next one."""
    seen: dict[int, set[int]] = {}
    for judged, group in rows:
        for word in {w for words in judged.words for w in words}:
            seen.setdefault(word, set()).add(group)
    kept = sorted(word for word, groups in seen.items() if len(groups) > 1)
    return {word: i for i, word in enumerate(kept)}


def _scale(dense: Any) -> tuple[Any, Any]:
    """Mean and size of the dense columns; the prior's size keeps it from being shrunk."""
    mean, size = dense.mean(axis=0), dense.std(axis=0)
    size[size < 1e-9] = 1.0
    size[-1] /= _PRIOR
    return mean, size


def matrix(
    dense: Any, words: Sequence[Sequence[int]], columns: Mapping[int, int], scale: tuple[Any, Any]
) -> Any:
    """Return the sparse matrix of standardised dense features and hashed words."""
    import numpy as np
    from scipy import sparse as untyped

    sparse: Any = untyped

    mean, size = scale
    indices: list[int] = []
    ends = [0]
    for row in words:
        indices.extend(columns[word] for word in row if word in columns)
        ends.append(len(indices))
    hashed = sparse.csr_matrix((np.full(len(indices), WORD), indices, ends), shape=(len(words), len(columns)))
    return sparse.hstack([sparse.csr_matrix((dense - mean) / size), hashed], format="csr")


def pairs(made: Table) -> tuple[Any, Any, Any]:
    """Return differences between a right and a wrong candidate of one document, their signs as 0 and 1, and weights.

    Learning to rank by pairs: Herbrich, Graepel and Obermayer 1999.
    """
    import numpy as np
    from scipy import sparse as untyped

    sparse: Any = untyped

    better: list[Any] = []
    worse: list[Any] = []
    at = 0
    for size in made.sizes:
        places = np.arange(at, at + size)
        right, wrong = places[made.target[places] == 1], places[made.target[places] == 0]
        right = right[made.weight[right] > _UNLIKELY * made.weight[right].sum()]
        better.append(np.repeat(right, len(wrong)))
        worse.append(np.tile(wrong, len(right)))
        at += size
    count = max(2, sum(len(part) for part in better))  # both signs must occur
    first, second = (np.resize(np.concatenate(part), count) for part in (better, worse))
    sign = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
    full = matrix(made.dense, made.words, made.columns, made.scale)
    return sparse.diags(sign) @ (full[first] - full[second]), (sign > 0).astype(np.int64), made.weight[first]
