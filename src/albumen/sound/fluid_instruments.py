"""FluidSynth with a General MIDI SoundFont as a back-end of `albumen.instruments`: what an album sounds with by default."""

from __future__ import annotations

from pathlib import Path

from albumen.score.score import Score
from albumen.sound.soundfont import find_soundfont, soundfont_digest
from albumen.sound.stems import RENDER_VERSION, render_stems
from albumen.work.job import Job


class FluidInstruments:
    """Renders every part with the SoundFont of this machine."""

    id = "fluidsynth"
    version = str(RENDER_VERSION)

    def materials(self) -> dict[str, str]:
        """What shapes the sound besides the score: the SoundFont by digest. Raises `Missing` where there is none."""
        font = find_soundfont()
        return {font.name: soundfont_digest(font)}

    def render(
        self, score: Score, folder: Path, *, workers: int | None = None, job: Job | None = None
    ) -> dict[str, Path]:
        """One stem a part below `folder`; part id -> file."""
        return render_stems(score, folder, workers=workers, job=job)
