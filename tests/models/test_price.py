import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.chat import ModelConfig, Usage
from alongside.models.price import cost_of, list_price, prices_as_of

OPENAI = "https://api.openai.com/v1"
GOOGLE = "https://generativelanguage.googleapis.com/v1beta/openai"


def config(model: str, url: str = OPENAI, **prices: float) -> ModelConfig:
    return ModelConfig("m", url, model, **prices)


@pytest.mark.parametrize(
    ("url", "model", "usage", "nano"),
    [
        # $0.15, $0.075 cached and $0.60 a million tokens
        (OPENAI, "gpt-4o-mini", Usage(2006, 300, 1920), 86 * 150 + 1920 * 75 + 300 * 600),
        (OPENAI, "gpt-4o-mini", Usage(2006, 300), 2006 * 150 + 300 * 600),
        (OPENAI, "gpt-4o-mini", Usage(0, 0), 0),
        (OPENAI, "gpt-4o-2024-05-13", Usage(1000, 1000), 1000 * 5000 + 1000 * 15_000),
        (OPENAI, "gpt-4o", Usage(1000, 1000), 1000 * 2500 + 1000 * 10_000),
        # dearer above 200,000 input tokens
        (GOOGLE, "gemini-2.5-pro", Usage(200_000, 10), 200_000 * 1250 + 10 * 10_000),
        (GOOGLE, "gemini-2.5-pro", Usage(200_001, 10), 200_001 * 2500 + 10 * 15_000),
        # a cached token for less than a nano-dollar is no rounding error: 0.006 dollars a million
        ("https://api.deepseek.com", "deepseek-flash", Usage(1000, 0, 1000), 6000),
    ],
)
def test_list_prices(url: str, model: str, usage: Usage, nano: int):
    assert cost_of(usage, model="", config=config(model, url)) == nano


def test_what_the_server_ran_is_what_is_priced():
    named = config("gpt-4o")
    assert cost_of(Usage(1000, 0), model="gpt-4o-mini", config=named) == 150_000
    assert cost_of(Usage(1000, 0), model="gpt-4o-mini-2099-01-01", config=named) == 150_000
    assert cost_of(Usage(1000, 0), model="a-name-of-its-own", config=named) == 2_500_000


@pytest.mark.parametrize(
    "unpriced",
    [
        config("no-such-model"),
        config("gpt-4o-mini", "http://127.0.0.1:8080/v1"),
        config("gpt-4o-mini", "https://gateway.example.com/v1"),
        config("gpt-4o-mini", "http://127.0.0.1:8080/v1", input_price=1.0),
        config("gpt-4o-mini", "http://127.0.0.1:8080/v1", output_price=1.0),
    ],
)
def test_unknown_is_unpriced_never_free(unpriced: ModelConfig):
    assert cost_of(Usage(10, 10), model="", config=unpriced) is None


@pytest.mark.parametrize("usage", [Usage(), Usage(None, 10), Usage(10, None)])
def test_missing_counts_are_unpriced(usage: Usage):
    assert cost_of(usage, model="", config=config("gpt-4o-mini")) is None


def test_the_configs_prices_win_each_by_itself():
    usage = Usage(1000, 100, 400)
    assert cost_of(usage, model="", config=config("x", input_price=1.0, output_price=2.0)) == 1_200_000
    assert (
        cost_of(usage, model="", config=config("x", input_price=1.0, output_price=2.0, cached_price=0.5))
        == 1_000_000
    )
    assert (
        cost_of(usage, model="", config=config("gpt-4o-mini", output_price=2.0))
        == 600 * 150 + 400 * 75 + 200_000
    )
    assert cost_of(usage, model="", config=config("gpt-4o-mini", input_price=1.0)) == 1_060_000
    assert cost_of(usage, model="", config=config("x", input_price=0.0, output_price=0.0)) == 0


@given(
    st.integers(0, 10**7),
    st.integers(0, 10**6),
    st.integers(0, 10**7),
    st.decimals("0.0001", "1000", places=4),
)
def test_cost_is_exact_in_whole_nano_dollars(asked: int, answered: int, cached: int, dollars):
    own = config("x", input_price=float(dollars), output_price=float(dollars), cached_price=0.0)
    exact = dollars * 1000 * (asked - min(cached, asked) + answered)
    cost = cost_of(Usage(asked, answered, cached), model="", config=own)
    assert cost is not None
    assert abs(cost - exact) <= 0.5


def test_the_book_is_sound():
    book = json.loads(files("alongside.models").joinpath("prices.json").read_bytes())
    assert prices_as_of() >= "2026-11-21"
    for provider in book["providers"]:
        ids = [name for names, *_ in provider["models"] for name in names]
        assert len(ids) == len(set(ids)), "two prices for one model"
        for names, *tiers in provider["models"]:
            assert [above for *_, above in tiers] == sorted({above for *_, above in tiers})
            assert tiers[0][3] == 0
            for asked, answered, cached, _ in tiers:
                assert 0 <= (cached or 0) <= asked <= answered * 4 < 10**10, names
        assert list_price(f"https://{provider['host']}/v1", ids[0]) is not None
