"""The story: what it tells is what happened, on the project's own documents and on somebody's."""

import json
import shutil
from decimal import Decimal
from types import SimpleNamespace

import pytest

from alongside import open_engagement
from alongside.cli.demo.story import play
from alongside.core.errors import DataError, UsageError
from alongside.store import proofs, run_list, versions
from alongside.store.engagement_file import load_engagement
from alongside.workbench.proving import proofs_of

WIDTH = 90


def perform(to, **chosen):
    """Play and return the JSON that is said."""
    said = []
    assert play(to=to, json=True, say=said.append, progress=lambda _: None, **chosen) == 0
    (told,) = said
    return json.loads(told)


def facts(told, key):
    """The facts of the beats that know something of this."""
    return [beat["facts"] for beat in told["beats"] if key in beat["facts"]]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    to = tmp_path_factory.mktemp("story") / "demo"
    return SimpleNamespace(to=to, told=perform(to))


def test_a_wrong_value_is_shown_with_its_place_and_becomes_a_case(played):
    (wrong,) = facts(played.told, "case")
    assert (played.to / "documents" / wrong["document"]).is_file()
    assert (played.to / wrong["file"]).is_file()
    for value in wrong["wrong"].values():
        assert value["read"] != value["right"]
        assert value["printed"]
        assert value["place"].startswith("page 1 at ")


def test_the_edit_that_breaks_cases_is_refused_and_taken_back_the_next_breaks_nothing(played):
    refused, right = facts(played.told, "pattern")
    assert not refused["kept"]
    assert refused["replay"]["fixed"]
    assert len(refused["broken_names"]) == len(refused["replay"]["broken"]) > 0
    assert right["kept"]
    assert right["replay"]["fixed"] == refused["replay"]["fixed"]
    assert right["replay"]["broken"] == []
    assert 'param("month_first")' in (played.to / "workflows/receipt.py").read_text()
    assert load_engagement(played.to).params == {"month_first": right["pattern"]}
    assert refused["pattern"] != right["pattern"]


def test_an_edit_of_the_last_step_executes_that_step_alone(played):
    cases = len(list((played.to / "cases").glob("*.toml")))
    for edit in facts(played.told, "pattern"):
        steps = edit["replay"]["by_step"]
        assert steps["executed"] == {"receipt.tidy": cases}
        assert steps["kept"] == {"parse": cases, "learned.receipt-fields": cases}


def test_learning_breaks_nothing_and_the_gate_counts_only_what_a_model_never_saw(played):
    (learned,) = facts(played.told, "in_sample")
    assert learned["replay"]["broken"] == []
    assert learned["passed"] > learned["passed_before"]
    assert learned["counted"] == learned["replay"]["cases"]
    assert learned["in_sample"]["of"] == learned["corrections"] < learned["counted"]


def test_the_gate_passes_with_evidence_and_what_it_passed_is_live(played):
    (gate,) = facts(played.told, "items")
    assert gate["passed"]
    assert all(status == "met" and evidence for status, evidence in gate["items"].values())
    with open_engagement(played.to) as bench:
        live = bench.live()
        assert live is not None
        assert live.id == gate["version"]
        kinds = [release.kind for release in versions.releases(bench.database)]
        assert kinds == ["rollback", "rollback", "ship", "override"]


def test_the_last_proof_is_of_what_is_live_and_says_what_it_fixed(played):
    (gate,) = facts(played.told, "items")
    with open_engagement(played.to) as bench:
        newest = proofs.newest(bench.database)
        assert newest is not None
        proof = proofs_of(bench).get(newest.id)
        assert (proof.version, proof.by, proof.status) == (gate["version"], "Kim", "done")
        assert len(proof.fixed) > 10
        assert proof.verdict is not None
        assert proof.verdict.passed


