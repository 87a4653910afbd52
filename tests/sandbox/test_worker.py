import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.sandbox.channel import Channel, FrameTooLarge
from alongside.sandbox.process import Worker


@pytest.fixture(autouse=True)
def _entries(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


@pytest.fixture
def pair():
    left, right = (Channel(end) for end in socket.socketpair())
    yield left, right
    left.close()
    right.close()


@settings(max_examples=30, deadline=None)
@given(
    message=st.dictionaries(st.text(), st.integers() | st.text() | st.none()), body=st.binary(max_size=4096)
)
def test_a_frame_arrives_as_sent(message, body):
    left, right = (Channel(end) for end in socket.socketpair())
    left.send(message, body)
    left.send({"next": 1})
    assert right.receive(1.0) == (message, body)
    assert right.receive(1.0) == ({"next": 1}, b"")
    left.close()
    right.close()


def test_frames_of_many_threads_do_not_mix(pair):
    left, right = pair
    bodies = {n: bytes([n]) * 300_000 for n in range(6)}
    threads = [threading.Thread(target=left.send, args=({"n": n}, body)) for n, body in bodies.items()]
    for thread in threads:
        thread.start()
    got = [right.receive(10.0) for _ in bodies]
    for thread in threads:
        thread.join()
    assert {message["n"]: body for message, body in got} == bodies


def test_silence_is_a_timeout_and_half_a_frame_is_kept(pair):
    left, right = pair
    with pytest.raises(TimeoutError):
        right.receive(0.01)
    whole, copy = socket.socketpair()
    Channel(whole).send({"a": 1}, b"body")
    frame = copy.recv(1000)
    copy.close()
    whole.close()
    os.write(left.fileno(), frame[:9])
    with pytest.raises(TimeoutError):
        right.receive(0.01)
    os.write(left.fileno(), frame[9:])
    assert right.receive(1.0) == ({"a": 1}, b"body")


def test_the_end_of_the_other_side_is_eof_for_both_directions(pair):
    left, right = pair
    left.close()
    with pytest.raises(EOFError):
        right.receive(1.0)
    with pytest.raises(EOFError):
        right.send({}, bytes(1 << 20))
    with pytest.raises(EOFError):
        left.receive(1.0)


def test_a_frame_over_the_limit_is_refused_before_its_body_is_read(pair):
    left, right = pair
    left.send({}, bytes(1000))
    with pytest.raises(FrameTooLarge, match="1,002 bytes announced, 1,000 allowed"):
        right.receive(1.0, limit=1000)


def test_sending_to_a_reader_that_does_not_read_times_out(pair):
    with pytest.raises(TimeoutError):
        pair[0].send({}, bytes(8 << 20), timeout=0.05)


def test_a_worker_runs_its_entry_with_role_and_options():
    worker = Worker.start("worker_entries:echo", role="parse", options={"a": [1, 2]})
    worker.channel.send({"hello": "é"}, b"abc")
    reply, body = worker.channel.receive(20.0)
    assert (reply["role"], reply["options"], reply["message"]) == ("parse", {"a": [1, 2]}, {"hello": "é"})
    assert reply["pid"] == worker.pid != os.getpid()
    assert body == b"cba"
    assert worker.wait(10.0) == 0
    worker.kill()


def test_what_a_worker_writes_is_kept_and_never_ours(capfd):
    worker = Worker.start("worker_entries:noisy", role="", options={})
    assert worker.wait(20.0) == 7
    assert worker.stderr.endswith("the end")
    assert len(worker.stderr) == 8192
    worker.kill()
    assert capfd.readouterr() == ("", "")


def test_an_entry_that_does_not_exist_is_eof_with_the_cause():
    worker = Worker.start("worker_entries:nothing", role="", options={})
    with pytest.raises(EOFError):
        worker.channel.receive(20.0)
    worker.wait(10.0)
    assert "has no attribute 'nothing'" in worker.stderr
    worker.kill()


def test_kill_ends_a_worker_and_may_be_repeated(tmp_path):
    worker = Worker.start("worker_entries:sleeper", role="", options={"file": str(tmp_path / "pid")})
    assert worker.alive
    worker.kill()
    worker.kill()
    assert not worker.alive
    assert worker.exit_code == -signal.SIGKILL


def test_a_worker_dies_with_its_parent(tmp_path):
    file = tmp_path / "pid"
    parent = Worker.start("worker_entries:grandparent", role="", options={"file": str(file)})
    pid = int(_wait_for(lambda: file.exists() and file.read_text()))
    os.kill(parent.pid, signal.SIGKILL)
    assert _wait_for(lambda: not _runs(pid))
    parent.kill()


def test_a_worker_outlives_the_thread_that_started_it():
    started = []
    thread = threading.Thread(
        target=lambda: started.append(Worker.start("worker_entries:echo", role="", options={}))
    )
    thread.start()
    thread.join()
    time.sleep(0.2)
    started[0].channel.send({"still": "here"})
    assert started[0].channel.receive(20.0)[0]["message"] == {"still": "here"}
    started[0].kill()


def _wait_for(condition):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen within 20 s")


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
