"""The running order: exhaustive, deterministic, pins obeyed, musical costs."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from albumen.album.order import SongCharacter
from albumen.score.key import Key
from albumen.sound.order_picture import orders_png
from albumen.sound.order_search import OrderWishes, best_orders, key_cost, tempo_cost, weigh
from albumen.work.errors import Wrong

KEYS = ("C", "Am", "G", "Em", "F#m", "Eb", "D", "Bb", "Gm")


def character(number: int, energy: float, bpm: float, key: str, seconds: float = 180.0) -> SongCharacter:
    return SongCharacter(
        slug=f"song-{number}",
        title=f"Song {number}",
        energy=energy,
        first_bpm=bpm,
        last_bpm=bpm,
        first_key=Key.parse(key),
        last_key=Key.parse(key),
        seconds=seconds,
        lead="flute",
    )


def album(count: int, seed: int = 0) -> list[SongCharacter]:
    rng = np.random.default_rng(seed)
    return [
        character(n, float(rng.uniform(0.2, 0.9)), float(rng.uniform(60, 160)), KEYS[int(rng.integers(len(KEYS)))])
        for n in range(count)
    ]


def test_the_best_order_is_truly_the_best_of_all() -> None:
    songs = album(6)
    best = best_orders(songs)[0]
    by_slug = {song.slug: song for song in songs}
    costs = [weigh([by_slug[slug] for slug in order]).cost for order in permutations(by_slug)]
    assert best.cost == pytest.approx(min(costs))
    assert best.cost == pytest.approx(sum(best.terms.values()), abs=1e-3)


def test_nine_songs_give_five_distinct_orders_the_same_every_time(tmp_path: Path) -> None:
    songs = album(9)
    orders = best_orders(songs)
    assert len(orders) == 5 and best_orders(songs[:7]) == best_orders(songs[:7])
    assert [order.cost for order in orders] == sorted(order.cost for order in orders)
    joins = [set(zip(order.slugs, order.slugs[1:], strict=False)) for order in orders]
    assert all(len(one - other) >= 3 for n, one in enumerate(joins) for other in joins[:n])
    assert all(set(order.slugs) == {song.slug for song in songs} and "Opens with" in order.reason for order in orders)
    orders_png(songs, orders, tmp_path / "orders.png")
    with Image.open(tmp_path / "orders.png") as picture:
        assert picture.size[0] > 1200


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 6), st.integers(0, 50), st.data())
def test_pins_are_obeyed(count: int, seed: int, data: st.DataObject) -> None:
    songs = album(count, seed)
    pinned = data.draw(st.lists(st.sampled_from(range(count)), unique=True, max_size=count))
    places = data.draw(st.permutations(range(1, count + 1)))
    pins = {f"song-{number}": place for number, place in zip(pinned, places, strict=False)}
    for order in best_orders(songs, OrderWishes(pins=pins)):
        assert all(order.slugs[place - 1] == slug for slug, place in pins.items())


def test_long_albums_are_searched_well_enough() -> None:
    songs = album(14, 3)
    best = best_orders(songs, count=1)[0]
    rng = np.random.default_rng(1)
    chance = [weigh([songs[n] for n in rng.permutation(14)]).cost for _ in range(300)]
    assert best.cost < min(chance)


def test_wishes_matter() -> None:
    songs = [character(n, 0.5, 100, key) for n, key in enumerate(("C", "F#", "G", "Db", "D", "Ab"))]
    order = best_orders(songs, OrderWishes(arc=0, tempo=0, contrast=0, side=0, key=1), count=1)[0]
    keys = {song.slug: song.first_key for song in songs}
    total = sum(key_cost(keys[a], keys[b]) for a, b in zip(order.slugs, order.slugs[1:], strict=False))
    assert total <= 1.0 + 1e-9


def test_neighbouring_keys_and_folded_tempi_are_near() -> None:
    def cost(one: str, other: str) -> float:
        return key_cost(Key.parse(one), Key.parse(other))

    assert cost("C", "C") == cost("C", "Am") == cost("C", "G") == cost("Em", "Am") == 0
    assert cost("C", "F#") == 1 and 0 < cost("C", "D") < cost("C", "A") < 1 and cost("C", "Em") == 0.25
    assert all(cost(a, b) == pytest.approx(cost(b, a)) for a in KEYS for b in KEYS)
    assert tempo_cost(100, 102) == tempo_cost(70, 140) == tempo_cost(80, 120) == 0
    assert 0 < tempo_cost(100, 110) < tempo_cost(100, 117) <= 1


def test_pins_that_cannot_be_are_told() -> None:
    songs = album(3)
    for pins, message in (
        ({"nobody": 1}, "no song"),
        ({"song-0": 4}, "there are 3"),
        ({"song-0": 1, "song-1": 1}, "one place"),
    ):
        with pytest.raises(Wrong, match=message):
            best_orders(songs, OrderWishes(pins=pins))
    assert best_orders(songs[:1])[0].slugs == ("song-0",)