def test_the_document_that_was_wrong_is_answered_right_and_back_and_forth_takes_no_time(played):
    (wrong,), (served,), (back,) = (facts(played.told, key) for key in ("case", "why", "back_seconds"))
    shown = served["documents"][wrong["document"].rpartition(".")[0]]
    assert shown["right"]
    assert shown["wrong_before"] == sorted(wrong["wrong"])
    assert back["back_seconds"] < 1
    assert back["forward_seconds"] < 1
    assert back["wrong_before"] == len(wrong["wrong"])
    assert "weights receipt-fields" in served["why"]["reason"]


def test_what_waits_in_the_inbox_is_new_and_not_all_of_it_right(played):
    (arrived,) = facts(played.told, "misread")
    assert 0 < len(arrived["misread"]) < len(arrived["waiting"])
    with open_engagement(played.to) as bench:
        waiting = [run.id for run in run_list.unjudged(bench.database, limit=50)]
    assert sorted(waiting) == sorted(arrived["waiting"].values())


def test_no_version_holds_the_truth(played):
    with open_engagement(played.to) as bench:
        for version in versions.latest(bench.database, limit=100):
            assert not [name for name in version.manifest.files if "truth" in name or "documents" in name]


def test_a_second_demo_begins_afresh_and_does_nothing_twice(played):
    said: list[str] = []
    assert play(to=played.to, width=WIDTH, say=said.append, progress=lambda _: None) == 0
    again = "\n".join(said)
    assert "begun afresh" in said[0]
    assert "0 steps executed" in again
    assert "kept from the last demo" in again
    assert len(said) == len(played.told["beats"]) + 2
    assert max(len(line) for text in said[:-1] for line in text.splitlines()) <= WIDTH
    assert again.count("$ alongside ") == sum(
        command.startswith("alongside ") for beat in played.told["beats"] for command in beat["commands"]
    )
    with open_engagement(played.to) as bench:
        assert len(versions.releases(bench.database)) == 4
        assert len(bench.cases().cases) == 36


@pytest.mark.slow
def test_documents_of_ones_own(played, tmp_path):
    """Four documents hold no turned date and teach little: what doesn't apply is left out, and nothing is claimed."""
    documents, truth = tmp_path / "papers", tmp_path / "truth.json"
    documents.mkdir()
    known = json.loads((played.to / ".demo/truth.json").read_text())
    chosen = sorted(file for file in (played.to / "documents").glob("*.eml"))[:4]
    for file in chosen:
        shutil.copy(file, documents)
    (documents / "unknown.txt").write_text("nobody says what this is")
    truth.write_text(json.dumps({file.stem: {**known[file.stem], "note": ""} for file in chosen}))
    told = perform(tmp_path / "own", documents=documents, truth=truth)
    assert facts(told, "fields")[0]["fields"] == {"company": "str", "date": "date", "total": "Decimal"}
    assert facts(told, "documents")[0]["documents"] == 4
    assert facts(told, "held_out")[0]["cases"] == 4
    with open_engagement(tmp_path / "own") as bench:
        assert {Decimal(case.expected["total"]) for case in bench.cases().cases} == {
            Decimal(known[file.stem]["total"]) for file in chosen
        }
        gates = facts(told, "items")
        shipped = bool(gates) and gates[0]["passed"]
        assert len(versions.releases(bench.database)) == (4 if shipped else 1)
    assert told["next"].endswith(("serve", "case list"))


@pytest.mark.slow
def test_what_stays_wrong_is_told_as_wrong(played, tmp_path):
    """Of the first document by name the truth says what no reader could read on it."""
    documents, truth = tmp_path / "papers", tmp_path / "truth.json"
    documents.mkdir()
    known = json.loads((played.to / ".demo/truth.json").read_text())
    papers = played.to / "documents"
    chosen = [*sorted(papers.glob("*.eml")), *sorted(papers.glob("*.pdf"))[:6]]
    said = {}
    for number, file in enumerate(chosen):
        name = f"{'a' if number == 0 else 'b'}-{file.name}"
        shutil.copy(file, documents / name)
        said[name.rpartition(".")[0]] = {"total": "77777.77" if number == 0 else known[file.stem]["total"]}
    truth.write_text(json.dumps(said))
    told = perform(tmp_path / "own", documents=documents, truth=truth)
    (served,) = (beat for beat in told["beats"] if "why" in beat["facts"])
    shown = served["facts"]["documents"][f"a-{chosen[0].stem}"]
    assert (shown["wrong_before"], shown["wrong_now"]) == (["total"], ["total"])
    assert "the fix is live where" not in served["why"]
    (back,) = (beat for beat in told["beats"] if "back_seconds" in beat["facts"])
    assert "1 error, as the new version reads it too" in " ".join(back["happened"])


