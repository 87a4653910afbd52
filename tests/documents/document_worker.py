"""The worker entry that these tests use, as `workbench:worker` does it in production."""

from alongside.documents.worker import serve


def worker(role, options, channel):
    assert role == "parse"
    serve(options, channel)
