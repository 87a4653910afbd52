"""What the base install costs: distributions and bytes, with bytecode and the OCR data, from our wheel and the lock.

Needs uv and either the network or a warm cache. `--smoke` measures the same: there is no smaller install.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAX_DISTRIBUTIONS, MAX_MB = 40, 175.0
PEERS = {"mlflow": "89 distributions, 850 MB", "phoenix": "156 distributions, 824 MB"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="the same: there is no smaller install")
    parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        packages = install(Path(folder))
        sizes = distributions(packages)
        total = size(packages)
    for name, used in sorted(sizes.items(), key=lambda item: -item[1])[:10]:
        print(f"{name:30} {used / 1e6:8.1f} MB")
    print(f"{len(sizes)} distributions      {total / 1e6:8.1f} MB in all")
    megabytes = round(total / 1e6, 1)
    print(
        json.dumps(
            {
                "bench": "install_size",
                "value": megabytes,
                "unit": f"MB, {len(sizes)} distributions",
                "goal": f"<= {MAX_MB:.0f} MB, <= {MAX_DISTRIBUTIONS} distributions",
                "holds": megabytes <= MAX_MB and len(sizes) <= MAX_DISTRIBUTIONS,
                "peers": PEERS,
            }
        )
    )


def install(folder: Path) -> Path:
    """Install our wheel and the base of the lock into a fresh environment; return its packages' folder."""
    locked = folder / "locked.txt"
    uv("export", "--frozen", "--no-dev", "--no-emit-project", "--no-hashes", "--output-file", str(locked))
    uv("build", "--wheel", "--out-dir", str(folder))
    environment = folder / "environment"
    uv("venv", "--python", sys.executable, str(environment))
    wheel = next(folder.glob("*.whl"))
    python = str(environment / "bin" / "python")
    uv("pip", "install", "--python", python, "--compile-bytecode", "--requirements", str(locked), str(wheel))
    return next(environment.glob("lib/python*/site-packages"))


def uv(*arguments: str) -> None:
    beside = Path(sys.executable).with_name("uv")
    program = os.environ.get("UV") or (str(beside) if beside.exists() else shutil.which("uv"))
    if not program:
        raise SystemExit("no uv here: pip install uv")
    subprocess.run([program, *arguments, "--quiet"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def distributions(packages: Path) -> dict[str, int]:
    """Distribution -> the bytes of the files that its record names, bytecode included."""
    found: dict[str, int] = {}
    for record in packages.glob("*.dist-info/RECORD"):
        files = [packages / line.rsplit(",", 2)[0].strip('"') for line in record.read_text().splitlines()]
        bytecode = [
            path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc" for path in files
        ]
        name = record.parent.name.removesuffix(".dist-info")
        found[name] = sum(path.stat().st_size for path in {*files, *bytecode} if path.is_file())
    return found


if __name__ == "__main__":
    main()
