"""A short made-up song and album, seen as pictures see them."""

from __future__ import annotations

import numpy as np
import pytest

from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.music_view import MusicView, view_music
from albumen.art.palette import Palette, palette_for
from albumen.work.seed import Seed


def notes_of(seed: int, bars: int = 16) -> np.ndarray:
    rng = np.random.default_rng(seed)
    start = np.arange(bars * 4, dtype=float)
    pitch = 60 + rng.choice([0, 2, 4, 5, 7, 9, 11], bars * 4)
    return np.stack([start, np.ones(bars * 4), pitch, rng.uniform(0.2, 1, bars * 4), np.zeros(bars * 4)], axis=1)


@pytest.fixture(scope="session")
def music() -> MusicView:
    return view_music(notes_of(1))


@pytest.fixture(scope="session")
def facts() -> AlbumFacts:
    song = SongFacts(title="Lanterns", minor=True, tempo_bpm=80, energy=0.3)
    return AlbumFacts(
        title="Harbour Lights", artist="Ada Quill", theme="a harbour at night", genre="folk", songs=(song,)
    )


@pytest.fixture(scope="session")
def palette(facts: AlbumFacts) -> Palette:
    return palette_for(facts, Seed(1))
