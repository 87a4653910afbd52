"""A process that ships one version after another until it is killed: `python ship_victim.py ROOT SEED`."""

import sys
from pathlib import Path

from alongside import open_engagement
from alongside.evals.replay import Options


def main(root: Path, seed: str) -> None:
    with open_engagement(root) as bench:
        for turn in range(1000):
            (root / "prompts" / "ask.md").write_text(f"{seed} {turn}")
            if turn % 3 == 2:
                bench.rollback(by="dana", reason="back")
                print("rollback", flush=True)
            else:
                release, _ = bench.ship(
                    options=Options(),
                    progress=lambda *_: None,
                    by="dana",
                    reason=f"{seed} {turn}",
                    override=True,
                )
                print("ship", release.version, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
