"""The feel of a player: how far a performance strays from the written notes, in numbers, each of which 0 switches off."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from albumen.album.segue import SEGUE_SECTION
from albumen.score.part import Part
from albumen.score.score import Score

KEYBOARDS = frozenset(("piano", "electric-piano", "harpsichord", "organ", "accordion"))
STRUMMED = frozenset(("guitar", "electric-guitar", "distorted-guitar", "plucked", "harp"))
SINGING = frozenset(
    """violin viola cello contrabass strings voice trumpet trombone tuba horn brass saxophone oboe bassoon clarinet
    flute organ accordion synth-pad synth-lead""".split()
)
SLOW_ATTACK = frozenset(("strings", "voice", "synth-pad", "contrabass", "cello", "viola"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feel:
    """How a part is played.

    `timing_ms` spread of the player's own 1/f timing, `early_ms` how far ahead of the beat, for sounds that speak late;
    `accent` `arch` `loose` in steps of velocity: weight of the beats, swell of a phrase, 1/f unevenness;
    `strum_ms` from the first to the last note of a chord; `top_voice` velocity added to the highest note of a chord;
    `legato_ms` by which joined notes overlap; `swing` 0 straight .. 1 full triplets on off-beat eighths;
    `ghosts` chance of a ghost note on a free sixteenth beside the snare; `pedal` presses the pedal at every chord.
    `exact` plays what is written, whatever the other numbers say; the drift of the band alone remains.
    """

    timing_ms: float = 7.0
    early_ms: float = 0.0
    accent: float = 6.0
    arch: float = 7.0
    loose: float = 4.0
    strum_ms: float = 0.0
    top_voice: float = 0.0
    legato_ms: float = 0.0
    swing: float = 0.0
    ghosts: float = 0.0
    pedal: bool = False
    exact: bool = False

    def __post_init__(self) -> None:
        limits = dict.fromkeys(("timing_ms", "early_ms", "legato_ms"), 200.0)
        limits |= dict.fromkeys(("accent", "arch", "loose", "top_voice"), 64.0) | {
            "strum_ms": 500.0,
            "swing": 1.0,
            "ghosts": 1.0,
        }
        for name, highest in limits.items():
            if not 0.0 <= getattr(self, name) <= highest:
                raise ValueError(f"{name} lies in 0 to {highest:g}, got {getattr(self, name):g}")

    def replace(self, **changes: object) -> Feel:
        """The same with some fields exchanged."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


ENDING_BARS = 8
EXACT = Feel(timing_ms=0, accent=0, arch=0, loose=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """How the band plays together: shared `drift_ms` of the beat, and a `ritardando` at the end (0.25: a quarter slower)."""

    drift_ms: float = 5.0
    ritardando: float = 0.25

    def __post_init__(self) -> None:
        for name, highest in (("drift_ms", 25.0), ("ritardando", 3.0)):
            if not 0.0 <= getattr(self, name) <= highest:
                raise ValueError(f"{name} lies in 0 to {highest:g}, got {getattr(self, name):g}")


def feel_of(part: Part) -> Feel:
    """The usual feel of an instrument."""
    name = part.timbre.name
    if name == "effects":
        return EXACT
    if part.is_drum:
        return Feel(timing_ms=3.5, accent=4.0, arch=3.0, loose=5.0, ghosts=0.12)
    if name in ("electric-bass", "synth-bass", "acoustic-bass"):
        return Feel(timing_ms=4.0, arch=4.0, loose=3.0)
    if name in STRUMMED:
        return Feel(strum_ms=26.0)
    if name in KEYBOARDS:
        harpsichord = name == "harpsichord"  # it knows no loud and soft, but rolls its chords
        return Feel(strum_ms=18.0 if harpsichord else 7.0, top_voice=0.0 if harpsichord else 6.0)
    if name in SINGING:
        return Feel(legato_ms=22.0, early_ms=18.0 if name in SLOW_ATTACK else 4.0, arch=9.0)
    return Feel()


def together_of(score: Score) -> Together:
    """The usual play of a band.

    With drums, where the end is written slower already, or where a passage leads into the next song, no ritardando is added.
    """
    leads_on = bool(score.sections) and score.sections[-1].name == SEGUE_SECTION
    steady = leads_on or any(part.is_drum for part in score.parts)
    return Together(drift_ms=3.0 if steady else 5.0, ritardando=0.0 if steady or _slows_by_itself(score) else 0.25)


def _slows_by_itself(score: Score) -> bool:
    bars = score.bars()
    settled = bars[max(0, len(bars) - ENDING_BARS)].start
    before = [change.quarter_us for change in score.tempos if change.tick <= settled][-1]
    return any(change.quarter_us > 1.05 * before for change in score.tempos if change.tick > settled)
