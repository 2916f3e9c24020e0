"""Metrics against values worked by hand."""

from __future__ import annotations

import math

import pytest

from eval.metrics import (
    Paired,
    Rate,
    calibration_error,
    hit,
    mcnemar,
    mean_reciprocal_rank,
    percentile,
    rank_of,
    reliability,
    same_value,
    wilson,
)


def test_wilson_of_a_known_case() -> None:
    # 8 of 10: (0.8 + 1.9208/10) / 1.38416 ± 1.96/1.38416 * sqrt(0.016 + 0.0096040)
    low, high = wilson(8, 10)
    assert low == pytest.approx(0.4902, abs=1e-4)
    assert high == pytest.approx(0.9433, abs=1e-4)


def test_wilson_at_the_ends() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(0, 10)
    assert low == 0.0
    assert high == pytest.approx(0.2775, abs=1e-4)  # z² / (n + z²)
    assert wilson(10, 10) == (pytest.approx(1 - high), 1.0)


def test_rate_shows_n_of_n_and_its_interval() -> None:
    assert str(Rate(8, 10)) == "8/10 = 80.0% [49.0, 94.3]"
    assert str(Rate(0, 0)) == "0/0"
    assert math.isnan(Rate(0, 0).share)
    assert Rate.of([True, False, True]) == Rate(2, 3)


def test_mcnemar_is_the_exact_two_sided_binomial_test() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 0) == 2 / 32
    assert mcnemar(0, 5) == 2 / 32
    assert mcnemar(7, 2) == pytest.approx(2 * (1 + 9 + 36) / 512)
    assert mcnemar(3, 3) == 1.0


def test_paired_counts_only_the_pairs_that_differ() -> None:
    first = [True, True, True, False, False]
    second = [True, False, False, True, False]
    assert Paired.of(first, second) == Paired(2, 1)
    with pytest.raises(ValueError, match="shorter"):
        Paired.of([True], [])


def test_ranks() -> None:
    assert rank_of("b", ["a", "b"]) == 2
    assert rank_of("c", ["a", "b"]) is None
    assert [hit(r, 3) for r in (1, 3, 4, None)] == [True, True, False, False]
    assert mean_reciprocal_rank([1, 2, 4, None]) == pytest.approx((1 + 0.5 + 0.25) / 4)
    assert math.isnan(mean_reciprocal_rank([]))


def test_calibration_error_is_the_mean_distance_of_confidence_and_accuracy() -> None:
    bins = reliability([0.95, 0.91, 0.5, 1.0], [True, False, True, True])
    assert [b.right for b in bins] == [Rate(1, 1), Rate(2, 3)]
    assert bins[1].confidence == pytest.approx((0.95 + 0.91 + 1.0) / 3)
    distance = abs(0.5 - 1) + 3 * abs(bins[1].confidence - 2 / 3)
    assert calibration_error(bins) == pytest.approx(distance / 4)
    assert math.isnan(calibration_error([]))


def test_percentile_interpolates() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([1.0, 2.0, 3.0], 0.95) == pytest.approx(2.9)
    assert percentile([7.0], 0.95) == 7.0
    assert math.isnan(percentile([], 0.5))


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        (28, 28.0, True),
        (0.1338, 0.13375, True),
        (0.1338, 0.1360, False),
        (5.0, [5.0], True),
        ([5.0], 5, True),
        (5.0, [[5.0]], True),
        ([1, 2], [1.0, 2.0005], True),
        ([1, 2], [1, 2, 3], False),
        ([1, 2], [2, 1], False),
        ({"m_hat": 2.0}, {"M hat": 2, "v": 1}, True),
        ({"m_hat": 2.0}, {"m": 2}, False),
        ({"inteligência": ["a"]}, {"inteligencia": ["a"]}, True),
        (["ci", "##a"], ["ci", "##a"], True),
        (["ci", "ê"], ["ci", "e"], False),
        (["gato"], "gato", False),
        (1.0, math.nan, False),
        (1.0, math.inf, False),
        (1.0, True, False),
        (1.0, "1.0", False),
        (1.0, None, False),
        (None, None, True),
    ],
)
def test_values_are_compared_loosely(expected: object, got: object, same: bool) -> None:
    assert same_value(expected, got, 1e-3) is same
