"""Patches: the library is sound, electronic voices play in tune and the same every time, layers sum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.sound.faust_voice import release_seconds, render_voice
from albumen.sound.fluid import Preset, render_preset
from albumen.sound.layer import Layer
from albumen.sound.patch import PATCHES, Patch, library_digest, patch_of
from albumen.sound.patch_sound import render_patch
from albumen.sound.performance import SUSTAIN, PlayedControl, performance_of
from albumen.sound.soundfont import find_soundfont
from albumen.sound.stems import stems_asked
from albumen.sound.stretches import STRETCH_SECONDS
from albumen.work.errors import Wrong

RATE = 44_100
UNPITCHED = ("drum-machine", "noise-riser", "impact", "tape")
SINE = """freq = hslider("freq", 100, 20, 9000, 0.01); gain = hslider("gain", 0.5, 0, 1, 0.01); gate = button("gate");
import("stdfaust.lib"); process = os.osc(freq) * gain * en.adsr(0.01, 0.1, 0.8, 0.05, gate) <: _, _; effect = _, _;"""


def performance(notes: list[tuple[float, float, int]], seconds: float = 0.0, controls: tuple = ()) -> object:
    start, stop, pitch = (np.array(column, dtype=float) for column in zip(*notes, strict=True))
    velocity = np.full(len(notes), 100, dtype=np.int32)
    return performance_of(start, stop, pitch.astype(np.int32), velocity, controls, seconds or float(stop.max()))


def heard(blocks: object) -> np.ndarray:
    return np.concatenate(list(blocks))  # type: ignore[call-overload]


def loudest_hz(sound: np.ndarray) -> float:
    piece = sound[:, 0] * np.hanning(len(sound))
    return float(np.abs(np.fft.rfft(piece)).argmax()) * RATE / len(sound)


@pytest.mark.parametrize(
    "voice", sorted(path.stem for path in PATCHES.parent.glob("*.dsp") if path.stem not in UNPITCHED)
)
def test_every_electronic_voice_speaks_in_tune_and_dies_away(voice: str) -> None:
    source = (PATCHES.parent / f"{voice}.dsp").read_text()
    sound = heard(render_voice(performance([(0.1, 1.1, 57)]), source, sample_rate=RATE))
    assert np.isfinite(sound).all() and 0.02 < np.abs(sound).max() < 0.9
    assert np.abs(sound[: int(0.09 * RATE)]).max() < 1e-3
    hz = loudest_hz(sound[int(0.3 * RATE) : int(1.0 * RATE)])
    octaves = np.log2(hz / 220)
    assert abs(octaves - round(octaves)) < 0.02
    after = sound[int((1.15 + release_seconds(source)) * RATE) :]
    assert np.abs(after).max(initial=0.0) < 0.03 * np.abs(sound).max()  # no longer than it says
    assert np.abs(sound[-20:]).max() < 2e-3 and np.abs(sound.mean(axis=0)).max() < 0.01


def test_the_drum_machine_tells_its_drums_apart() -> None:
    source = (PATCHES.parent / "drum-machine.dsp").read_text()
    drums = (36, 38, 42, 46, 49, 45)
    sound = heard(
        render_voice(
            performance([(n * 1.0, n + 0.1, key) for n, key in enumerate(drums)], 6.0), source, sample_rate=RATE
        )
    )
    pieces = [sound[n * RATE : (n + 1) * RATE] for n in range(len(drums))]
    centroids, lengths = [], []
    for piece in pieces:
        power = np.abs(np.fft.rfft(piece[:, 0])) ** 2
        centroids.append(float((np.fft.rfftfreq(len(piece), 1 / RATE) * power).sum() / power.sum()))
        lengths.append(int(np.flatnonzero(np.abs(piece).max(axis=1) > 0.05 * np.abs(piece).max())[-1]))
    assert centroids[0] < centroids[5] < centroids[1] < centroids[2]
    assert lengths[2] < lengths[3] < lengths[4]


def test_stretches_leave_no_seam_and_the_pedal_holds() -> None:
    edge = STRETCH_SECONDS
    sound = heard(
        render_voice(performance([(edge - 0.5, edge + 0.5, 69), (edge + 1.0, edge + 1.2, 69)]), SINE, sample_rate=RATE)
    )
    steps = np.abs(np.diff(sound[:, 0]))
    assert steps[int((edge - 0.1) * RATE) : int((edge + 0.1) * RATE)].max() < 0.06
    middle = sound[int((edge - 0.2) * RATE) : int((edge + 0.2) * RATE)]
    assert loudest_hz(middle) == pytest.approx(440, abs=4)
    pedal = (PlayedControl(0.1, SUSTAIN, 127), PlayedControl(1.5, SUSTAIN, 0))
    held = heard(render_voice(performance([(0.2, 0.4, 69)], 2.0, pedal), SINE, sample_rate=RATE))
    assert np.abs(held[int(1.2 * RATE) : int(1.4 * RATE)]).max() > 0.2 and np.abs(held[int(1.8 * RATE) :]).max() < 0.01


def test_layers_sum_and_keep_to_their_register() -> None:
    played = performance([(0.0, 0.5, 50), (1.0, 1.5, 70)], 2.0)
    font = find_soundfont()

    def sound(*layers: Layer) -> np.ndarray:
        return heard(render_patch(played, Patch(name="x", layers=layers), font, sample_rate=RATE, gain=0.4))

    low, high = Layer(voice=SINE, highest=60), Layer(preset=0, lowest=61, transpose=12, gain_db=-6)
    both = sound(low, high)
    one, two = sound(low), sound(high)
    for part in (one, two):
        both[: len(part)] -= part
    assert np.abs(both).max() < 1e-5
    assert np.abs(one[int(1.0 * RATE) :]).max() < 1e-3 and not two[: int(0.9 * RATE)].any()
    assert loudest_hz(two[RATE : int(1.4 * RATE)]) == pytest.approx(440 * 2 ** (13 / 12), rel=0.02)


def test_the_library_gives_electronic_parts_their_voices_and_others_their_program() -> None:
    assert patch_of(Part(id="b", program=38)).name == "analogue bass"
    assert patch_of(Part(id="p", program=0)).layers == (Layer(preset=0),)
    assert patch_of(Part(id="d", program=25, is_drum=True)).name == "drum machine"
    assert patch_of(Part(id="d", program=0, is_drum=True)).layers[0].is_drum
    score = Score(parts=(Part(id="v", program=48, notes=Notes.of([Note(0, 480, 60)])),))
    assert len(stems_asked(score)[0].patch.layers) == 2


def test_electronic_styles_get_electronic_voices_and_equals_are_chosen_by_part() -> None:
    assert patch_of(Part(id="d", is_drum=True), style="electronic").name == "drum machine"
    assert patch_of(Part(id="d", is_drum=True), style="rock").name == "power kit"
    chosen = {patch_of(Part(id=f"lead-{n}", program=81), style="electronic").name for n in range(12)}
    assert chosen == {"wide lead", "bright lead over a quiet square"}
    assert patch_of(Part(id="p", program=81), style="tango").layers == (Layer(preset=81),)


def test_an_own_library_is_asked_first_and_named_by_its_contents(tmp_path: Path) -> None:
    own = tmp_path / "patches.toml"
    own.write_text('[[patch]]\nname = "mine"\nprograms = [81]\nlayers = [{ voice = "x" }]\n')
    (tmp_path / "x.dsp").write_text(SINE)
    assert patch_of(Part(id="p", program=81), style="electronic", own=own).name == "mine"
    assert patch_of(Part(id="p", program=38), own=own).name == "analogue bass"
    before = library_digest(own)
    (tmp_path / "x.dsp").write_text(SINE + " ")
    own.write_text(own.read_text() + " ")
    assert library_digest(own) != before


def test_own_libraries_choose_by_style_and_mistakes_are_told(tmp_path: Path) -> None:
    library = tmp_path / "mine.toml"
    library.write_text('[[patch]]\nname = "x"\nprograms = [0]\nstyles = ["waltz"]\nlayers = [{ preset = 6 }]\n')
    part = Part(id="p", program=0)
    assert patch_of(part, style="waltz", library=library).layers[0].preset == 6
    assert patch_of(part, style="rock", library=library).layers[0].preset == 0
    for number, (text, message) in enumerate(
        (
            ("[[patch]]\nname = 1", "needs a name and layers"),
            ('[[patch]]\nname = "x"\nlayers = [{ voice = "none" }]', "no file none.dsp"),
            ('[[patch]]\nname = "x"\nlayers = [{ preset = 1, loudness = 2 }]', "no 'loudness'"),
            ('[[patch]]\nname = "x"\nlayers = [{ gain_db = 1 }]', "either a voice, a preset"),
            ('[[patch]]\nname = "x"\nprogram = 3\nlayers = [{ preset = 1 }]', "no 'program'"),
            ("[[patch", "not TOML"),
        )
    ):
        other = tmp_path / f"{number}.toml"
        other.write_text(text)
        with pytest.raises(Wrong, match=message):
            patch_of(part, library=other)


def test_a_patch_can_be_kept_to_a_part(tmp_path: Path) -> None:
    library = tmp_path / "patches.toml"
    library.write_text('[[patch]]\nname = "mine"\nparts = ["tune"]\nlayers = [{ preset = 7 }]\n')
    assert patch_of(Part(id="tune", program=40), own=library).name == "mine"
    drums = patch_of(Part(id="tune", is_drum=True), own=library)
    assert drums.name == "mine" and drums.layers[0].is_drum
    assert patch_of(Part(id="other", program=40), own=library).name != "mine"


def test_voices_say_how_long_they_ring() -> None:
    assert release_seconds('declare release "0.25";') == 0.25 and release_seconds("process = _;") == 1.5


def test_a_shorter_release_is_heard_after_the_note_and_not_before() -> None:
    note = performance([(0.0, 0.5, 52)], seconds=1.5)
    font = find_soundfont(None)
    rang, damped = (
        np.concatenate(list(render_preset(note, Preset(program=25, release=share), font, sample_rate=RATE)))  # type: ignore[arg-type]
        for share in (1.0, 0.2)
    )
    np.testing.assert_array_equal(rang[:20_000], damped[:20_000])
    tail = slice(round(0.9 * RATE), round(1.3 * RATE))
    assert np.abs(damped[tail]).max() < 0.5 * np.abs(rang[tail]).max()


def test_strummed_guitars_are_damped_in_styles_that_strum() -> None:
    guitar = Part(id="guitar", program=25, notes=Notes.of([Note(0, 480, 52, 80)]))
    assert patch_of(guitar, style="pop").layers[0].release < 1.0 == patch_of(guitar, style="romantic").layers[0].release
