"""From stems to a mix: all stems stream through the console at once, so that length costs no memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from albumen.album.mix import Mix, PartMix
from albumen.sound.audio_file import BLOCK_FRAMES, Audio, audio_facts, read_blocks, writing_audio
from albumen.sound.loudness import Loudness, LoudnessMeter, measure_loudness
from albumen.sound.stems import StemLevel, read_stem_level
from albumen.work.errors import Wrong
from albumen.work.job import Job

# Stems come to the console at this loudness while they play; the sum then peaks well below full scale.
REFERENCE_LUFS = -24.0


def mix_song(stems: Mapping[str, Path], mix: Mix, path: Path, *, job: Job | None = None) -> Loudness:
    """Mix stems into a 32-bit float file (W64) and return its loudness; the level of a mix carries no meaning yet.

    Raises `Wrong` where stems have different sample rates or the mix does not know one of them.
    """
    job = job or Job(name="mix")
    rate, frames = _shape(stems)
    unknown = sorted(set(stems) - set(mix.parts))
    if unknown:
        raise Wrong(
            f"the mix has no channel for {', '.join(unknown)}", next_step="remove mix.toml to have it made anew"
        )
    meter = LoudnessMeter(rate, true_peak=False)
    with writing_audio(path, sample_rate=rate, form="W64", subtype="FLOAT") as writer:
        for block in _summed(stems, mix, frames):
            meter.feed(block)
            writer.write(block)
            job.reach(min(0.99, writer.frames / max(1, frames)))
    return meter.read()


def stem_levels(stems: Mapping[str, Path]) -> dict[str, StemLevel]:
    """The level of every stem, measured where it is not kept beside the file."""
    return {part_id: read_stem_level(path) or _measured(path) for part_id, path in stems.items()}


def _measured(path: Path) -> StemLevel:
    heard = measure_loudness(read_blocks(path), audio_facts(path).sample_rate)
    return StemLevel(
        loudness_lufs=heard.integrated_lufs, peak_db=heard.sample_peak_db, side_to_mid_db=heard.side_to_mid_db
    )


def _shape(stems: Mapping[str, Path]) -> tuple[int, int]:
    if not stems:
        raise Wrong("a song without parts cannot be mixed", next_step="add a part first")
    facts = [audio_facts(path) for path in stems.values()]
    rates = sorted({fact.sample_rate for fact in facts})
    if len(rates) > 1:
        raise Wrong(f"these stems have different sample rates ({rates})", next_step="render them again")
    return rates[0], max(fact.frames for fact in facts)


def _summed(stems: Mapping[str, Path], mix: Mix, frames: int) -> Iterator[Audio]:
    levels = stem_levels(stems)
    channels = [
        (read_blocks(path), gains(mix.parts[part_id], levels[part_id]))
        for part_id, path in sorted(stems.items())
        if not mix.parts[part_id].mute
    ]
    for start in range(0, frames, BLOCK_FRAMES):
        total = np.zeros((min(BLOCK_FRAMES, frames - start), 2), dtype=np.float32)
        for blocks, matrix in channels:
            block = next(blocks, None)
            if block is not None:
                total[: len(block)] += block @ matrix
        yield total


def gains(part: PartMix, level: StemLevel) -> Audio:
    """Level, width and pan as a 2 x 2 matrix [in, out]; a pan lowers the far side and never lifts the near one by over 3 dB."""
    amount = 10 ** ((REFERENCE_LUFS - max(level.loudness_lufs, -60.0) + part.level_lu) / 20)
    angle = (part.pan + 1) * np.pi / 4
    left, right = np.sqrt(2) * np.cos(angle), np.sqrt(2) * np.sin(angle)
    near, far = (1 + part.width) / 2, (1 - part.width) / 2
    return np.array([[near * left, far * right], [far * left, near * right]], dtype=np.float32) * np.float32(amount)
