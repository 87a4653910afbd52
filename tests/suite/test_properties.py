"""Property tests run without deadlines, and the same in each default run."""

import os
import time

from hypothesis import given, settings
from hypothesis import strategies as st


def test_the_profile_is_ours() -> None:
    assert settings.get_current_profile_name() == "alongside"
    assert settings().derandomize == (os.environ.get("ALONGSIDE_REQUIRE_ALL") != "1")


@settings(max_examples=2)
@given(number=st.integers())
def test_a_slow_example_is_no_failure(number: int) -> None:
    time.sleep(0.25)  # the deadline would be 0.2 s
    assert isinstance(number, int)
