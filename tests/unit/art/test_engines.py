"""Engines: the music decides, the seed repeats, the edge stays plain."""

from __future__ import annotations

import numpy as np
import pytest

from albumen.art.engines import ENGINES, engine_named, ridgeline
from albumen.art.layered import QUIET, brought_near, upon
from albumen.art.music_view import FRAMES, MusicView, joined, view_music
from albumen.art.palette import Palette
from albumen.work.errors import Wrong
from albumen.work.seed import Seed
from tests.unit.art.conftest import notes_of


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_same_music_same_picture_other_music_other_picture(name: str, music: MusicView, palette: Palette) -> None:
    draw = engine_named(name).draw
    first = draw(music, palette, 120, Seed(3))
    assert first.shape == (120, 120, 3)
    assert first.dtype == np.uint8
    assert draw(music, palette, 120, Seed(3)).tobytes() == first.tobytes()
    other = view_music(notes_of(9, bars=40), key=5, minor=True, tempo_bpm=170)
    assert np.abs(draw(other, palette, 120, Seed(3)).astype(int) - first).mean() > 0.5


def test_unknown_engine_names_the_choices() -> None:
    with pytest.raises(Wrong, match="ridgeline"):
        engine_named("photo")


def test_audio_is_heard_in_its_bands() -> None:
    rate = 22050
    time = np.arange(rate * 3) / rate
    low = view_music(notes_of(1), audio=np.sin(2 * np.pi * 110 * time), rate=rate)
    high = view_music(notes_of(1), audio=np.sin(2 * np.pi * 3520 * time), rate=rate)
    assert low.spectrum.shape[0] == FRAMES
    assert low.spectrum.mean(axis=0).argmax() < high.spectrum.mean(axis=0).argmax() - 20


def test_album_view_joins_its_songs(music: MusicView) -> None:
    both = joined([music, view_music(notes_of(2))])
    assert both.beats == pytest.approx(128)
    assert len(both.notes) == 128
    assert view_music([]).beats >= 4


def _of_shape(shape: ridgeline.Shape) -> Seed:
    drawn = ((Seed(root), Seed(root).child("ridgeline").rng().integers(len(ridgeline.SHAPES))) for root in range(99))
    return next(seed for seed, number in drawn if ridgeline.SHAPES[int(number)] is shape)


def test_ridgelines_of_a_family_share_one_of_four_shapes_and_leave_the_edge_plain(music: MusicView, palette: Palette) -> None:
    roots = [_of_shape(shape) for shape in ridgeline.SHAPES]
    covers = [ridgeline.draw(music, palette, 200, root).astype(int) for root in roots]
    for place, root in enumerate(roots):
        song = ridgeline.draw(music, palette, 200, root.child("song", 4))
        assert np.argmin([np.abs(cover - song).mean() for cover in covers]) == place
        edge = np.concatenate([covers[place][:6].reshape(-1, 3), covers[place][:, -6:].reshape(-1, 3)])
        assert np.abs(edge - np.median(edge, axis=0)).max() < 30


def test_a_drawing_stands_on_its_ground_and_lets_it_through_where_it_is_plain(palette: Palette) -> None:
    rng = np.random.default_rng(0)
    ground = rng.integers(0, 255, (40, 40, 3)).astype(np.uint8)
    drawing = np.full((40, 40, 3), palette.ground, dtype=np.uint8)
    drawing[10:20] = palette.ink
    both = upon(ground, drawing, palette)
    assert np.array_equal(both[30:], ground[30:])
    assert (both[10:20] == palette.ink).all()


def test_a_quiet_ground_comes_near_the_palette(palette: Palette) -> None:
    stripes = np.zeros((20, 20, 3), dtype=np.uint8)
    stripes[::2] = (255, 40, 200)
    quiet = brought_near(stripes, palette, QUIET).astype(int)
    assert np.abs(quiet.mean(axis=(0, 1)) - palette.ground).mean() < np.abs(stripes.mean(axis=(0, 1)) - palette.ground).mean()
    assert quiet.std(axis=0).mean() < stripes.astype(int).std(axis=0).mean()


@pytest.mark.parametrize("key", range(0, 12, 3))
def test_threads_of_a_flow_stay_within_the_picture(key: int, palette: Palette) -> None:
    wild = view_music(notes_of(key), key=key, minor=False, tempo_bpm=180)
    picture = engine_named("flow").draw(wild, palette, 200, Seed(key)).astype(int)
    edge = np.concatenate([part.reshape(-1, 3) for part in (picture[:2], picture[-2:], picture[:, :2], picture[:, -2:])])
    assert np.abs(edge - np.median(edge, axis=0)).max() < 30
