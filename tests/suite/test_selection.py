"""What `conftest.py` promises: what is deselected is counted, and a skip is a failure."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

SAMPLE = """
import pytest

def test_plain(): pass

@pytest.mark.system
def test_needs_a_program(program): program("no-such-program")

@pytest.mark.slow
@pytest.mark.data
def test_needs_both(): pass
"""

SKIPS = """
import pytest, unittest

def test_call(): pytest.skip("not today")

@pytest.mark.skip(reason="not today")
def test_mark(): pass

class TestCase(unittest.TestCase):
    def test_method(self): self.skipTest("not today")
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, project_root: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A suite of its own under our `conftest.py` and our pytest options."""
    monkeypatch.delenv("ALONGSIDE_REQUIRE_ALL", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in ("pyproject.toml", "tests/conftest.py"):
        target = pytester.path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((project_root / name).read_bytes())
    return pytester


def run(suite: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    """Run `source` in a process of its own: pytest-socket keeps state in the process."""
    (suite.path / "tests" / "test_sample.py").write_text(source)
    return suite.runpytest_subprocess(
        "-p", "pytest_socket", "-p", "pytest_timeout", "-p", "xdist.plugin", *arguments
    )


def test_default_run_counts_what_it_leaves_out(suite: pytest.Pytester) -> None:
    result = run(suite, SAMPLE)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "deselected by default: 1 system, 1 data, 1 slow",
            "run everything with: *ALONGSIDE_REQUIRE_ALL=1*pytest",
        ]
    )


def test_require_all_deselects_nothing_and_fails_what_is_missing(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALONGSIDE_REQUIRE_ALL", "1")
    result = run(suite, SAMPLE)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*unexpected skip*no program no-such-program here*"])
    result.stdout.no_fnmatch_line("deselected by default*")


def test_a_chosen_selection_may_skip(suite: pytest.Pytester) -> None:
    run(suite, SAMPLE, "-m", "system").assert_outcomes(skipped=1, deselected=2)


def test_a_skip_in_the_default_run_is_a_failure(suite: pytest.Pytester) -> None:
    result = run(suite, SKIPS)
    result.assert_outcomes(failed=2, errors=1)
    result.stdout.fnmatch_lines(["*unexpected skip*not today*"])


def test_a_skipped_module_is_a_failure(suite: pytest.Pytester) -> None:
    result = run(suite, "import pytest\npytest.skip('not today', allow_module_level=True)")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*unexpected skip*not today*"])


def test_an_expected_failure_is_no_skip(suite: pytest.Pytester) -> None:
    result = run(suite, "import pytest\n@pytest.mark.xfail\ndef test_one(): assert 1 > 2")
    result.assert_outcomes(xfailed=1)
