"""Originality: copies are found in any key, strangers are not accused, the index reads back."""

from pathlib import Path

import numpy as np
import pytest

from albumen.album.brief import Brief
from albumen.compose.originality.figures import tunes_of
from albumen.compose.originality.gate import OriginalityGate
from albumen.compose.originality.index import Index, build_index, index_of, read_index
from albumen.compose.originality.mend import mended
from albumen.compose.originality.report import copied_pairs, originality
from albumen.compose.song_plan import plan_song
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.writing import CellAt, WriteRequest, Written
from albumen.work.errors import Broken, Missing
from albumen.work.seed import Seed


def tune(seed: int, bars: int = 8, transpose: int = 0) -> Score:
    """A random tune of eighths and quarters; equal seeds give equal tunes, other keys by `transpose`."""
    rng = np.random.default_rng(seed)
    notes, tick, pitch = [], 0, 66
    while tick < bars * 1920:
        length = int(rng.choice((240, 240, 480)))
        notes.append(Note(tick, length, pitch + transpose))
        pitch = int(np.clip(pitch + rng.integers(-5, 6), 55, 84))
        tick += length
    return Score(parts=(Part(id="flute", program=73, role="melody", notes=Notes.of(notes)),), length=bars * 1920)


def meta(name: str) -> dict[str, str]:
    return {"title": name, "composer": "trad.", "corpus": "test", "licence": "CC0-1.0"}


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of([(meta(f"tune {seed}"), tune(seed)) for seed in range(30)], {"any": (0.0, 0.1, 0.3)})


def test_a_copy_is_found_in_any_key(index: Index) -> None:
    for transpose in (0, 5, -7):
        report = originality(tune(7, transpose=transpose), index)
        assert not report["is_original"]
        assert report["longest_match_bars"] == 8
        assert report["longest_match_notes"] == len(tune(7).parts[0].notes)
        assert report["figures_known"] == 1.0
        assert report["nearest"]["title"] == "tune 7"
        assert report["nearest"]["licence"] == "CC0-1.0"
        assert report["inside_human_band"] is False


def test_strangers_are_not_accused(index: Index) -> None:
    for seed in range(100, 140):
        report = originality(tune(seed), index)
        assert report["is_original"]
        assert report["copied_bar_pairs"] == 0
        assert report["longest_match_bars"] == 0
        assert report["longest_match_notes"] < 12
        assert report["inside_human_band"]


def test_two_copied_bars_inside_a_song_are_named(index: Index) -> None:
    own, other = tune(200).parts[0].notes, tune(9).parts[0].notes
    lifted = other.between(2 * 1920, 4 * 1920).shifted(semitones=3)
    mixed = own.outside(2 * 1920, 4 * 1920).joined(lifted)
    report = originality(Score(parts=(Part(id="flute", role="melody", notes=mixed),), length=8 * 1920), index)
    assert report["copied_bar_pairs"] == 1
    assert report["longest_match_bars"] == 2
    assert (report["copies"][0]["bar"], report["copies"][0]["title"]) == (3, "tune 9")


def test_another_rhythm_or_another_tune_is_another_piece(index: Index) -> None:
    notes = tune(3).parts[0].notes
    slower = Notes(notes.onset * 2, notes.length * 2, notes.pitch, notes.velocity)
    assert originality(Score(parts=(Part(id="x", role="melody", notes=slower),)), index)["is_original"]
    upside_down = notes.replace(pitch=140 - notes.pitch)
    assert originality(Score(parts=(Part(id="x", role="melody", notes=upside_down),)), index)["is_original"]


def test_commonplaces_are_nobodys() -> None:
    """Few notes, or one note repeated, make no bar pair."""
    drone = Score(parts=(Part(id="x", role="melody", notes=Notes.of([Note(480 * i, 480, 60) for i in range(32)])),))
    sparse = Score(
        parts=(Part(id="x", role="melody", notes=Notes.of([Note(960 * i, 960, 60 + i % 7) for i in range(16)])),)
    )
    for score in (drone, sparse):
        assert sum(t.pairs.size for t in tunes_of(score)) == 0


def test_the_resolution_does_not_matter(index: Index) -> None:
    score = tune(4)
    notes = score.parts[0].notes
    coarse = Notes(notes.onset // 20, notes.length // 20, notes.pitch, notes.velocity)
    again = Score(resolution=24, parts=(score.parts[0].replace(notes=coarse),), length=8 * 96)
    assert originality(again, index)["longest_match_bars"] == 8


def test_the_index_reads_back(index: Index, tmp_path: Path) -> None:
    build_index(
        [(meta(f"tune {seed}"), tune(seed)) for seed in range(30)], tmp_path / "index.npz", {"any": (0.0, 0.1, 0.3)}
    )
    again = read_index(tmp_path / "index.npz")
    for name in ("figures", "named", "named_piece", "pairs", "pair_piece"):
        assert np.array_equal(getattr(again, name), getattr(index, name)), name
    assert again.pieces == index.pieces
    assert again.bands == index.bands
    assert originality(tune(5), again) == originality(tune(5), index)


def test_damaged_and_missing_indexes_are_named(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="not there"):
        read_index(tmp_path / "none.npz")
    build_index([(meta("a"), tune(1))], tmp_path / "index.npz")
    data = (tmp_path / "index.npz").read_bytes()
    (tmp_path / "index.npz").write_bytes(data[: len(data) // 2])
    with pytest.raises(Broken, match="damaged"):
        read_index(tmp_path / "index.npz")


def test_an_empty_index_accuses_nobody() -> None:
    empty = index_of([])
    assert originality(tune(1), empty)["is_original"]
    assert originality(tune(1), empty)["nearest"] is None


def test_the_gate_turns_copies_away(index: Index) -> None:
    plan = plan_song(Brief(style="folk-air", seed=1))
    gate = OriginalityGate(index)
    copied, own = tune(11), tune(300)
    for score, passes in ((copied, False), (own, True)):
        request = WriteRequest(score=score, cells=tuple(CellAt("flute", bar) for bar in range(8)), seed=Seed(1))
        assert (gate.judge(request, Written(score, 1.0), plan).score == 1.0) is passes
    elsewhere = WriteRequest(score=copied, cells=(CellAt("flute", 30),), seed=Seed(1))
    assert gate.judge(elsewhere, Written(copied, 1.0), plan).score == 1.0
    assert copied_pairs(copied, index, parts=frozenset({"drums"})) == 0


def test_copies_that_came_about_at_seams_are_mended(index: Index) -> None:
    own, copied = tune(300), tune(11)
    both = own.parts[0].notes.outside(3 * 1920, 5 * 1920).joined(copied.parts[0].notes.between(3 * 1920, 5 * 1920))
    score = own.with_part(own.parts[0].replace(notes=both))
    assert copied_pairs(score, index) == 1

    def rewrite(before: Score, part_id: str, bar: int, number: int) -> Score:
        assert (part_id, bar) == ("flute", 3)
        fresh = copied if number == 0 else own  # the first try is no better
        part = before.part("flute")
        span = (bar * 1920, (bar + 2) * 1920)
        return before.with_part(
            part.replace(notes=part.notes.outside(*span).joined(fresh.part("flute").notes.between(*span)))
        )

    assert mended(score, index, rewrite) == own
    stubborn = mended(score, index, lambda before, *_: before)
    assert stubborn == score
