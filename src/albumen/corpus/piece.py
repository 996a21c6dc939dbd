"""One song on its way into the corpus: read, put on the grid, measured; then analysed."""

from __future__ import annotations

import numpy as np

from albumen.corpus.chord_finding import chord_agreement, find_chords, in_slots
from albumen.corpus.form_finding import with_sections
from albumen.corpus.grid import on_grid
from albumen.corpus.key_finding import Trust, find_key
from albumen.corpus.role_finding import with_roles
from albumen.corpus.sounding import sounding
from albumen.corpus.two_hands import with_hands_apart
from albumen.score.key import Key
from albumen.score.read import read_score_bytes
from albumen.score.score import STEPS_PER_QUARTER, KeyChange, Score
from albumen.work.errors import Wrong

LEAST_BARS, LEAST_NOTES = 4, 16
LONGEST_BAR = 8 * STEPS_PER_QUARTER  # steps: the longest bar the token language can tell
SLOWEST, FASTEST = 15.0, 500.0  # quarter notes a minute; outside it a tempo is an accident
MOST_NOTES = 200_000
_TRUSTED_AGREEMENT = 0.6
_BROKEN_AGREEMENT = 0.45


def read_piece(data: bytes, name: str) -> Score:
    """The song on the grid. Raises `Wrong` for what cannot be read or cannot be learned from, saying why."""
    score = on_grid(read_score_bytes(data, name))
    fault = unfit(score)
    if fault:
        raise Wrong(fault, where=name)
    return score


def unfit(score: Score) -> str:
    """Why a song on the grid is no use to learn from; empty where it is."""
    notes = sum(len(part.notes) for part in score.parts)
    if notes < LEAST_NOTES:
        return f"fewer than {LEAST_NOTES} notes ({notes})"
    if notes > MOST_NOTES:
        return f"more than {MOST_NOTES} notes"
    bars = score.bars()
    if len(bars) < LEAST_BARS:
        return f"fewer than {LEAST_BARS} bars ({len(bars)})"
    longest = max(bars, key=lambda bar: bar.length)
    if longest.length > LONGEST_BAR:
        return f"bar longer than eight quarter notes ({longest.meter})"
    tempi = [change.quarters_per_minute for change in score.tempos]
    strange = sum(not SLOWEST <= tempo <= FASTEST for tempo in tempi)
    if strange > 1 or (strange and len(tempi) == 1):
        return "absurd tempo"
    gap = longest_silence(score)
    if gap > len(bars) // 2 and gap > 8:
        return f"silent for {gap} bars"
    return ""


def longest_silence(score: Score) -> int:
    """The longest run of bars in which nothing begins."""
    starts = np.array([bar.start for bar in score.bars()])
    played = np.zeros(starts.size + 1, dtype=bool)
    for part in score.parts:
        played[np.searchsorted(starts, part.notes.onset, side="right") - 1] = True
    played[-1] = True
    return int(np.diff(np.concatenate([[-1], np.flatnonzero(played)])).max()) - 1


def analysed(score: Score, said: Key | None = None, trust: Trust = Trust.NONE) -> Score:
    """The song with key, chords, roles and sections. A stated key counts as far as `trust` goes.

    Chord names that the file gives stay where the notes agree with them. Raises `Wrong` where they contradict each other.
    """
    score = with_hands_apart(score)
    notes = sounding(score)
    bars = score.bars()
    if said is None and score.keys:
        said = score.keys[0].key
        trust = Trust.EXACT if said.is_minor else Trust.SIGNATURE
    key = find_key(notes, bars, said, trust)
    chords = find_chords(notes, bars, key) if key else ()
    if score.chords and chords:
        agreement = chord_agreement(score.chords, chords, bars)
        if agreement < _BROKEN_AGREEMENT and any(part.is_drum for part in score.parts):
            raise Wrong(f"its parts contradict its chord names (agreement {agreement:.2f})")
        if agreement >= _TRUSTED_AGREEMENT:
            chords = in_slots(score.chords, chords, bars)
    score = score.replace(keys=(KeyChange(0, key),) if key else (), chords=chords)
    score = with_roles(score, notes)
    return with_sections(score, notes)
