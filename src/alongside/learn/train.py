"""Learning from corrections: a linear model and trees a field (scikit-learn), written out as plain weights.

The only file that imports scikit-learn. The same examples in any order give the same bytes: they are put in the order
of their content, and there is one thread and one seed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from alongside.core.counting import counted
from alongside.core.fields import Field
from alongside.core.split import fold_of
from alongside.learn.calibration import Answer, calibrate
from alongside.learn.examples import Example, Judged, Prepared, prepare
from alongside.learn.memory import clusters, recall, remember
from alongside.learn.prior import prior_scores
from alongside.learn.rows import WORD, Table, matrix, pairs, table
from alongside.learn.scoring import Scorer
from alongside.learn.weights import FieldWeights, Linear, Tree, Weights, dump_weights

__all__ = ["Fitted", "Progress", "Trained", "fit_field", "train", "train_folds"]

_TREES = 40
_STRENGTH = 0.1  # C of the logistic regression: small, so that no vendor's words are learned by heart
_INNER = 3

Progress = Callable[[str], None]
_Fits = Mapping[str, "Fitted | None"]
_Answers = Mapping[str, list[Answer]]


@dataclass(frozen=True, slots=True)
class Trained:
    """The model of all examples, and one a fold that has not seen the groups of that fold."""

    full: bytes
    folds: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """scikit-learn's own estimators, the table that they were fitted on, and the same as plain weights."""

    logistic: Any
    forest: Any
    table: Table
    linear: Linear
    trees: list[Tree]
    documents: int

    def decision(self, rows: Any, words: Sequence[Sequence[int]]) -> Any:
        """Return scikit-learn's decision function of rows that bear the prior's score as last column."""
        return self.logistic.decision_function(matrix(rows, words, self.table.columns, self.table.scale))


def train(
    examples: Sequence[Example], fields: Sequence[Field], *, seed: int, progress: Progress | None = None
) -> bytes:
    """Return the weights learned from the judged fields of the examples."""
    ready = _prepare(examples, fields, progress)
    (progress or _silent)(f"learning from {len(ready)} documents")
    answers: dict[str, list[Answer]] = {field.name: [] for field in fields}
    for fold in range(_INNER):
        unseen = _only(ready, _INNER, {fold})
        fits: _Fits = _fit(_without(ready, _INNER, {fold}), fields, seed) if unseen else {}
        _merge(answers, _answers(fits, unseen, fields))
    return _weights(ready, fields, _fit(ready, fields, seed), answers)


def train_folds(
    examples: Sequence[Example],
    fields: Sequence[Field],
    *,
    seed: int,
    folds: int = 5,
    progress: Progress | None = None,
) -> Trained:
    """Return the full model and a model a fold; fold i's has not seen the groups with `fold_of(group, folds) == i`.

    Each model is calibrated on groups that neither it nor the models that scored them have seen: the full one by the
    folds' models, a fold's by models that also lack one of its two neighbours.
    """
    say = progress or _silent
    ready = _prepare(examples, fields, progress)
    say(f"learning from {len(ready)} documents")
    answers: dict[str, list[Answer]] = {field.name: [] for field in fields}
    parts: list[bytes] = []
    gaps = [_gap(ready, fields, seed, (fold, (fold + 1) % folds), folds) for fold in range(folds)]
    for fold in range(folds):
        say(f"learning without fold {fold + 1} of {folds}")
        seen = _without(ready, folds, {fold})
        fits = _fit(seen, fields, seed)
        _merge(answers, _answers(fits, _only(ready, folds, {fold}), fields))
        aside = _answers(gaps[fold], _only(ready, folds, {(fold + 1) % folds}), fields)
        _merge(aside, _answers(gaps[fold - 1], _only(ready, folds, {(fold - 1) % folds}), fields))
        parts.append(_weights(seen, fields, fits, aside))
    return Trained(_weights(ready, fields, _fit(ready, fields, seed), answers), tuple(parts))


def _gap(
    ready: Sequence[Prepared], fields: Sequence[Field], seed: int, out: tuple[int, int], folds: int
) -> _Fits:
    return _fit(_without(ready, folds, set(out)), fields, seed)


def _silent(_: str) -> None:
    return


