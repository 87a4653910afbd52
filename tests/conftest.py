"""What holds for every test.

- `system`, `data` and `slow` tests are deselected by default; the closing lines say how many and what runs them.
- A skip in the default run is a failure: the default run needs the lock alone.
- Under `ALONGSIDE_REQUIRE_ALL=1` nothing is deselected, and a skip is a failure there too.
- Properties try the same examples in each default run, and new ones under `ALONGSIDE_REQUIRE_ALL=1`.
- A whole run, default or with everything, is shared by two processes, where there are two cores; any other run has one.
- A test that may open sockets (`enable_socket`) reaches loopback alone.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pytest_socket import socket_allow_hosts

LEFT_OUT = ("system", "data", "slow")
DEFAULT_RUN = " and ".join(f"not {marker}" for marker in LEFT_OUT)
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
ROOT = Path(__file__).parents[1]
UV = ".venv/bin/uv" if (ROOT / ".venv/bin/uv").exists() else "uv"
RUN_ALL = f"ALONGSIDE_REQUIRE_ALL=1 {UV} run --group model --group browser pytest"
COUNTS = pytest.StashKey[Counter[str]]()
NO_SKIPS = pytest.StashKey[bool]()
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def pytest_configure(config: pytest.Config) -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # our workers meet what they meet at a user's
    require_all = os.environ.get("ALONGSIDE_REQUIRE_ALL") == "1"
    is_default = config.option.markexpr == DEFAULT_RUN
    if require_all and is_default:
        config.option.markexpr = ""
    config.stash[NO_SKIPS] = require_all or is_default
    config.stash[COUNTS] = Counter()
    if config.pluginmanager.has_plugin("hypothesispytest"):
        _steady_properties(explore=require_all)


def _steady_properties(*, explore: bool) -> None:
    """No deadlines on a shared machine; the default run tries the same examples each time."""
    import hypothesis

    hypothesis.settings.register_profile("alongside", deadline=None, derandomize=not explore, print_blob=True)
    hypothesis.settings.load_profile("alongside")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    is_whole = config.args_source is not pytest.Config.ArgsSource.ARGS and not config.option.keyword
    is_known = config.option.markexpr in {DEFAULT_RUN, ""}
    return 2 if is_whole and is_known and (os.cpu_count() or 1) > 1 else 0


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the counts over from a process that ended; each collects everything, so all say the same."""
    node.config.stash[COUNTS] |= Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash[COUNTS])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr == DEFAULT_RUN:
        config.stash[COUNTS].update(m for item in items for m in LEFT_OUT if item.get_closest_marker(m))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    counts = config.stash[COUNTS]
    if counts:
        left_out = ", ".join(f"{counts[m]} {m}" for m in LEFT_OUT if counts[m])
        terminalreporter.write_line(f"deselected by default: {left_out}")
        terminalreporter.write_line(f"run everything with:   {RUN_ALL}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return report if hasattr(report, "wasxfail") else _refuse_skip(report, item.config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _refuse_skip(report, collector.config)


def _refuse_skip(report: Report, config: pytest.Config) -> Report:
    if report.skipped and config.stash[NO_SKIPS]:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"unexpected skip, nothing may be missing here: {reason}"
    return report


@pytest.fixture(autouse=True)
def loopback_only(request: pytest.FixtureRequest) -> None:
    """Narrow `enable_socket`, which by itself lets a test reach any host."""
    if request.node.get_closest_marker("enable_socket"):
        socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the checkout; tests that use it are marked `data`."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data here")
    return folder


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Find a program by name; tests that use it are marked `system`."""

    def find(name: str) -> str:
        return shutil.which(name) or pytest.skip(f"no program {name} here")

    return find
