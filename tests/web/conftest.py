"""An engagement with something to fix, served; a file with an engagement of its own says so by the same names."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alongside.workbench import Workbench, open_engagement
from web.fixable import make_fixable
from web.served import Client, serving


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engagement as it is before anybody touches it; tests take copies of it."""
    root = tmp_path_factory.mktemp("fixable") / "northmoor"
    make_fixable(root).close()
    return root


@pytest.fixture
def bench(stored: Path, tmp_path: Path) -> Workbench:
    shutil.copytree(stored, tmp_path / "northmoor")
    return open_engagement(tmp_path / "northmoor")


@pytest.fixture
def client(bench: Workbench) -> Iterator[Client]:
    with serving(bench) as client:
        yield client
