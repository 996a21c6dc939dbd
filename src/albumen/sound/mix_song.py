"""From stems to a mix in a file, or to the mixed stems that sum to it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from albumen.album.mix import Mix
from albumen.sound.audio_file import writing_audio
from albumen.sound.console import RETURNS, mixed_blocks, stems_shape
from albumen.sound.loudness import Loudness, LoudnessMeter
from albumen.sound.stem_source import file_stems
from albumen.work.job import Job


def mix_song(stems: Mapping[str, Path], mix: Mix, path: Path, *, job: Job | None = None) -> Loudness:
    """Mix stems into a 32-bit float file (W64) and return its loudness; the level of a mix carries no meaning yet.

    Raises `Wrong` where stems have different sample rates or the mix does not know one of them.
    """
    job = job or Job(name="mix")
    sources = file_stems(stems)
    rate, frames = stems_shape(sources)
    meter = LoudnessMeter(rate, true_peak=False)
    with writing_audio(path, sample_rate=rate, form="W64", subtype="FLOAT") as writer:
        for block in mixed_blocks(sources, mix):
            meter.feed(block.total)
            writer.write(block.total)
            job.reach(min(0.99, writer.frames / max(1, frames)))
    return meter.read()


def write_mixed_stems(
    stems: Mapping[str, Path], mix: Mix, folder: Path, *, gain_db: float = 0.0, job: Job | None = None
) -> dict[str, Path]:
    """Write the stems as they stand in the mix, 24-bit WAV, with `space` for what the rooms give back.

    Put side by side at no gain they sum to the mix, `gain_db` louder. Returns name -> file, muted parts left out.
    """
    job = job or Job(name="stems")
    sources = file_stems(stems)
    rate, frames = stems_shape(sources)
    names = [*sorted(part_id for part_id in stems if not mix.parts[part_id].mute), RETURNS]
    paths = {name: folder / f"{name}.wav" for name in names}
    factor = 10 ** (gain_db / 20)
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(writing_audio(path, sample_rate=rate, form="WAV", subtype="PCM_24"))
            for name, path in paths.items()
        }
        for block in mixed_blocks(sources, mix, keep_stems=True):
            for name, sound in block.stems.items():
                writers[name].write(sound * factor)
            job.reach(min(0.99, writers[RETURNS].frames / max(1, frames)))
    return paths

