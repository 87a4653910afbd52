from learn_papers import FIELDS, till_slip

from alongside.learn.curve import Point, corrections_needed, learning_curve


def test_a_curve_judges_what_was_not_learned_from():
    examples = [till_slip(n) for n in range(16)]
    points = {
        (p.field, p.corrections): p
        for p in learning_curve(examples, FIELDS[2:], sizes=(0, 4, 99), seed=1, folds=2)
    }
    assert {size for _, size in points} == {0, 4}
    assert points["cashier", 0].judged == points["cashier", 4].judged == 16
    assert points["cashier", 4].right > points["cashier", 0].right


def test_how_many_more_follows_the_power_law():
    points = [Point("total", n, round(10_000 * (1 - 1 / n**0.5)), 10_000) for n in (4, 16, 64)]
    needed = corrections_needed(points, 0.95)
    assert 380 < needed < 420


def test_no_forecast_without_a_falling_error():
    assert corrections_needed([Point("total", 5, 9, 10)], 0.95) is None
    assert corrections_needed([Point("total", 5, 9, 10), Point("total", 20, 8, 10)], 0.95) is None
