"""The automatic mixer: from the score and the measured stems to every number of the console.

Rules, not magic: levels by role, seats by instrument, low cuts by register, dips in the less important part where it covers
the lead, compression and space by style. All numbers are defaults of the trade, tuned by the measurements in `bench/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from albumen.album.mix import OFF_DB, Bell, Compressor, Mix, PartMix, Ride, Space
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.sound.energy import energy_of
from albumen.sound.humanise import performed_clock
from albumen.sound.seating import ROLE_LEVELS_LU, bus_of, middle_pitch, role_of, seats
from albumen.sound.spectrum import BANDS, CENTRES_HZ
from albumen.sound.stems import StemLevel
from albumen.sound.tone import expected_spectrum, tone_bells

AUDIBLE_LUFS = -90.0
# Where ears are keenest on a lead, and where dips in other parts are heard as clarity rather than as loss.
_POCKET_HZ = (350.0, 5000.0)
_MOST_POCKETS = 2
_LEAST_COVER_DB, _DEEPEST_DIP_DB = -4.0, -3.5
# Sends in dB by bus: (room, hall) for bands with drums and for acoustic ensembles.
_BAND_SENDS = MappingProxyType(
    {"drums": (-13.5, -27.0), "bass": (-24.0, OFF_DB), "chords": (-15.5, -16.0), "lead": (-19.0, -13.0)}
)
_ENSEMBLE_SENDS = MappingProxyType(
    {"drums": (-18.0, -16.0), "bass": (-22.0, -18.0), "chords": (-18.0, -13.0), "lead": (-19.0, -11.0)}
)
_DEEPER_DB = MappingProxyType({"pad": 4.0, "counter": 1.0})  # who stands further back hears more hall
# How wide a stem should stand by its role, side against middle. A stem in mono stays so: only its seat can move it.
_SIDE_TO_MID_DB = MappingProxyType(
    {"pad": -1.0, "chords": -2.0, "counter": -4.0, "drums": -9.0, "effects": -3.0, "texture": -1.0}
)
_WIDEST = 1.8
_MOST_SIDE_TO_MID_DB = -1.0  # as much side as middle would vanish in mono: left and right no longer agree
_ECHOED = frozenset(("synth-lead", "electric-guitar", "distorted-guitar", "voice"))


def plan_mix(score: Score, levels: Mapping[str, StemLevel], *, target: Sequence[float] = ()) -> Mix:
    """A mix for the song; parts whose stems are silent are muted. `levels` by part id, for every part.

    `target` is the curve in thirds of octaves that the tone of the whole follows; without one it is left alone.
    """
    parts = score.parts
    is_band = any(part.is_drum and len(part.notes) for part in parts)
    pans = seats(parts, is_band=is_band)
    lead = _lead(parts, levels)
    channels = {
        part.id: _channel(part, pans[part.id], levels[part.id], lead, levels, is_band=is_band, alone=len(parts) == 1)
        for part in parts
    }
    spectrum = expected_spectrum(channels, levels)
    return Mix(
        parts=MappingProxyType(channels),
        space=_space(score, is_band),
        rides=_rides(score),
        tone=tone_bells(spectrum, target) if target and spectrum is not None else (),
        glue=Compressor(threshold_db=-17.0, ratio=2.0 if is_band else 1.4, attack_ms=12.0, release_ms=140.0),
    )


def _lead(parts: Sequence[Part], levels: Mapping[str, StemLevel]) -> Part | None:
    audible = [part for part in parts if levels[part.id].loudness_lufs > AUDIBLE_LUFS and not part.is_drum]
    melodies = [part for part in audible if role_of(part) == "melody"]
    return max(melodies or audible, key=lambda part: (len(part.notes), part.id), default=None)


def _channel(
    part: Part,
    pan: float,
    level: StemLevel,
    lead: Part | None,
    levels: Mapping[str, StemLevel],
    *,
    is_band: bool,
    alone: bool,
) -> PartMix:
    role, bus = role_of(part), bus_of(part)
    room, hall = (_BAND_SENDS if is_band else _ENSEMBLE_SENDS).get(bus, (-18.0, -13.0))
    echo = role == "melody" and is_band and part.timbre.name in _ECHOED
    covers = lead is not None and part.id != lead.id and role not in ("drums", "bass", "effects", "texture")
    if role == "texture":
        room = hall = OFF_DB
    return PartMix(
        bus=bus,
        level_lu=ROLE_LEVELS_LU[role],
        pan=pan,
        width=_width(role, level),
        high_pass_hz=0.0 if alone else _low_cut(part, role),
        bells=(*_tone(part, role, is_band), *(_pockets(level, levels[lead.id], role) if lead and covers else ())),
        compressor=_compressor(role, is_band),
        room_db=room,
        hall_db=min(-8.0, hall + _DEEPER_DB.get(role, 0.0)) if hall > OFF_DB else hall,
        delay_db=-19.0 if echo else OFF_DB,
        duck_db=_duck(part, role, is_band),
        mute=level.loudness_lufs < AUDIBLE_LUFS,
    )


def _width(role: str, level: StemLevel) -> float:
    """How far a stem's own sides are drawn out or in: towards what is usual for its role, always safe in mono."""
    if role == "bass":
        return 0.3  # low sounds belong in the middle
    wanted = max(_SIDE_TO_MID_DB.get(role, level.side_to_mid_db), level.side_to_mid_db)
    lacking = min(wanted, _MOST_SIDE_TO_MID_DB) - level.side_to_mid_db
    return round(float(np.clip(10 ** (lacking / 20), 0.0, _WIDEST)), 2)


