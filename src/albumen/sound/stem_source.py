"""Where the console gets a stem from: its file, or its instrument itself, played from any frame on while somebody listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from albumen.sound.audio_file import BLOCK_FRAMES, Audio, audio_facts, read_blocks
from albumen.sound.loudness import measure_loudness
from albumen.sound.patch_sound import render_patch
from albumen.sound.stems import StemAsked, StemLevel, last_level, read_stem_level, stem_path

# So long before the first frame a live stem begins to play: what was struck earlier has to be ringing by then.
LEAD_SECONDS = 4.0
_GRID_FRAMES = 1 << 12  # instruments work in blocks of a power of two; begun between them, notes would move by a millisecond


class StemSource(Protocol):
    """A stem that can be heard from any frame on."""

    @property
    def level(self) -> StemLevel:
        """How loud it is as a whole."""
        ...

    @property
    def sample_rate(self) -> int:
        """Frames a second."""
        ...

    @property
    def frames(self) -> int:
        """How long it lasts."""
        ...

    def blocks(self, start: int) -> Iterator[Audio]:
        """The sound from frame `start` on in blocks of `BLOCK_FRAMES`; the last may be shorter."""
        ...


@dataclass(frozen=True, slots=True)
class FileStem:
    """A stem that was rendered."""

    path: Path
    level: StemLevel
    sample_rate: int
    frames: int

    def blocks(self, start: int) -> Iterator[Audio]:
        """The sound from frame `start` on."""
        return read_blocks(self.path, start=start)


def file_stems(paths: Mapping[str, Path]) -> dict[str, FileStem]:
    """Stems in files, with their levels; measured where those are not kept beside the file."""
    return {part_id: _file_stem(path) for part_id, path in paths.items()}


def stem_levels(paths: Mapping[str, Path]) -> dict[str, StemLevel]:
    """The levels of stems in files."""
    return {part_id: _level_of(path) for part_id, path in paths.items()}


def _file_stem(path: Path) -> FileStem:
    facts = audio_facts(path)
    return FileStem(path, _level_of(path), facts.sample_rate, facts.frames)


def _level_of(path: Path) -> StemLevel:
    kept = read_stem_level(path)
    if kept is not None:
        return kept
    heard = measure_loudness(read_blocks(path), audio_facts(path).sample_rate, true_peak=False)
    return StemLevel(
        loudness_lufs=heard.integrated_lufs, peak_db=heard.sample_peak_db, side_to_mid_db=heard.side_to_mid_db
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStem:
    """A stem played while it is heard, as far as second `until`; `level` is that of an earlier rendering of the part.

    Notes that sound already `LEAD_SECONDS` before the first frame are struck anew there, so a long tone's beginning may differ
    a little from the rendered stem.
    """

    asked: StemAsked
    level: StemLevel
    until: float
    check: Callable[[], None]

    @property
    def sample_rate(self) -> int:
        """Frames a second."""
        return self.asked.sample_rate

    @property
    def frames(self) -> int:
        """How long the part lasts, without its tail."""
        return round(max(1.0, self.asked.performance.seconds) * self.sample_rate)

    def blocks(self, start: int) -> Iterator[Audio]:
        """The sound from frame `start` on; rendering goes on as blocks are taken."""
        begin = max(0, start - round(LEAD_SECONDS * self.sample_rate)) // _GRID_FRAMES * _GRID_FRAMES
        sound = render_patch(
            self.asked.performance.between(begin / self.sample_rate, self.until),
            self.asked.patch,
            self.asked.soundfont.path,
            sample_rate=self.sample_rate,
            gain=self.level.gain,
            check=self.check,
        )
        return _in_even_blocks(sound, start - begin)


def live_stems(
    asked: Sequence[StemAsked], folder: Path, *, until: float, check: Callable[[], None]
) -> dict[str, StemSource] | None:
    """The stems of a song to be heard at once: from `folder` where they lie there, else played live as far as second `until`.

    None where a part was never rendered, so that nobody knows how loud it is as a whole.
    """
    found: dict[str, StemSource] = {}
    for question in asked:
        path = stem_path(folder, question)
        if path.is_file():
            found[question.part_id] = _file_stem(path)
            continue
        level = last_level(folder, question.part_id)
        if level is None:
            return None
        found[question.part_id] = LiveStem(asked=question, level=level, until=until, check=check)
    return found


def _in_even_blocks(sound: Iterator[Audio], skipped: int) -> Iterator[Audio]:
    """The stream without its first frames, in blocks of `BLOCK_FRAMES`."""
    waiting = np.zeros((0, 2), dtype=np.float32)
    for block in sound:
        waiting = np.concatenate([waiting, block[skipped:]])
        skipped = max(0, skipped - len(block))
        while len(waiting) >= BLOCK_FRAMES:
            yield waiting[:BLOCK_FRAMES]
            waiting = waiting[BLOCK_FRAMES:]
    if len(waiting):
        yield waiting
