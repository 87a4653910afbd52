"""Learning from corrections: a linear model and trees a field (scikit-learn), written out as plain weights.

The only file that imports scikit-learn. The same examples in any order give the same bytes: examples are put in the
order of their content, one thread, one seed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from alongside.core.fields import Field
from alongside.learn.calibration import Answer, calibrate
from alongside.learn.examples import Example, Judged, Prepared, prepare
from alongside.learn.folds import fold_of
from alongside.learn.memory import clusters, recall, remember
from alongside.learn.prior import prior_scores
from alongside.learn.scoring import blend, shortlist
from alongside.learn.weights import FieldWeights, Linear, Tree, Weights, dump_weights

__all__ = ["Fitted", "Trained", "fit_field", "learn", "scores", "train", "train_folds"]

_TREES = 40
_WORD = 1.0  # a hashed word's size beside a standardised feature's
_PRIOR = 5.0  # the prior's size: so large that L2 hardly shrinks it
_STRENGTH = 0.1
_WRONG = 3.0  # all wrong candidates of a document weigh this much beside the right ones
_CROWD = 0.5
_INNER = 3
_UNLIKELY = 0.02
_HARD = 48
_EVERY = 4

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """The model of all examples, and one a fold that has not seen the groups of that fold."""

    full: bytes
    folds: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """scikit-learn's own estimators, and the same as plain weights."""

    logistic: Any
    forest: Any
    columns: Mapping[int, int]
    scale: tuple[Any, Any]
    linear: Linear
    trees: list[Tree]


def train(
    examples: Sequence[Example], fields: Sequence[Field], *, seed: int, progress: Progress | None = None
) -> bytes:
    """Return the weights learned from the judged fields of the examples."""
    return dump_weights(learn(_prepare(examples, fields, progress), fields, seed))


def train_folds(
    examples: Sequence[Example],
    fields: Sequence[Field],
    *,
    seed: int,
    folds: int = 5,
    progress: Progress | None = None,
) -> Trained:
    """Return the full model and a model a fold; fold i's has not seen the groups with `fold_of(group, folds) == i`."""
    say = progress or _silent
    ready = _prepare(examples, fields, progress)
    say(f"learning from {len(ready)} documents")
    full = dump_weights(learn(ready, fields, seed))
    parts: list[bytes] = []
    for fold in range(folds):
        say(f"learning fold {fold + 1} of {folds}")
        parts.append(dump_weights(learn([p for p in ready if fold_of(p.group, folds) != fold], fields, seed)))
    return Trained(full, tuple(parts))


def _silent(_: str) -> None:
    return


def _prepare(
    examples: Sequence[Example], fields: Sequence[Field], progress: Progress | None
) -> list[Prepared]:
    say = progress or _silent
    say("loading scikit-learn")
    import sklearn.linear_model  # noqa: F401  # pyright: ignore[reportUnusedImport]

    say(f"reading {len(examples)} documents")
    return sorted((prepare(example, fields) for example in examples), key=lambda p: p.order)


def learn(ready: Sequence[Prepared], fields: Sequence[Field], seed: int) -> Weights:
    """Return the weights of prepared examples, which stand in the order of their content."""
    groups = clusters(ready)
    learned: dict[str, FieldWeights] = {}
    for field in fields:
        made = _learn_field(field, ready, groups, seed)
        if made is not None:
            learned[field.name] = made
    return Weights(learned, remember(ready))


def _learn_field(
    field: Field, ready: Sequence[Prepared], groups: Sequence[int], seed: int
) -> FieldWeights | None:
    chosen = [(p, g) for p, g in zip(ready, groups, strict=True) if field.name in p.fields]
    judged = [p.fields[field.name] for p, _ in chosen]
    fitted = fit_field(field, judged, [g for _, g in chosen], seed=seed)
    if fitted is None:
        return None
    calibration = calibrate(_held_out(field, chosen, seed))
    return FieldWeights(
        field.name,
        field.kind,
        len(judged),
        fitted.linear,
        fitted.trees,
        calibration,
        *recall([p for p, _ in chosen], field.name),
    )


def _held_out(field: Field, chosen: Sequence[tuple[Prepared, int]], seed: int) -> list[Answer]:
    """Scores of documents by models that have not seen their group."""
    answers: list[Answer] = []
    for fold in range(_INNER):
        seen = [(p.fields[field.name], g) for p, g in chosen if fold_of(p.group, _INNER) != fold]
        unseen = [p.fields[field.name] for p, _ in chosen if fold_of(p.group, _INNER) == fold]
        fitted = fit_field(field, [j for j, _ in seen], [g for _, g in seen], seed=seed) if unseen else None
        answers.extend((judged.expected, *scores(field, fitted, len(seen), judged)) for judged in unseen)
    return answers


def scores(
    field: Field, fitted: Fitted | None, documents: int, judged: Judged
) -> tuple[list[str], list[float]]:
    """Return keys and blended scores of a document's shortlist, as the served model would."""
    prior = prior_scores(field, judged.rows)
    if fitted is None or not judged.rows:
        return judged.keys, prior
    import numpy as np

    dense = np.array([[*row, p] for row, p in zip(judged.rows, prior, strict=True)], dtype=np.float64)
    linear = fitted.logistic.decision_function(
        _matrix(dense, judged.words, fitted.columns, fitted.scale)
    ).tolist()
    short = shortlist(documents, prior, linear)
    forest = fitted.forest.predict_proba(dense[short])[:, 1].tolist()
    blended = [blend(documents, prior[i], linear[i], tree) for i, tree in zip(short, forest, strict=True)]
    return [judged.keys[i] for i in short], blended


