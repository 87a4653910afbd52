import os
from collections.abc import Iterator

import pytest
from tiny_gguf import write_tiny_gguf


@pytest.fixture(scope="session")
def llama_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a real llama.cpp server in this process, with a tiny model of random weights."""
    if not os.environ.get("ALONGSIDE_REQUIRE_ALL"):
        for package in ("gguf", "tokenizers", "xllamacpp"):
            pytest.importorskip(package)
    import xllamacpp

    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    write_tiny_gguf(path)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = ["tiny"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 2048
    params.n_parallel = 2
    params.n_threads_http = 12  # each kept-alive connection holds one: with fewer than ours, calls wait 5 s
    params.use_jinja = True
    params.warmup = False
    params.verbosity = 0
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server
