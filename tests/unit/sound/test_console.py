"""The console and the automatic mixer: stems sum to the mix, sends ring, rules obey, mix.toml keeps a person's numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from albumen.album.mix import OFF_DB, Bell, Compressor, Mix, PartMix, Ride, Space
from albumen.score.score import Score
from albumen.sound.auto_mix import plan_mix
from albumen.sound.glue import Glue
from albumen.sound.mix_file import settle_mix
from albumen.sound.mix_song import mix_song, write_mixed_stems
from albumen.sound.seating import seats
from albumen.sound.space import SpaceEngine, impulse_responses
from albumen.sound.spectrum import CENTRES_HZ, BandMeter
from albumen.sound.stems import StemLevel
from albumen.work.errors import Wrong

RATE = 44_100
Song = Callable[..., Score]
NoiseFile = Callable[..., Path]


def level(lufs: float = -24.0, tilt: float = 0.0) -> StemLevel:
    bands = tuple(float(lufs - 14 + tilt * np.log2(hz / 1000)) for hz in CENTRES_HZ)
    return StemLevel(loudness_lufs=lufs, peak_db=-10, side_to_mid_db=-12, bands_db=bands)


def plain(**changes: object) -> PartMix:
    return PartMix(bus="chords", level_lu=0).replace(**changes)


def test_mixed_stems_sum_to_the_mix(noise_file: NoiseFile, tmp_path: Path) -> None:
    stems = {name: noise_file(name, 2.0, 0.2) for name in ("a", "bb", "kick")}
    squeeze = Compressor(threshold_db=-30, ratio=3)
    mix = Mix(
        parts={
            "a": plain(pan=0.4, hall_db=-8.0, delay_db=-12.0, duck_db=4.0, compressor=squeeze),
            "bb": plain(width=0.2, room_db=-6.0, bells=(Bell(frequency_hz=500, gain_db=-3),)),
            "kick": plain(bus="drums"),
        },
        rides=(Ride(part_id="a", start_seconds=0.5, end_seconds=1.0, gain_db=3),),
        glue=Compressor(threshold_db=-20, ratio=2),
    )
    mix_song(stems, mix, tmp_path / "mix.w64")
    paths = write_mixed_stems(stems, mix, tmp_path / "stems", gain_db=-6.0)
    assert set(paths) == {"a", "bb", "kick", "space"}
    whole, _ = soundfile.read(tmp_path / "mix.w64")
    summed = sum(soundfile.read(path)[0] for path in paths.values())
    residual = np.abs(summed * 10 ** (6 / 20) - whole).max() / np.abs(whole).max()
    assert 20 * np.log10(residual) < -60
    assert len(whole) > 2.5 * RATE and np.abs(whole[-1000:]).max() < 1e-3


def test_pan_mute_and_equaliser_do_what_they_say(noise_file: NoiseFile, tmp_path: Path) -> None:
    stems = {"a": noise_file("a", 2.0, 0.2)}

    def mixed(**changes: object) -> np.ndarray:
        mix_song(stems, Mix(parts={"a": plain(**changes)}), tmp_path / "mix.w64")
        return soundfile.read(tmp_path / "mix.w64")[0]

    def bands(sound: np.ndarray) -> np.ndarray:
        meter = BandMeter(RATE)
        meter.feed(sound.astype(np.float32))
        return np.array(meter.read())

    left = (mixed(pan=-1.0) ** 2).mean(axis=0)
    assert left[0] > 1e4 * max(left[1], 1e-12)
    assert not mixed(mute=True).any()
    flat, dipped, cut = (
        bands(mixed()),
        bands(mixed(bells=(Bell(frequency_hz=1000, gain_db=-6),))),
        bands(mixed(high_pass_hz=800)),
    )
    at = int(np.argmin(np.abs(CENTRES_HZ - 1000)))
    assert dipped[at] - flat[at] == pytest.approx(-6, abs=0.7)
    assert cut[at - 6] - flat[at - 6] < -10 and abs(cut[-4] - flat[-4]) < 0.5


def test_rooms_ring_for_their_time_and_the_echo_comes_on_time() -> None:
    responses = impulse_responses(Space(room_seconds=0.6, hall_seconds=2.0, delay_seconds=0.5), RATE)
    for name, seconds in (("room", 0.6), ("hall", 2.0)):
        energy = np.cumsum((responses[name] ** 2).sum(axis=1)[::-1])[::-1]
        decay = 10 * np.log10(np.maximum(energy / energy[0], 1e-12))
        times = [np.flatnonzero(decay <= db)[0] / RATE for db in (-5, -25)]
        assert (times[1] - times[0]) * 3 == pytest.approx(seconds, rel=0.3)
    engine = SpaceEngine(responses)
    click = np.zeros((8192, 2), dtype=np.float32)
    click[0] = 1
    sends = {"room": 0 * click, "hall": 0 * click, "delay": click}
    out = np.concatenate([engine.feed(sends), *(engine.feed(dict.fromkeys(sends, 0 * click)) for _ in range(9))])
    assert np.abs(out).max(axis=1).argmax() / RATE == pytest.approx(0.5, abs=0.01)


def test_convolution_in_blocks_is_the_same_as_at_once() -> None:
    responses = impulse_responses(Space(hall_seconds=0.5, room_seconds=0.2, delay_seconds=0.1), RATE)
    sound = np.random.default_rng(1).standard_normal((30_000, 2)).astype(np.float32)
    whole = SpaceEngine(responses).feed({"room": sound, "hall": sound, "delay": sound})
    engine = SpaceEngine(responses)
    pieces = [
        engine.feed(dict.fromkeys(("room", "hall", "delay"), piece)) for piece in np.split(sound, [700, 9000, 9001])
    ]
    np.testing.assert_allclose(np.concatenate(pieces), whole, atol=2e-4)


def test_the_glue_gives_one_gain_to_both_sides_and_little_of_it() -> None:
    loud = np.zeros((RATE, 2), dtype=np.float32)
    loud[:, 0] = 0.5
    gains = Glue(Compressor(threshold_db=-17, ratio=2, attack_ms=12, release_ms=140), RATE).gains(loud)
    assert gains[0] > 0.98 and 20 * np.log10(gains[-1]) == pytest.approx(-(20 * np.log10(0.5) + 17) / 2, abs=0.1)


def test_the_automatic_mix_follows_its_rules(song: Song) -> None:
    score = song(bars=8)
    levels = {part.id: level() for part in score.parts}
    levels["piano"] = level(tilt=3.0)
    mix = plan_mix(score, levels)
    assert mix.parts["bass"].pan == mix.parts["drums"].pan == mix.parts["flute"].pan == 0
    assert mix.parts["piano"].pan != 0 and mix.parts["piano"].level_lu < mix.parts["flute"].level_lu
    assert mix.parts["bass"].width < 0.5 and mix.parts["bass"].hall_db <= OFF_DB
    assert any(bell.gain_db < 0 and 350 <= bell.frequency_hz <= 5000 for bell in mix.parts["piano"].bells)
    assert not any(bell.gain_db < 0 for bell in mix.parts["flute"].bells)
    chamber = plan_mix(song(bars=8, drums=False), levels)
    assert all(part.compressor is None and part.duck_db == 0 for part in chamber.parts.values())
    assert chamber.space.hall_seconds > mix.space.hall_seconds
    silent = plan_mix(score, {**levels, "piano": level(-120.0)})
    assert silent.parts["piano"].mute and not silent.parts["bass"].mute


def test_the_hands_of_one_piano_share_a_seat(song: Song) -> None:
    score = song(bars=8)
    flute, piano = score.part("flute"), score.part("piano")
    hands = tuple(piano.replace(id=f"piano-{hand}", role=role) for hand, role in (("left", "chords"), ("inner", "counter")))
    solo = seats((*hands, piano.replace(id="piano-right", role="melody")))
    assert set(solo.values()) == {0.0}
    beside = seats((flute.replace(role="melody"), *hands))
    assert beside["piano-left"] == beside["piano-inner"] != 0.0 == beside["flute"]


def test_narrow_stems_are_drawn_out_and_bands_spread_further_than_ensembles(song: Song) -> None:
    score = song(bars=8)
    narrow = {part.id: StemLevel(loudness_lufs=-24, peak_db=-10, side_to_mid_db=-13.0) for part in score.parts}
    wide = {part.id: StemLevel(loudness_lufs=-24, peak_db=-10, side_to_mid_db=1.0) for part in score.parts}
    drawn, left = plan_mix(score, narrow).parts, plan_mix(score, wide).parts
    assert drawn["drums"].width == pytest.approx(10 ** (4 / 20), abs=0.01) and drawn["piano"].width == 1.8
    narrowed = pytest.approx(10 ** (-2 / 20), abs=0.01)  # more side than middle would vanish in mono
    assert left["drums"].width == left["piano"].width == narrowed and left["flute"].width == narrowed
    assert drawn["bass"].width < 0.5 and drawn["flute"].width == 1.0  # the bottom and the tune stay where they are
    chamber = plan_mix(song(bars=8, drums=False), narrow)
    assert abs(drawn["piano"].pan) > abs(chamber.parts["piano"].pan) > 0


def test_a_persons_numbers_in_the_page_are_kept_and_the_rest_is_renewed(song: Song, tmp_path: Path) -> None:
    score, path = song(bars=8), tmp_path / "mix.toml"
    levels = {part.id: level() for part in score.parts}
    auto = plan_mix(score, levels)
    assert settle_mix(path, auto) == auto and settle_mix(path, auto) == auto
    text = path.read_text()
    lines = text.splitlines()
    at = lines.index("[parts.piano]")
    row = next(n for n in range(at, len(lines)) if lines[n].startswith("level_lu"))
    lines[row] = lines[row].replace("level_lu = -6.0", "level_lu = -1.5")
    path.write_text("\n".join(lines) + "\n")
    parts = {name: part.replace(level_lu=part.level_lu - 2) for name, part in auto.parts.items()}
    later = settle_mix(path, auto.replace(parts=parts))
    assert later.parts["piano"].level_lu == -1.5 and later.parts["bass"].level_lu == auto.parts["bass"].level_lu - 2
    assert settle_mix(path, auto).parts["piano"].level_lu == -1.5
    assert "level_lu = -1.5 # auto -6" in path.read_text()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("pan = 0.0", "pan = 7"), "pan lies in"),
        (("pan = 0.0", "pan = 'left'"), "expected a number"),
        (("width", "wideness"), "no field called"),
        (("format = 1", ""), "format = 1"),
        (("bus = ", "bus = = "), "not TOML"),
    ],
)
def test_a_page_that_cannot_be_understood_is_told_with_its_place(
    change: tuple[str, str], message: str, song: Song, tmp_path: Path
) -> None:
    score, path = song(bars=4), tmp_path / "mix.toml"
    auto = plan_mix(score, {part.id: level() for part in score.parts})
    settle_mix(path, auto)
    path.write_text(path.read_text().replace(*change, 1))
    with pytest.raises(Wrong, match=message) as told:
        settle_mix(path, auto)
    assert "mix.toml" in str(told.value)
