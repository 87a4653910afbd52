import json
import os
import random
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from learn_papers import FIELDS, invoice, paper, till_slip

from alongside.core.errors import DataError
from alongside.core.fields import Field
from alongside.core.split import fold_of
from alongside.learn.candidates import candidates, normal
from alongside.learn.examples import Example, prepare
from alongside.learn.layout import lay_out
from alongside.learn.model import Model, untrained
from alongside.learn.prior import prior_scores
from alongside.learn.scoring import forest_probability, linear_score
from alongside.learn.train import fit_field, train, train_folds

SLIPS = [till_slip(n) for n in range(8)]


@pytest.fixture(scope="module")
def weights():
    return train(SLIPS, FIELDS, seed=3)


def test_an_invoice_of_an_unknown_kind_is_read_without_a_correction():
    fields = (
        Field("vendor", "text", str),
        Field("invoice_number", "text", str),
        Field("invoice_date", "date", date),
        Field("due_date", "date", date),
        Field("vat", "amount", Decimal),
        Field("total", "amount", Decimal),
        Field("customer", "text", str),
        Field("address", "text", str),
    )
    values = untrained().extract(invoice(), fields)
    assert {name: v.value for name, v in values.items()} == {
        "vendor": "Northwind Traders Ltd",
        "invoice_number": "NW-2024-0117",
        "invoice_date": date(2024, 3, 17),
        "due_date": date(2024, 4, 16),
        "vat": Decimal("240.40"),
        "total": Decimal("1442.40"),
        "customer": "Fabrikam GmbH",
        "address": "12 Harbour Street Bristol BS1 4RN United Kingdom",
    }


def test_a_field_of_the_users_own_is_learned_from_eight_corrections(weights):
    model = Model.load(weights)
    unseen = [till_slip(n) for n in range(20, 32)]
    right = [model.extract(e.document, FIELDS)["cashier"].value == e.expected["cashier"] for e in unseen]
    assert all(right)
    before = [
        untrained().extract(e.document, FIELDS)["cashier"].value == e.expected["cashier"] for e in unseen
    ]
    assert sum(before) < len(before)


def test_values_have_the_type_that_the_field_says():
    fields = (
        Field("invoice_date", "date", datetime),
        Field("total", "amount", float),
        Field("qty", "integer", int),
    )
    values = untrained().extract(invoice(), fields)
    assert values["invoice_date"].value == datetime(2024, 3, 17)  # noqa: DTZ001 - a printed date has no zone
    assert values["total"].value == 1442.4
    assert type(values["qty"].value) is int


def test_shuffled_examples_give_identical_bytes(weights):
    shuffled = SLIPS[:]
    random.Random(1).shuffle(shuffled)
    assert train(shuffled, FIELDS, seed=3) == weights


def test_the_model_is_plain_json(weights):
    assert set(json.loads(weights)) == {"format", "fields", "memories"}
    with pytest.raises(DataError, match="model-file"):
        Model.load(b"no model")


def test_plain_python_answers_as_scikit_learn_does():
    import numpy as np

    prepared = [prepare(e, FIELDS) for e in SLIPS]
    for field in FIELDS[2:]:
        fitted = fit_field(field, [(p.fields[field.name], i % 5) for i, p in enumerate(prepared)], seed=0)
        judged = prepare(till_slip(40), FIELDS).fields[field.name]
        rows = [[*row, p] for row, p in zip(judged.rows, prior_scores(field, judged.rows), strict=True)]
        linear = [
            linear_score(fitted.linear, row, words) for row, words in zip(rows, judged.words, strict=True)
        ]
        trees = [forest_probability(fitted.trees, row) for row in rows]
        dense = np.array(rows)
        assert np.abs(fitted.decision(dense, judged.words) - linear).max() < 1e-9
        assert np.abs(fitted.forest.predict_proba(dense)[:, 1] - trees).max() < 1e-9


