"""What others wrote and every browser loads is what it says it is, and small."""

import gzip
import hashlib
import re
from pathlib import Path

import alongside.web

HERE = Path(alongside.web.__file__).parent
LISTED = re.compile(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", re.MULTILINE)


def test_each_vendored_file_is_listed_with_its_digest() -> None:
    listed = dict(LISTED.findall((HERE / "vendor" / "README.md").read_text()))
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (HERE / "vendor").iterdir()
        if path.name != "README.md"
    }
    assert listed == there
    assert all(f"{name.partition('.')[0]}.LICENSE" in there for name in there)


def test_all_scripts_and_sheets_are_small() -> None:
    files = [path for folder in ("static", "vendor") for path in (HERE / folder).iterdir()]
    scripts = sum(len(gzip.compress(path.read_bytes())) for path in files if path.suffix == ".js")
    sheets = sum(len(gzip.compress(path.read_bytes())) for path in (HERE / "static").glob("*.css"))
    assert scripts <= 60 * 1024
    assert sheets <= 11 * 1024
