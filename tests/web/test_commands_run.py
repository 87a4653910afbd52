"""What a page shows as its command is one: pasted into a terminal it does what it says."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from alongside.cli.app import app
from alongside.workbench import Workbench
from web.served import form, make_receipts, serving, ship

pytestmark = pytest.mark.enable_socket

BILL = b"Acme Tools Ltd\n\nDate: 20/12/2025\n\nTOTAL 322.75\n"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An engagement, and the command of each address."""
    bench: Workbench = make_receipts(tmp_path_factory.mktemp("commands") / "acme")
    version = ship(bench)
    with serving(bench) as client:
        first, second = (
            str(client.ask("POST", "/run/receipt", *form({"file": (name, BILL)})).json["run"])
            for name in ("o'ne bill.txt", "another.txt")
        )
        said = {"judgement": "wrong", "field": "total", "expected": "322.76"}
        assert client.send(f"/runs/{first}/judge", said).status == 303
        document = client.ask("GET", "/documents.json").json["rows"][0]["href"]
        addresses = [
            "/index", "/runs", f"/runs/{second}", f"/runs/{first}/trace", "/documents", document,
            "/runs?word=wrong", "/runs?word=none&workflow=receipt", "/runs?q=o%27ne+bill", "/runs?version=v1&mode=serve",
            "/runs?status=failed", "/runs?status=nonsense&mode=never", f"/runs?version={version}",
        ]  # fmt: skip
        commands = {
            one: client.ask("GET", f"{path}.json?{query}").json["command"]
            for one in addresses
            for path, _, query in [one.partition("?")]
        }
    return bench.root, commands


def test_each_command_runs(shown: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    root, commands = shown
    monkeypatch.chdir(root)
    told: dict[str, str] = {}
    for address, command in commands.items():
        program, *arguments = shlex.split(command)
        assert program == "alongside"
        answer = CliRunner().invoke(app, arguments)
        assert (address, answer.exit_code, answer.output) == (address, 0, answer.output)
        told[address] = answer.output
    assert "o'ne bill" in told["/runs?q=o%27ne+bill"]
    assert "another" not in told["/runs?q=o%27ne+bill"]
    assert "o'ne bill" in told["/runs?word=wrong"]
    assert "another" not in told["/runs?word=wrong"]
    assert "o'ne bill" not in told["/runs?word=none&workflow=receipt"]
    assert "bill" not in told["/runs?status=failed"]