def _prepare(
    examples: Sequence[Example], fields: Sequence[Field], progress: Progress | None
) -> list[Prepared]:
    say = progress or _silent
    say("loading scikit-learn")
    import_module("sklearn.ensemble")
    import_module("sklearn.linear_model")

    say(f"reading {counted(len(examples), 'document')}")
    return sorted((prepare(example, fields) for example in examples), key=lambda p: p.order)


def _only(ready: Sequence[Prepared], folds: int, wanted: set[int]) -> list[Prepared]:
    return [p for p in ready if fold_of(p.group, folds) in wanted]


def _without(ready: Sequence[Prepared], folds: int, unwanted: set[int]) -> list[Prepared]:
    return [p for p in ready if fold_of(p.group, folds) not in unwanted]


def _merge(all_answers: _Answers, more: _Answers) -> None:
    for name, answers in more.items():
        all_answers[name].extend(answers)


def _fit(ready: Sequence[Prepared], fields: Sequence[Field], seed: int) -> _Fits:
    layouts = clusters(ready)
    return {
        field.name: fit_field(
            field,
            [
                (p.fields[field.name], g)
                for p, g in zip(ready, layouts, strict=True)
                if field.name in p.fields
            ],
            seed=seed,
        )
        for field in fields
    }


def _answers(fits: _Fits, unseen: Sequence[Prepared], fields: Sequence[Field]) -> _Answers:
    return {
        field.name: [
            _answer(field, fits.get(field.name), p.fields[field.name])
            for p in unseen
            if field.name in p.fields
        ]
        for field in fields
    }


def _answer(field: Field, fitted: Fitted | None, judged: Judged) -> Answer:
    """Return the right key, and keys and scores of the document's shortlist, as the served model gives them."""
    prior = prior_scores(field, judged.rows)
    if fitted is None:
        return judged.expected, judged.keys, prior
    rows = [[*row, p] for row, p in zip(judged.rows, prior, strict=True)]
    short, scores = Scorer(fitted.documents, fitted.linear, fitted.trees).rank(rows, judged.words.__getitem__)
    return judged.expected, [judged.keys[i] for i in short], scores


def _weights(ready: Sequence[Prepared], fields: Sequence[Field], fits: _Fits, answers: _Answers) -> bytes:
    learned: dict[str, FieldWeights] = {}
    for field in fields:
        judged = [p for p in ready if field.name in p.fields]
        if judged:
            fitted = fits[field.name]
            learned[field.name] = FieldWeights(
                field.name,
                field.kind,
                len(judged),
                fitted.linear if fitted else Linear(0.0, [], {}),
                fitted.trees if fitted else [],
                calibrate(answers[field.name]),
                *recall(judged, field.name),
            )
    return dump_weights(Weights(learned, remember(ready)))


def fit_field(field: Field, judged: Sequence[tuple[Judged, int]], *, seed: int) -> Fitted | None:
    """Fit both estimators on (document, its layout's number), or return None where no document has a right candidate."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.linear_model import LogisticRegression

    made = table([(j, prior_scores(field, j.rows), g) for j, g in judged])
    if made is None:
        return None
    differences, signs, weight = pairs(made)
    logistic: Any = LogisticRegression(C=_STRENGTH, fit_intercept=False, max_iter=300, tol=1e-4)
    logistic.fit(differences, signs, sample_weight=weight)
    trees: Any = ExtraTreesClassifier  # max_features is annotated too narrowly
    forest = trees(_TREES, max_depth=10, min_samples_leaf=2, max_features=0.4, random_state=seed, n_jobs=1)
    forest.fit(made.dense, made.target, sample_weight=made.weight)
    return Fitted(logistic, forest, made, _plain_linear(logistic, made), _plain_trees(forest), len(judged))


def _plain_linear(logistic: Any, made: Table) -> Linear:
    """Fold the standardising into the coefficients; the fit on differences left the intercept at 0."""
    mean, size = made.scale
    coefficients = logistic.coef_[0]
    dense = coefficients[: len(mean)] / size
    words = {word: float(coefficients[len(mean) + i]) * WORD for word, i in made.columns.items()}
    return Linear(float(-(dense * mean).sum()), dense.tolist(), words)


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
