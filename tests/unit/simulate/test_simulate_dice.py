from __future__ import annotations

import numpy as np

from kumihimo.simulate.dice import Dice, allot, generator


def test_allot_adds_up_and_keeps_the_least() -> None:
    counts = allot([9.0, 1.0, 0.1], 50, 4)
    assert counts.sum() == 50
    assert counts.min() >= 4
    assert counts[0] == counts.max()


def test_allot_of_fewer_than_there_are_kinds() -> None:
    counts = allot([3.0, 2.0, 1.0, 1.0], 2, 4)
    assert counts.sum() == 2
    assert counts.min() >= 0


def test_bell_is_bell_shaped_and_bounded() -> None:
    drawn = Dice(generator(1)).bell(20_000)
    assert abs(drawn.mean()) < 0.03
    assert abs(drawn.std() - 1) < 0.03
    assert np.abs(drawn).max() <= 3.47


def test_streams_differ_and_repeat() -> None:
    assert Dice(generator(1, 2)).unit(3).tolist() == Dice(generator(1, 2)).unit(3).tolist()
    assert Dice(generator(1, 2)).unit(3).tolist() != Dice(generator(1, 3)).unit(3).tolist()


def test_first_numbers_are_those_of_pcg64() -> None:
    # Pins the stream: whoever changes the generator changes every network ever made.
    assert (
        Dice(generator(7, 300, 0)).unit(1)[0]
        == np.random.Generator(np.random.PCG64(np.random.SeedSequence([7, 300, 0]))).random()
    )


def test_weighted_follows_the_weights() -> None:
    drawn = np.bincount(Dice(generator(3)).weighted((1, 0, 3), 8000), minlength=3) / 8000
    np.testing.assert_allclose(drawn, [0.25, 0.0, 0.75], atol=0.02)
