"""What is worked out once is what it was when it was worked out each time."""

from __future__ import annotations

import numpy as np
import pytest

from albumen.art import brush, formats
from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.house import HousePainter
from albumen.art.identity import Identity, identities
from albumen.art.look import Look
from albumen.art.music_view import MusicView, view_music
from albumen.art.picture import Pixels
from albumen.art.templates import template_named
from albumen.models.portraits.colour import linear_of_bytes, oklab_of, oklab_of_bytes
from albumen.work.seed import Seed

FACTS = AlbumFacts(title="Quiet", artist="Ada", songs=(SongFacts(title="One"),))


def test_bytes_have_the_colours_of_their_255ths() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 30, 3)).astype(np.uint8)
    assert np.array_equal(oklab_of_bytes(pixels), oklab_of(pixels.astype(np.float32) / 255.0))
    assert linear_of_bytes(np.array([0, 255], dtype=np.uint8)).tolist() == [0.0, 1.0]


def test_small_brushes_are_kept_apart_from_broad_ones() -> None:
    before = brush._broad.cache_info().currsize
    first, again = (brush._bent("brush", 4, 9, 1, 0, 10) for _ in range(2))
    assert first is again
    assert brush._broad.cache_info().currsize == before


def test_the_cover_of_a_song_and_its_plain_picture_come_from_one_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    class Counting(HousePainter):
        def draw(self, identity: Identity, music: MusicView, side: int, seed: Seed) -> Pixels:
            drawn.append(side)
            return super().draw(identity, music, side, seed)

    monkeypatch.setattr("albumen.art.house.COVER_SIDE", 400)
    notes = [np.arange(64) * 0.5, np.full(64, 0.5), 48 + np.arange(64) % 30, np.full(64, 0.5), np.zeros(64)]
    music = view_music(np.stack(notes, 1))
    look = Look(identity=identities(FACTS, Seed(1), 1)[0], template=template_named("bottom-left"), picture_seed=Seed(1))
    cover, plain = Counting().song_pair(0, look, FACTS, music)
    assert drawn == [400]
    assert np.array_equal(cover, formats.song_cover(0, look, FACTS, music, side=400).pixels)
    assert np.array_equal(plain, formats.song_picture(0, look, music, 400))
