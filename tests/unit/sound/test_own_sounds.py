"""The user's own sounds: an SFZ instrument and a hosted plug-in play a part; what cannot be hosted is told in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from albumen.score.part import Part
from albumen.sound import plugin_file
from albumen.sound.layer import Layer
from albumen.sound.patch import Patch, library_digest, patch_of
from albumen.sound.patch_sound import render_patch
from albumen.sound.performance import SUSTAIN, Performance, PlayedControl, performance_of
from albumen.sound.plugin_file import find_plugin
from albumen.sound.sfz_file import read_sfz
from albumen.sound.soundfont import find_soundfont
from albumen.work.errors import Missing, Wrong

RATE = 44_100
PLUGIN = "amsynth_vst.so"  # of Debian's package amsynth
PAGE = '[[patch]]\nname = "mine"\nprograms = [0]\nlayers = [{ %s }]\n'


def performance(
    notes: list[tuple[float, float, int]], seconds: float = 0.0, controls: tuple[PlayedControl, ...] = ()
) -> Performance:
    start, stop, pitch = (np.array(column, dtype=float) for column in zip(*notes, strict=True))
    velocity = np.full(len(notes), 100, dtype=np.int32)
    return performance_of(start, stop, pitch.astype(np.int32), velocity, controls, seconds or float(stop.max()))


def heard(patch: Patch, played: Performance) -> np.ndarray:
    return np.concatenate(list(render_patch(played, patch, find_soundfont(), sample_rate=RATE, gain=0.5)))


def loudest_hz(sound: np.ndarray) -> float:
    piece = sound[:, 0] * np.hanning(len(sound))
    return float(np.abs(np.fft.rfft(piece)).argmax()) * RATE / len(sound)


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Path]:
    """`own(layer)`: an album's own patches whose only layer reads so; a sine at A and an SFZ that plays it lie beside."""
    times = np.arange(RATE) / RATE
    (tmp_path / "samples").mkdir()
    soundfile.write(tmp_path / "samples" / "long a.wav", 0.5 * np.sin(2 * np.pi * 440 * times), RATE)
    (tmp_path / "map.sfzi").write_text("<region> sample=$NAME.wav lokey=50 hikey=80 // all there is\n")
    (tmp_path / "sine.sfz").write_text(
        "#define $NAME a\n<control> default_path=samples\\ hint_ram_based=0\n"
        "<global> ampeg_release=0.05 loop_mode=loop_continuous pitch_keycenter=69\n"
        '<group> amp_random=3 #include "map.sfzi"\n<region> sample=long a.wav lokey=81 hikey=90\n'
    )
    soundfile.write(tmp_path / "samples" / "a.wav", 0.5 * np.sin(2 * np.pi * 440 * times), RATE)

    def write(layer: str) -> Path:
        path = tmp_path / "patches.toml"
        path.write_text(PAGE % layer)
        return path

    return write


def test_an_sfz_file_plays_in_tune_on_time_and_the_same_every_time(own: Callable[[str], Path]) -> None:
    patch = patch_of(Part(id="x"), own=own('sfz = "sine.sfz"'))
    assert patch.name == "mine" and patch.layers[0].sfz.endswith("sine.sfz")
    pedal = (PlayedControl(1.1, SUSTAIN, 127), PlayedControl(2.2, SUSTAIN, 0))
    played = performance([(0.25, 0.75, 69), (1.2, 1.4, 57), (2.5, 2.7, 85)], 4.0, pedal)
    sound = heard(patch, played)
    first = int(np.flatnonzero(np.abs(sound[:, 0]) > 1e-3)[0]) / RATE
    assert first == pytest.approx(0.25, abs=0.005)
    assert loudest_hz(sound[int(0.3 * RATE) : int(0.7 * RATE)]) == pytest.approx(440, abs=3)
    assert loudest_hz(sound[int(1.5 * RATE) : int(2.1 * RATE)]) == pytest.approx(220, abs=3)  # held by the pedal
    assert loudest_hz(sound[int(2.52 * RATE) : int(2.68 * RATE)]) == pytest.approx(440 * 2 ** (16 / 12), abs=8)
    assert np.abs(sound[int(3.0 * RATE) :]).max() < 1e-3 and len(sound) >= 4.0 * RATE
    np.testing.assert_array_equal(sound, heard(patch, played))


def test_layers_of_all_kinds_sum_at_their_places(own: Callable[[str], Path]) -> None:
    layer = patch_of(Part(id="x"), own=own('sfz = "sine.sfz"')).layers[0]
    quiet = Layer(preset=0, gain_db=-6.0)
    played = performance([(0.0, 0.3, 69), (2.6, 2.9, 69)], 3.0)
    parts = [heard(Patch(name="x", layers=(one,)), played) for one in (layer, quiet)]
    both = heard(Patch(name="x", layers=(layer, quiet)), played)
    for part in parts:
        both[: len(part)] -= part
    assert np.abs(both).max() < 1e-5


def test_what_an_sfz_file_depends_on_is_found_and_counts(own: Callable[[str], Path], tmp_path: Path) -> None:
    page = own('sfz = "sine.sfz"')
    names = [path.name for path in read_sfz(tmp_path / "sine.sfz").files]
    assert names == ["map.sfzi", "sine.sfz", "a.wav", "long a.wav"]
    before = library_digest(page)
    soundfile.write(tmp_path / "samples" / "a.wav", np.zeros(99), RATE)
    page.write_text(page.read_text() + "\n")
    assert library_digest(page) != before