def fit_field(field: Field, judged: Sequence[Judged], groups: Sequence[int], *, seed: int) -> Fitted | None:
    """Fit both estimators on documents that hold a right candidate, or return None where there are none."""
    import numpy as np

    rows = [(j, g) for j, g in zip(judged, groups, strict=True) if j.right and len(j.right) < len(j.rows)]
    if not rows:
        return None
    rows = [(_thin(j, prior_scores(field, j.rows)), g) for j, g in rows]
    dense = np.array([row for j, _ in rows for row in j.rows], dtype=np.float64)
    words = [w for j, _ in rows for w in j.words]
    columns = _columns(rows)
    scale = _scale(dense)
    target, weight = _targets(rows, dense[:, -1], groups=[g for _, g in rows])
    logistic = _logistic(
        _matrix(dense, words, columns, scale), [len(j.rows) for j, _ in rows], target, weight
    )
    forest = _forest(dense, target, weight, seed)
    return Fitted(
        logistic, forest, columns, scale, _plain_linear(logistic, columns, scale), _plain_trees(forest)
    )


def _thin(judged: Judged, prior: Sequence[float]) -> Judged:
    """The right candidates, the wrong ones that the prior likes best and some of the others, with the prior as a column."""
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


def _targets(rows: Sequence[tuple[Judged, int]], prior: Any, *, groups: Sequence[int]) -> tuple[Any, Any]:
    """Right or wrong, and a weight, for each candidate.

    The right value may stand in several places, some by chance (a line's price equal to the total): the places share
    a weight of 1 as the prior believes in them. A document's wrong candidates weigh `_WRONG` together, and documents of
    one layout count less each, or the vendor with the most receipts would decide for all.
    """
    import numpy as np

    crowd = Counter(groups)
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


def _logistic(matrix: Any, sizes: Sequence[int], target: Any, weight: Any) -> Any:
    """Fit on differences between right and wrong candidates of one document (pairwise ranking, Herbrich et al. 1999)."""
    import numpy as np
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    better: list[Any] = []
    worse: list[Any] = []
    at = 0
    for size in sizes:
        places = np.arange(at, at + size)
        right, wrong = places[target[places] == 1], places[target[places] == 0]
        right = right[weight[right] > _UNLIKELY * weight[right].sum()]
        better.append(np.repeat(right, len(wrong)))
        worse.append(np.tile(wrong, len(right)))
        at += size
    first, second = np.concatenate(better), np.concatenate(worse)
    sign = np.where(np.arange(len(first)) % 2 == 0, 1.0, -1.0)
    pairs = sparse.diags(sign) @ (matrix[first] - matrix[second])
    model = LogisticRegression(C=_STRENGTH, fit_intercept=False, max_iter=300, tol=1e-4)
    return model.fit(pairs, (sign > 0).astype(np.int64), sample_weight=weight[first])


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


def _matrix(
    dense: Any, words: Sequence[Sequence[int]], columns: Mapping[int, int], scale: tuple[Any, Any]
) -> Any:
    import numpy as np
    from scipy import sparse

    mean, size = scale
    indices: list[int] = []
    ends = [0]
    for row in words:
        indices.extend(columns[word] for word in row if word in columns)
        ends.append(len(indices))
    hashed = sparse.csr_matrix(
        (np.full(len(indices), _WORD), indices, ends), shape=(len(words), len(columns))
    )
    return sparse.hstack([sparse.csr_matrix((dense - mean) / size), hashed], format="csr")


def _forest(dense: Any, target: Any, weight: Any, seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    forest = ExtraTreesClassifier(
        _TREES, max_depth=10, min_samples_leaf=2, max_features=0.4, random_state=seed, n_jobs=1
    )
    return forest.fit(dense, target, sample_weight=weight)


def _plain_linear(logistic: Any, columns: Mapping[int, int], scale: tuple[Any, Any]) -> Linear:
    mean, size = scale
    coefficients = logistic.coef_[0]  # fitted on differences, so the intercept is free: 0
    dense = coefficients[: len(mean)] / size
    bias = float(logistic.intercept_[0] - (dense * mean).sum())
    tail = coefficients[len(mean) :] * _WORD
    return Linear(bias, dense.tolist(), {word: float(tail[i]) for word, i in columns.items()})


def _plain_trees(forest: Any) -> list[Tree]:
    trees: list[Tree] = []
    for estimator in forest.estimators_:
        tree = estimator.tree_
        answers = tree.value[:, 0, :]
        share = answers[:, 1] / answers.sum(axis=1)
        leaf = tree.children_left < 0
        feature = [-1 if is_leaf else int(f) for is_leaf, f in zip(leaf, tree.feature, strict=True)]
        trees.append(
            Tree(
                feature,
                tree.threshold.tolist(),
                tree.children_left.tolist(),
                tree.children_right.tolist(),
                share.tolist(),
            )
        )
    return trees