def test_documents_that_nobody_can_read_are_told_of_and_nothing_ships(tmp_path):
    documents, truth = tmp_path / "papers", tmp_path / "truth.json"
    documents.mkdir()
    for number in range(3):
        (documents / f"{number}.pdf").write_bytes(b"%PDF-1.4 and then nothing" + bytes([number]))
    said = {str(number): {"total": "1.00" if number else "n/a", "who": "ACME"} for number in range(5)}
    said["1"] |= {"who": ["ACME"], "due": "soon"}
    said["2"] |= {"due": "2 May 2026"}
    truth.write_text(json.dumps(said))
    told = perform(tmp_path / "own", documents=documents, truth=truth)
    assert facts(told, "left_out")[0]["left_out"] == [
        {"stem": "0", "field": "total", "stated": "n/a"},
        {"stem": "1", "field": "who", "stated": '["ACME"]'},
    ]
    first = "\n".join(told["beats"][0]["happened"])
    assert "total of 5 documents; 1 can't be read as an amount, and left out: 0 'n/a'." in first
    assert "who of 5 documents; 1 is neither text nor a number, and left out: 1 '[\"ACME\"]'." in first
    assert (
        f"{truth} states due of 2 documents; 1 can be read as a date, but not 1 'soon': due is text." in first
    )
    assert set(facts(told, "failed")[0]["failed"]) == {"0", "1", "2"}
    assert not facts(told, "items")[0]["passed"]
    assert not facts(told, "back_seconds")


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="folder-in-use"):
        play(to=tmp_path, say=print, progress=print)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_own_documents_need_their_truth(tmp_path):
    with pytest.raises(UsageError, match="demo-needs-both"):
        play(to=tmp_path / "new", documents=tmp_path, say=print, progress=print)
    with pytest.raises(UsageError, match="demo-in-documents"):
        play(to=tmp_path, documents=tmp_path / "a", truth=tmp_path / "b", say=print, progress=print)
    truth = tmp_path / "truth.json"
    truth.write_text('{"elsewhere": {"total": "1.00"}}')
    with pytest.raises(DataError, match="no-documents"):
        play(to=tmp_path / "new", documents=tmp_path, truth=truth, say=print, progress=print)
    assert not (tmp_path / "new").exists()


@pytest.mark.data
@pytest.mark.timeout(900)
def test_the_real_receipts(shared_data, tmp_path):
    receipts = shared_data / "receipts"
    told = perform(tmp_path / "real", documents=receipts / "images", truth=receipts / "truth.json")
    wanted = json.loads((receipts / "truth.json").read_text())
    (learned,) = facts(told, "in_sample")
    assert facts(told, "documents")[0]["documents"] == len(wanted)
    assert facts(told, "documents")[0]["failed"] == {}
    assert learned["counted"] == learned["replay"]["cases"] == len(wanted)
    assert len(learned["replay"]["fixed"]) > len(learned["replay"]["broken"])
    assert sum(now for _, now in learned["fields"].values()) > sum(
        old for old, _ in learned["fields"].values()
    )
    (gate,) = facts(told, "items")
    assert bool(facts(told, "back_seconds")) == gate["passed"]
    with open_engagement(tmp_path / "real") as bench:
        assert len(versions.releases(bench.database)) == (4 if gate["passed"] else 1)
    print(json.dumps([learned["fields"], gate["items"]], indent=1))
