"""What a song brings to the running order, read from its score."""

from __future__ import annotations

from albumen.album.order import SongCharacter
from albumen.score.key import Key
from albumen.score.score import Score
from albumen.sound.energy import energy_of
from albumen.sound.feel import ENDING_BARS
from albumen.sound.seating import role_of


def character_of(score: Score, slug: str, title: str = "") -> SongCharacter:
    """Energy, keys, tempi, length and lead of a song; tempi in felt beats, so that 6/8 counts in dotted quarters.

    The last tempo is that before a written ritardando: the pulse that stays in the ear.
    """
    bars = score.bars()
    melodies = [part for part in score.parts if role_of(part) == "melody"] or list(score.parts)
    lead = max(melodies, key=lambda part: len(part.notes), default=None)
    settled = bars[max(0, len(bars) - ENDING_BARS)].start
    last_tempo = [change for change in score.tempos if change.tick <= settled][-1]
    keys = [change.key for change in score.keys] or [Key()]
    beats = [meter.beat_ticks(score.resolution) / score.resolution for meter in (bars[0].meter, bars[-1].meter)]
    return SongCharacter(
        slug=slug,
        title=title or score.title or slug,
        energy=energy_of(score).overall,
        first_bpm=score.tempos[0].quarters_per_minute / beats[0],
        last_bpm=last_tempo.quarters_per_minute / beats[1],
        first_key=keys[0],
        last_key=keys[-1],
        seconds=score.seconds,
        lead=lead.instrument_name if lead else "",
    )
