"""`play.toml`: a person's numbers are kept, the rest follows the players, and what is switched off is not played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from albumen.score.score import Score
from albumen.sound.colours import TAPE, Colours
from albumen.sound.feel import Feel, Together, feel_of
from albumen.sound.humanise import performed_clock, play
from albumen.sound.performance import play_as_written
from albumen.sound.play_file import settle_playing
from albumen.sound.playing import Playing, usual_playing
from albumen.sound.stems import stems_asked
from albumen.work.errors import Wrong

Song = Callable[..., Score]


def rewritten(path: Path, table: str, line: str) -> None:
    """Put `name = value` in the place of that name's line in a table."""
    lines = path.read_text().splitlines()
    at = lines.index(f"[{table}]") if table else 0
    name = line.split(" ", maxsplit=1)[0]
    row = next(n for n in range(at, len(lines)) if lines[n].startswith(f"{name} "))
    comment = lines[row].partition("#")[2]
    lines[row] = f"{line} #{comment}"
    path.write_text("\n".join(lines) + "\n")


def test_a_page_names_every_number_and_settles(song: Song, tmp_path: Path) -> None:
    usual, path = usual_playing(song(), "electronic"), tmp_path / "play.toml"
    assert settle_playing(path, usual) == usual
    text = path.read_text()
    assert "[parts.drums]" in text and "ghosts = 0.12 # auto 0.12" in text and "[colours]" in text
    assert "exact = false # auto false" in text and "seed = 0 # auto 0" in text
    assert settle_playing(path, usual) == usual and path.read_text() == text


def test_a_person_s_numbers_survive_and_the_rest_is_renewed(song: Song, tmp_path: Path) -> None:
    usual, path = usual_playing(song(), "electronic"), tmp_path / "play.toml"
    settle_playing(path, usual)
    rewritten(path, "parts.piano", "swing = 0.6")
    rewritten(path, "parts.bass", "exact = true")
    rewritten(path, "together", "ritardando = 0.5")
    rewritten(path, "colours", "risers = 0")
    rewritten(path, "", "seed = 12")
    kept = settle_playing(path, usual)
    assert kept.feels["piano"] == feel_of(song().part("piano")).replace(swing=0.6) and kept.feels["bass"].exact
    assert kept.together == Together(drift_ms=3.0, ritardando=0.5) and kept.colours.risers == 0 and kept.seed == 12
    others = {name: feel.replace(timing_ms=1.0) for name, feel in usual.feels.items()}
    later = settle_playing(path, Playing(feels=others, together=Together(drift_ms=9.0), colours=Colours(risers=1.0)))
    assert later.feels["piano"].swing == 0.6 and later.feels["piano"].timing_ms == 1.0 and later.feels["bass"].exact
    assert later.together == Together(drift_ms=9.0, ritardando=0.5) and later.colours.risers == 0 and later.seed == 12
    assert "swing = 0.6 # auto 0" in path.read_text()


def test_what_the_page_says_is_played(song: Song) -> None:
    score = song(bars=8)
    asked = {one.part_id: one for one in stems_asked(score)}
    changed = Playing(feels={"piano": feel_of(score.part("piano")).replace(exact=True)}, together=Together(drift_ms=0))
    exact = {one.part_id: one for one in stems_asked(score, playing=changed)}["piano"].performance
    written = play_as_written(score.part("piano"), performed_clock(score, changed.together), score.length)
    np.testing.assert_allclose(exact.start, written.start, atol=1e-9)
    again = {one.part_id: one for one in stems_asked(score, playing=Playing(seed=1))}
    assert all(again[name].key() != asked[name].key() for name in asked)
    coloured = stems_asked(score, playing=Playing(colours=Colours(tape=True)))
    keys = {one.part_id: one.key() for one in coloured}
    assert set(keys) == {*asked, TAPE}
    assert all(keys[name] == asked[name].key() for name in asked)  # colours never move the players
    clock = performed_clock(score)
    seed = Playing().chance
    ghosts = play(score, score.part("drums"), clock, Feel(ghosts=1.0), seed)
    none = play(score, score.part("drums"), clock, Feel(ghosts=1.0, exact=True), seed)
    assert len(ghosts) > len(none) == len(score.part("drums").notes)


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ("parts.piano", "swing = 3", r"parts.piano: swing lies in 0 to 1"),
        ("parts.piano", "timing_ms = 'much'", "expected a number"),
        ("parts.piano", "exact = 1", "expected"),
        ("together", "ritardando = -1", "together: ritardando lies in 0 to 3"),
        ("colours", "riser_bars = 99", "colours: riser_bars lies in"),
        ("", "seed = -4", "whole number from 0"),
        ("", "seed = 1.5", "seed: expected a whole number"),
    ],
)
def test_a_page_that_cannot_be_understood_is_told(
    table: str, line: str, message: str, song: Song, tmp_path: Path
) -> None:
    usual, path = usual_playing(song(), "pop"), tmp_path / "play.toml"
    settle_playing(path, usual)
    rewritten(path, table, line)
    with pytest.raises(Wrong, match=message) as told:
        settle_playing(path, usual)
    assert "play.toml" in str(told.value)
