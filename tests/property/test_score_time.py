"""Time runs forward, and back again to where it came from; seeds do not hear each other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumen.score.time_map import TimeMap
from albumen.work.seed import Seed
from tests.property.strategies import LAST_TICK, time_maps

some_ticks = st.lists(st.integers(0, 2 * LAST_TICK), min_size=2, max_size=20)
paths = st.lists(st.text(max_size=8), max_size=4).map(tuple)


@settings(deadline=None)
@given(time_maps(), some_ticks)
def test_later_ticks_sound_later(time_map: TimeMap, ticks: list[int]) -> None:
    ordered = sorted(set(ticks))
    seconds = [time_map.seconds(tick) for tick in ordered]
    assert all(before < after for before, after in zip(seconds, seconds[1:], strict=False))


@settings(deadline=None)
@given(time_maps(), some_ticks)
def test_seconds_lead_back_to_the_tick(time_map: TimeMap, ticks: list[int]) -> None:
    for tick in ticks:
        # Seconds are floating point: at the far end of a slow song one tick of a quick passage is near their precision.
        precision = max(1e-9, time_map.seconds(tick) * 1e-15 * 1e6 * time_map.resolution)
        assert time_map.tick(time_map.seconds(tick)) == pytest.approx(tick, abs=max(1e-6, precision))


@settings(max_examples=50, deadline=None)
@given(time_maps(), st.integers(0, LAST_TICK))
def test_bars_follow_each_other_without_a_gap(time_map: TimeMap, end: int) -> None:
    bars = time_map.bars(end)
    assert bars[0].start == 0
    assert bars[-1].end >= end
    assert all(before.end == after.start for before, after in zip(bars, bars[1:], strict=False))
    assert [bar.index for bar in bars] == list(range(len(bars)))
    assert all(0 < bar.length <= bar.meter.bar_ticks(time_map.resolution) for bar in bars)


@settings(deadline=None)
@given(st.integers(0, 2**63), paths, paths)
def test_seeds_of_different_names_are_different(root: int, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    same = one == other
    assert (Seed(root).child(*one).number() == Seed(root).child(*other).number()) == same


@settings(deadline=None)
@given(st.integers(0, 2**63), paths, st.integers(0, 50))
def test_a_seed_does_not_hear_its_siblings(root: int, path: tuple[str, ...], draws: int) -> None:
    expected = Seed(root).child(*path, "bass").rng().random(3).tolist()
    Seed(root).child(*path, "drums").rng().random(draws)
    assert Seed(root).child(*path, "bass").rng().random(3).tolist() == expected