def test_serving_imports_neither_scikit_learn_nor_numpy(weights, tmp_path):
    file = tmp_path / "model.json"
    file.write_bytes(weights)
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = [sys.argv[2]]\n"
        "from learn_papers import FIELDS, till_slip; from alongside.learn.model import Model\n"
        "values = Model.load(Path(sys.argv[1]).read_bytes()).extract(till_slip(30).document, FIELDS)\n"
        "print(values['total'].value, [m for m in ('sklearn', 'numpy', 'scipy') if m in sys.modules])"
    )
    here = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", code, str(file), here], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(till_slip(30).expected["total"]), "[]"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(st.text(alphabet="ab1 /.,:-2", min_size=1, max_size=24), min_size=1, max_size=2),
        min_size=1,
        max_size=8,
    )
)
def test_boxes_hold_the_text_of_their_value(texts):
    rows = [tuple(part for i, text in enumerate(row) for part in (40.0 + 250 * i, text)) for row in texts]
    document = paper("any", *rows)
    words = [word for line in document.lines() for word in line.words]
    for kind in ("text", "date", "amount", "integer"):
        for candidate in candidates(lay_out(document), kind):
            inside = " ".join(w.text for w in words if any(_holds(b, w.box) for b in candidate.boxes()))
            assert normal(candidate.text) in normal(inside)
            assert len(candidate.boxes()) == len(candidate.pieces)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.lists(
            st.text(alphabet="aZ0123456789 /.,:-()$€%ßÉ٣²#'&", min_size=1, max_size=40),
            min_size=1,
            max_size=3,
        ),
        max_size=8,
    )
)
def test_any_document_gives_a_value_a_field(weights, texts):
    document = paper(
        "any",
        *(tuple(part for i, text in enumerate(row) for part in (40.0 + 200 * i, text)) for row in texts),
    )
    fields = (*FIELDS, Field("pieces", "integer", int))
    for model in (Model.load(weights), untrained()):
        values = model.extract(document, fields)
        assert values == model.extract(document, fields)
        for field in fields:
            value = values[field.name]
            assert 0 <= value.confidence <= 1
            assert value.value is None or (isinstance(value.value, field.type) and value.boxes)


def _holds(box, other):
    x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def test_the_model_abstains():
    empty = untrained().extract(paper("empty"), FIELDS)
    assert all(v.value is None and v.boxes == () for v in empty.values())
    careful = untrained(thresholds={"total": 0.9999}).extract(
        invoice(), (Field("total", "amount", Decimal),)
    )["total"]
    assert careful.value is None
    assert careful.text == "1,442.40"
    assert 0 < careful.confidence < 0.9999


def test_a_field_that_was_not_judged_is_unknown_and_not_wrong():
    judged = [Example(e.document, {"total": e.expected["total"]}, e.group) for e in SLIPS]
    fields = json.loads(train(judged, FIELDS, seed=3))["fields"]
    assert set(fields) == {"total"}
    half = [
        Example(e.document, e.expected if i % 2 else {"total": e.expected["total"]}, e.group)
        for i, e in enumerate(SLIPS)
    ]
    counts = {
        name: row["documents"] for name, row in json.loads(train(half, FIELDS, seed=3))["fields"].items()
    }
    assert counts == {"company": 4, "date": 4, "total": 8, "cashier": 4}


def test_the_corrected_spelling_is_remembered_for_the_same_layout():
    misread = [_misread(n) for n in range(0, 40, 5)]
    model = Model.load(train(misread[:6], FIELDS, seed=0))
    value = model.extract(misread[7].document, FIELDS)["company"]
    assert value.text == "A1der Books Ltd"
    assert value.value == "Alder Books Ltd"
    other = model.extract(till_slip(1).document, FIELDS)["company"]
    assert other.value == "Birch Garden Centre"


def test_corrections_teach_that_a_comma_before_three_digits_is_the_decimal_mark():
    fields = (Field("total", "amount", Decimal),)
    slips = [paper(f"fuel{n}", (40, "Alder Fuel"), (40, f"Total 1,{790 + n} EUR")) for n in range(9)]
    assert untrained().extract(slips[0], fields)["total"].value == 1790
    right = [Example(slip, {"total": Decimal(f"1.{790 + n}")}, f"f{n}") for n, slip in enumerate(slips)]
    assert Model.load(train(right[:8], fields, seed=3)).extract(slips[8], fields)["total"].value == Decimal(
        "1.798"
    )


def _misread(number):
    slip = till_slip(number)
    texts = [(line.box.x0, line.text.replace("Alder", "A1der")) for line in slip.document.lines()]
    rows = [
        texts[0],
        texts[1],
        *[(*a, *b) for a, b in zip(texts[2:-1:2], texts[3:-1:2], strict=True)],
        texts[-1],
    ]
    return Example(paper(f"misread{number}", *rows), slip.expected, slip.group)


def test_a_folds_model_has_not_seen_its_groups():
    folds = 2
    trained = train_folds(SLIPS, FIELDS, seed=3, folds=folds)
    for fold, data in enumerate(trained.folds):
        seen = [e for e in SLIPS if fold_of(e.group, folds) != fold]
        companies = {memory["texts"]["company"] for memory in json.loads(data)["memories"]}
        assert companies == {e.group for e in seen}
    assert len(json.loads(trained.full)["memories"]) == len(SLIPS)


def test_training_says_what_it_does():
    said = []
    train(SLIPS[:2], FIELDS, seed=3, progress=said.append)
    assert said[0] == "loading scikit-learn"
    assert "2 documents" in said[-1]


def test_another_process_learns_identical_bytes(weights):
    code = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "from learn_papers import FIELDS, till_slip; from alongside.learn.train import train\n"
        "sys.stdout.buffer.write(train([till_slip(n) for n in range(8)], FIELDS, seed=3))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    here = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", code, here], capture_output=True, check=True, env=environment
    )
    assert done.stdout == weights