def _low_cut(part: Part, role: str) -> float:
    if role in ("drums", "bass", "effects", "texture"):
        return 30.0
    lowest = float(np.percentile(part.notes.pitch, 2)) if len(part.notes) else 48.0
    fundamental = 440.0 * 2 ** ((lowest - 69) / 12)
    return round(float(np.clip(0.75 * fundamental, 40.0, 180.0)), 0)


def _tone(part: Part, role: str, is_band: bool) -> tuple[Bell, ...]:
    if role == "bass" and is_band:
        return (Bell(frequency_hz=90.0, gain_db=1.5, q=0.9), Bell(frequency_hz=320.0, gain_db=-2.0, q=0.9))
    if role == "drums":
        return (Bell(frequency_hz=62.0, gain_db=2.0, q=1.1), Bell(frequency_hz=380.0, gain_db=-2.5, q=0.9))
    if role == "melody" and is_band:
        return (Bell(frequency_hz=3000.0, gain_db=1.5, q=0.7),)
    if role in ("chords", "pad") and is_band and middle_pitch(part) < 66:
        return (Bell(frequency_hz=300.0, gain_db=-2.0, q=0.8),)
    return ()


def _pockets(level: StemLevel, lead: StemLevel, role: str) -> tuple[Bell, ...]:
    """Dips where this part covers what is strongest in the lead, both at their levels in the mix."""
    if len(level.bands_db) != BANDS or len(lead.bands_db) != BANDS:
        return ()
    own = np.array(level.bands_db) - level.loudness_lufs + ROLE_LEVELS_LU[role]
    other = np.array(lead.bands_db) - lead.loudness_lufs
    useful = (_POCKET_HZ[0] <= CENTRES_HZ) & (_POCKET_HZ[1] >= CENTRES_HZ) & (other > other.max() - 18)
    cover = np.where(useful, own - other, -np.inf)
    bells: list[Bell] = []
    for band in np.argsort(-cover, kind="stable"):
        if len(bells) == _MOST_POCKETS or cover[band] < _LEAST_COVER_DB:
            break
        if all(abs(np.log2(CENTRES_HZ[band] / bell.frequency_hz)) > 0.8 for bell in bells):
            dip = max(_DEEPEST_DIP_DB, -1.5 - 0.35 * (float(cover[band]) - _LEAST_COVER_DB))
            bells.append(Bell(frequency_hz=round(float(CENTRES_HZ[band]), 0), gain_db=round(dip, 1), q=1.2))
    return tuple(bells)


def _compressor(role: str, is_band: bool) -> Compressor | None:
    if not is_band:
        return None
    settings = {
        "bass": Compressor(threshold_db=-19.0, ratio=4.0, attack_ms=18.0, release_ms=130.0),
        "drums": Compressor(threshold_db=-13.0, ratio=3.0, attack_ms=22.0, release_ms=90.0),
        "melody": Compressor(threshold_db=-17.0, ratio=2.5, attack_ms=12.0, release_ms=140.0),
        "chords": Compressor(threshold_db=-16.0, ratio=2.0, attack_ms=20.0, release_ms=160.0),
    }
    return settings.get(role)


def _duck(part: Part, role: str, is_band: bool) -> float:
    """Electronic basses and pads breathe with the kick; an electric bass gives way to it a little."""
    if not is_band:
        return 0.0
    if part.timbre.name in ("synth-bass", "synth-pad"):
        return 3.5
    return 1.5 if role == "bass" else 0.0


def _space(score: Score, is_band: bool) -> Space:
    quarter = score.tempos[0].quarter_us / 1e6
    if is_band:
        return Space(
            room_seconds=0.55, hall_seconds=1.7, hall_pre_delay_ms=28.0, delay_seconds=round(0.75 * quarter, 4)
        )
    return Space(room_seconds=0.8, hall_seconds=2.3, hall_pre_delay_ms=22.0, delay_seconds=round(0.75 * quarter, 4))


def _rides(score: Score) -> tuple[Ride, ...]:
    """The lead comes forward where the song is at its height, and pads fill where it is thin."""
    if len(score.sections) < 2:
        return ()
    bars, clock, curve = score.bars(), performed_clock(score), energy_of(score).curve
    spans = [(min(s.start_bar, len(bars) - 1), min(s.end_bar, len(bars))) for s in score.sections]
    means = [float(curve[a:b].mean()) if b > a else 0.0 for a, b in spans]
    rides = []
    for part in score.parts:
        moves = {"melody": (max, 1.0), "drums": (max, 0.7), "pad": (min, 1.0)}.get(role_of(part))
        if moves is None or max(means) - min(means) < 0.05:
            continue
        pick, gain = moves
        start, end = spans[means.index(pick(means))]
        if end > start:
            first, last = (round(float(time), 3) for time in clock.at([bars[start].start, bars[end - 1].end]))
            rides.append(Ride(part_id=part.id, start_seconds=first, end_seconds=last, gain_db=gain))
    return tuple(rides)
