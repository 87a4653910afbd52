"""The demo makes no connection, native libraries included, and needs no network."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from system.network import watch, without_network

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

ALONGSIDE = str(Path(sys.executable).with_name("alongside"))


@pytest.fixture
def fresh(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has never run it."""
    home = tmp_path / "home"
    home.mkdir()
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def test_the_demo_talks_to_nobody(
    tmp_path: Path, fresh: dict[str, str], program: Callable[[str], str]
) -> None:
    program("strace")
    command = [ALONGSIDE, "demo", "--to", str(tmp_path / "demo")]
    seen = watch(command, trace=tmp_path / "trace", cwd=tmp_path, env=fresh, timeout=250)
    assert seen.status == 0, seen.output
    assert seen.strangers == []


def test_the_demo_runs_where_there_is_no_network(
    tmp_path: Path, fresh: dict[str, str], program: Callable[[str], str]
) -> None:
    program("unshare")
    program("ip")
    done = without_network(
        [ALONGSIDE, "demo", "--to", str(tmp_path / "demo")], cwd=tmp_path, env=fresh, timeout=250
    )
    assert done.returncode == 0, done.stdout
