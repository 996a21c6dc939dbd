"""Whatever a Score holds comes back from the files it is written to."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from albumen.score.json_score import parse_score_json, score_json
from albumen.score.midi import read_midi
from albumen.score.midi_write import midi_bytes
from albumen.score.reading_limits import MAX_SECONDS
from albumen.score.score import Score
from albumen.score.shelf import Shelf, write_shelf
from tests.property.strategies import scores

FEW = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@FEW
@given(scores().filter(lambda score: score.seconds <= MAX_SECONDS))
def test_midi_keeps_everything_it_can_say(score: Score) -> None:
    again = read_midi(midi_bytes(score))
    assert again.resolution == score.resolution
    assert again.tempos == score.tempos
    assert again.meters == score.meters
    assert again.keys == score.keys
    assert len(again.parts) == len(score.parts)
    for before, after in zip(score.parts, again.parts, strict=True):
        assert after.name == (before.name or before.id)
        assert (after.program, after.is_drum) == (before.program, before.is_drum)
        assert after.notes == before.notes
        assert (after.controls, after.bends) == (before.controls, before.bends)


@FEW
@given(scores().filter(lambda score: score.seconds <= MAX_SECONDS))
def test_midi_of_read_midi_is_the_same_file(score: Score) -> None:
    once = read_midi(midi_bytes(score.replace(sections=(), chords=())))
    assert read_midi(midi_bytes(once)) == once


@FEW
@given(scores())
def test_score_json_keeps_everything(score: Score) -> None:
    text = score_json(score)
    assert parse_score_json(text.encode(), "score.json") == score
    assert score_json(parse_score_json(text.encode(), "score.json")) == text


@settings(FEW, max_examples=30)
@given(st.lists(st.tuples(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3), scores()), max_size=4))
def test_a_shelf_keeps_everything(tmp_path_factory: object, songs: list[tuple[dict[str, str], Score]]) -> None:
    path = Path(tmp_path_factory.mktemp("shelf")) / "songs.npz"  # type: ignore[attr-defined]
    assert write_shelf(path, songs) == len(songs)
    shelf = Shelf(path)
    assert list(shelf) == songs
    assert [shelf.meta(i) for i in range(len(shelf))] == [meta for meta, _ in songs]