@pytest.mark.parametrize(
    ("sfz", "message"),
    [
        ("<region> sample=gone.wav", "needs gone.wav, which is not there"),
        ("<region> lokey=3", "names no samples"),
        ('<region> sample=*sine #include "loop.sfz"', "includes itself"),
        ('#include "bad.sfz"', "includes itself"),
        ('#include "gone.sfzi"', "needs gone.sfzi"),
        (b"\xff\xfe", "text in UTF-8"),
        (None, "no file bad.sfz beside"),
    ],
)
def test_a_bad_sfz_file_is_told(
    sfz: str | bytes | None, message: str, own: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "loop.sfz").write_text('#include "bad.sfz"')
    if sfz is not None:
        (tmp_path / "bad.sfz").write_bytes(sfz if isinstance(sfz, bytes) else sfz.encode())
    with pytest.raises(Wrong, match=message):
        patch_of(Part(id="x"), own=own('sfz = "bad.sfz"'))


def test_what_only_the_player_notices_is_told_as_well(own: Callable[[str], Path], tmp_path: Path) -> None:
    patch = patch_of(Part(id="x"), own=own('sfz = "sine.sfz"'))
    with pytest.raises(Wrong, match="no sound for any note of the part"):
        heard(patch, performance([(0.0, 0.5, 20)]))
    (tmp_path / "no plugin.so").write_bytes(b"nothing")
    patch = patch_of(Part(id="x"), own=own('plugin = "no plugin.so"'))
    with pytest.raises(Wrong, match=r"no plugin.so: this plug-in could not be loaded .*VST3 or VST2"):
        heard(patch, performance([(0.0, 0.5, 60)]))


@pytest.mark.parametrize(
    ("layer", "error", "message"),
    [
        ('plugin = "Unheard.vst3"', Missing, r"no plug-in Unheard.vst3 on this machine; .*apt-get install amsynth"),
        ('plugin = "Unheard"', Wrong, "ends in .vst3"),
        ('plugin = "x.so", parameters = { cutoff = 2 }', Wrong, "lie in 0 to 1"),
        ('plugin = "x.so", state = "none.fxp"', Wrong, "no file none.fxp"),
        ('preset = 1, state = "x.fxp"', Wrong, "state belongs to a layer with a plugin"),
        ('sfz = "sine.sfz", preset = 1', Wrong, "either a voice, a preset, an sfz or a plugin"),
    ],
)
def test_rows_that_name_no_sound_are_told(
    layer: str, error: type[Exception], message: str, own: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "x.so").write_bytes(b"")
    with pytest.raises(error, match=message):
        patch_of(Part(id="x"), own=own(layer))


def test_a_bundle_counts_with_all_its_files(own: Callable[[str], Path], tmp_path: Path) -> None:
    inside = tmp_path / "Synth.vst3" / "Contents" / "x86_64-linux"
    inside.mkdir(parents=True)
    (inside / "Synth.so").write_bytes(b"one")
    first = patch_of(Part(id="x"), own=own('plugin = "Synth.vst3"')).layers[0]
    (inside / "Synth.so").write_bytes(b"two")
    second = patch_of(Part(id="x"), own=own('plugin = "Synth.vst3", gain_db = 1')).layers[0]
    assert first.plugin == second.plugin and first.digest != second.digest
    assert find_plugin("Synth.vst3", tmp_path / "elsewhere", places=(str(tmp_path),)) == tmp_path / "Synth.vst3"


@pytest.mark.skipif(
    not any((Path(place).expanduser() / PLUGIN).exists() for place in plugin_file.PLACES),
    reason="needs a plug-in to host: sudo apt-get install amsynth",
)
def test_a_plug_in_plays_in_tune_obeys_its_parameters_and_the_same_every_time(own: Callable[[str], Path]) -> None:
    patch = patch_of(Part(id="x"), own=own(f'plugin = "{PLUGIN}"'))
    played = performance([(0.5, 1.5, 69)], 2.0)
    sound = heard(patch, played)
    assert np.abs(sound).max() > 0.01 and np.abs(sound[: int(0.45 * RATE)]).max() < 1e-4
    octaves = np.log2(loudest_hz(sound[int(0.7 * RATE) : int(1.4 * RATE)]) / 440)
    assert abs(octaves - round(octaves)) < 0.02
    np.testing.assert_array_equal(sound, heard(patch, played))
    slow = patch_of(Part(id="x"), own=own(f'plugin = "{PLUGIN}", parameters = {{ amp_attack = 0.9 }}'))
    begin = slice(int(0.5 * RATE), int(0.7 * RATE))
    assert np.abs(heard(slow, played)[begin]).max() < 0.5 * np.abs(sound[begin]).max()
    wrong = patch_of(Part(id="x"), own=own(f'plugin = "{PLUGIN}", parameters = {{ nonsense = 0.5 }}'))
    with pytest.raises(Wrong, match="no parameter 'nonsense'; the first are amp_attack"):
        heard(wrong, played)
