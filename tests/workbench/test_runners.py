"""A version's worker that is asked something isn't taken away by whoever tidies up meanwhile."""

import threading
import time
from pathlib import Path

from alongside.workbench import open_engagement
from alongside.workbench.answering import retire
from alongside.workbench.spending import ask_standing

SLOW = "import time\n\ntime.sleep(0.5)\n\nfrom alongside import workflow\n\n\n@workflow\ndef w(x: str) -> str:\n    return x\n"


def test_a_question_is_answered_though_workers_retire_while_one_starts(tmp_path: Path) -> None:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / "w.py").write_text(SLOW)
    (tmp_path / "alongside.toml").write_text('customer = "acme"\n')
    with open_engagement(tmp_path) as bench:
        version, answers = bench.snapshot(), list[object]()
        question = {"steps": [], "classes": [], "reads": []}
        asking = threading.Thread(target=lambda: answers.append(ask_standing(bench, version, question)))
        asking.start()
        while asking.is_alive():
            retire(bench)
            time.sleep(0.02)
        assert len(answers) == 1
        assert retire(bench) == [version.id]
