import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.split import document_group, fold_of, normal_group, split_of

GROUPS = [f"vendor {number}" for number in range(4000)]


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_about_the_share_of_the_groups_is_held_out(share: float) -> None:
    held = sum(split_of(group, share=share) == "held-out" for group in GROUPS)
    assert held == pytest.approx(share * len(GROUPS), abs=0.025 * len(GROUPS))


@given(st.text(), st.floats(0, 1), st.floats(0, 1))
def test_a_greater_share_holds_out_the_same_groups_and_more(group: str, one: float, other: float) -> None:
    small, great = sorted((one, other))
    if split_of(group, share=small) == "held-out":
        assert split_of(group, share=great) == "held-out"


def test_spelling_does_not_move_a_group() -> None:
    assert normal_group("ACME Ltd.") == normal_group("acme-LTD") == "acmeltd"
    assert {fold_of(name, 1000) for name in ("ACME Ltd.", "acme ltd", "Acme, Ltd")} == {
        fold_of("acmeltd", 1000)
    }
    assert normal_group("§§§") == "§§§"


def test_the_salt_moves_groups_and_the_fold_does_not_follow_the_split() -> None:
    plain = [split_of(group, share=0.5) for group in GROUPS]
    assert plain != [split_of(group, share=0.5, salt="other") for group in GROUPS]
    held = [group for group in GROUPS if split_of(group, share=0.2) == "held-out"]
    counts = [sum(fold_of(group, 5) == fold for group in held) for fold in range(5)]
    assert min(counts) > 0.7 * len(held) / 5


def test_these_places_never_change() -> None:
    """Written down once: a change would move every case of every engagement."""
    assert [fold_of(group, 10) for group in ("acme", "globex", "initech", "")] == [8, 0, 5, 5]
    assert [split_of(group, share=0.5) for group in ("acme", "globex", "initech")] == [
        "held-out",
        "train",
        "train",
    ]


def test_the_first_file_is_the_group() -> None:
    assert document_group({"k": 3, "scan": {"file": "9f2c", "name": "a.png"}}) == "9f2c"
    assert document_group({"text": "no file"}) == ""
