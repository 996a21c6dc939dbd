"""Following what is there: the texture of the nearest written bar of the same part, led to the harmony of this one.

Used where no plan tells the rules what a part plays, as when a bar is to be filled into somebody else's music.
"""

from __future__ import annotations

from albumen.compose.rules.setting import BarFacts, Setting
from albumen.score.notes import Note, Notes

_REACH = 8  # bars before and after in which a model is looked for


def model_bar(setting: Setting, notes: Notes, facts: BarFacts, empty: frozenset[int]) -> int | None:
    """The index of the nearest bar with notes of the part, earlier ones first; bars of the same meter only."""
    for distance in range(1, _REACH + 1):
        for index in (facts.bar.index - distance, facts.bar.index + distance):
            if not 0 <= index < len(setting.bars) or index in empty:
                continue
            other = setting.bars[index].bar
            if other.length == facts.bar.length and len(notes.between(other.start, other.end)):
                return index
    return None


def followed(setting: Setting, notes: Notes, facts: BarFacts, model: int, is_drum: bool) -> list[Note]:
    """The notes of the model bar on the chords of this one: chord tones go to chord tones, others keep to the scale."""
    source = setting.bars[model].bar
    shift = facts.bar.start - source.start
    result = []
    for note in notes.between(source.start, source.end):
        tick = note.onset + shift
        old, new = setting.chord_at(note.onset), setting.chord_at(tick)
        pitch = note.pitch
        if old != new and not is_drum:
            pitch = _moved(note.pitch, old.pitch_classes, old.root, new.pitch_classes, new.root, setting.scale_at(tick))
        result.append(note._replace(onset=tick, pitch=max(0, min(127, pitch))))
    return result


def _moved(
    pitch: int, old: tuple[int, ...], old_root: int, new: tuple[int, ...], new_root: int, scale: frozenset[int]
) -> int:
    if pitch % 12 == old_root and pitch < 55:  # a bass note on the root stays on the root
        goal = {new_root}
    elif pitch % 12 in old:
        goal = set(new)
    else:
        goal = set(scale)
    return min(
        (p for p in range(pitch - 6, pitch + 7) if p % 12 in goal), key=lambda p: (abs(p - pitch), p), default=pitch
    )
