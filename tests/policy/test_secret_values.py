"""A key is a secret; a word that stands for none is not."""

import pytest

from alongside.policy.secret_values import secrets_of


@pytest.mark.parametrize(
    ("value", "is_secret"),
    [
        ("sk-proj-9fK2xQ7Lm4", True),
        ("correcthorsebattery", True),
        ("AKIAIOSFODNN7EXAMPLE", True),
        ("test-4711-key", True),
        ("none", False),
        ("EMPTY", False),
        ("sk-test", False),
        ("not-needed", False),
        ("your-api-key-here", False),
        ("xxxxxxxxxxxx", False),
        ("", False),
    ],
)
def test_what_counts_as_a_secret(value: str, is_secret: bool) -> None:
    assert secrets_of(["", "MKEY", "OTHER"], {"MKEY": f" {value}\n"}) == (
        {value.encode(): "MKEY"} if is_secret else {}
    )
