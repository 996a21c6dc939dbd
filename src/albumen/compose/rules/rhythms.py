"""Which written rhythms and grids apply: those of the style in this meter, of a related style, or plain beats."""

from __future__ import annotations

from functools import cache

from albumen.compose.grid import Beat, Mark
from albumen.compose.style import Bars, DrumStyle, MelodyRhythms, Rhythm, Style, at_level
from albumen.compose.style_file import style_named, style_names
from albumen.score.meter import Meter
from albumen.score.score import STEPS_PER_QUARTER

_SWUNG = {3: 4, 6: 8, 9: 10}


@cache
def _lenders(meter: str) -> tuple[str, ...]:
    return tuple(name for name in style_names() if meter in style_named(name).rhythms)


def rhythms_for(style: Style, meter: Meter) -> MelodyRhythms:
    """Melody rhythms of the style in `meter`; another style's, or one note a beat, where it has none."""
    own = style.rhythms.get(str(meter))
    if own is not None:
        return own
    lenders = _lenders(str(meter))
    if lenders:
        return style_named(lenders[0]).rhythms[str(meter)]
    beat, bar = _beat_and_bar(meter)
    starts = list(range(0, bar, beat))
    plain: Rhythm = tuple(Beat(start, min(beat, bar - start), False) for start in starts)
    whole: Rhythm = (Beat(0, bar, False),)
    return MelodyRhythms(ideas=(plain,), contrast=(plain,), half=(whole,), cadence=(whole,))


def figures_for(style: Style, name: str, meter: Meter, level: str, sign: str) -> tuple[Bars, ...]:
    """Grids of a figure at a level; the plain `sign` held over the bar where the style has none in this meter."""
    levels = style.figures.get(name, {}).get(str(meter))
    if levels:
        return at_level(levels, level)
    _, bar = _beat_and_bar(meter)
    return (((Mark(0, bar, sign),),),)


def drums_for(style: Style, name: str, meter: Meter) -> DrumStyle:
    """Grooves of a kit; pop's or another style's in this meter, or a kick and a stick on the beats, where it has none."""
    own = style.drums.get(name, {}).get(str(meter))
    if own is not None:
        return own
    for lender in ("pop", *style_names()):
        for by_meter in style_named(lender).drums.values():
            if str(meter) in by_meter:
                return by_meter[str(meter)]
    beat, bar = _beat_and_bar(meter)
    beats = tuple(Mark(start, min(beat, bar - start), "x") for start in range(0, bar, beat))
    groove = {"kick": (beats[:1],), "hat": (beats,), "rim": (beats[1::2],)}
    return DrumStyle(grooves={"normal": (groove,)}, fills=())


def swung(beats: Rhythm) -> Rhythm:
    """Eighths long and short: off-beats move to the third triplet. Notes that are triplets already stay."""
    if any(beat.step % 12 in (4, 8) for beat in beats):
        return beats
    moved = [(_swing(beat.step), _swing(beat.step + beat.length), beat.is_rest) for beat in beats]
    return tuple(Beat(start, max(1, stop - start), is_rest) for start, stop, is_rest in moved)


def _swing(step: int) -> int:
    whole, part = divmod(step, 12)
    return whole * 12 + _SWUNG.get(part, part)


def _beat_and_bar(meter: Meter) -> tuple[int, int]:
    return max(1, meter.beat_ticks(STEPS_PER_QUARTER)), max(1, meter.bar_ticks(STEPS_PER_QUARTER))
