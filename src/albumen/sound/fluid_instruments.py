"""FluidSynth with a General MIDI SoundFont, and electronic voices: what an album sounds with by default.

A back-end of `albumen.instruments`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from albumen.score.score import Score
from albumen.sound.patch import library_digest
from albumen.sound.playing import AS_USUAL, Playing
from albumen.sound.soundfont import find_soundfont, soundfont_digest
from albumen.sound.stem_source import StemSource, live_stems
from albumen.sound.stems import RENDER_VERSION, render_stems, stems_asked
from albumen.work.job import Job


class FluidInstruments:
    """Renders every part with the patch that the library gives it."""

    id = "fluidsynth"
    version = str(RENDER_VERSION)

    def materials(self, patches: Path | None = None) -> dict[str, str]:
        """What shapes the sound besides the score, name -> digest: the SoundFont, the patch library, the user's own one.

        Raises `Missing` where there is no SoundFont, `Wrong` where a library cannot be understood.
        """
        font = find_soundfont()
        own = {patches.name: library_digest(patches)} if patches else {}
        return {font.name: soundfont_digest(font), "patches": library_digest(), **own}

    def render(
        self,
        score: Score,
        folder: Path,
        *,
        style: str = "",
        playing: Playing = AS_USUAL,
        patches: Path | None = None,
        workers: int | None = None,
        job: Job | None = None,
    ) -> dict[str, Path]:
        """One stem a part below `folder`; part id -> file. `style` and the user's `patches` choose what sounds, `playing` how."""
        return render_stems(score, folder, style=style, playing=playing, patches=patches, workers=workers, job=job)

    def live(
        self,
        score: Score,
        folder: Path,
        *,
        until: float,
        check: Callable[[], None],
        style: str = "",
        playing: Playing = AS_USUAL,
        patches: Path | None = None,
    ) -> dict[str, StemSource] | None:
        """The stems to be heard at once, up to second `until`: what `render` left below `folder` is read, what has changed is
        played as it is heard. None where a part was never rendered."""
        return live_stems(
            stems_asked(score, style=style, playing=playing, patches=patches), folder, until=until, check=check
        )
