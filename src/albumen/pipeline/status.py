"""Status: how far an album is, without doing anything."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from albumen.pipeline.step import STAGES, State, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SongStanding:
    """Where one song stands: state by stage."""

    slug: str
    title: str
    stages: Mapping[str, State]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an album stands. `stages` are those of the whole album, `notes` say what is to do and what is yours."""

    title: str
    wanted: int
    songs: tuple[SongStanding, ...]
    stages: Mapping[str, State]
    notes: tuple[str, ...]

    def limited(self, until: str, songs: Sequence[str] = ()) -> Standing:
        """The same up to and with stage `until`, and of these songs only where any are named."""
        stages = STAGES[: STAGES.index(until) + 1]
        kept = tuple(
            replace(song, stages={stage: state for stage, state in song.stages.items() if stage in stages})
            for song in self.songs
            if not songs or song.slug in songs
        )
        whole = {stage: state for stage, state in self.stages.items() if stage in stages}
        slugs = {song.slug for song in kept}
        notes = tuple(note for note in self.notes if _is_within(note.partition(":")[0], stages, slugs))
        return replace(self, songs=kept, stages=whole, notes=notes)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        states = [*self.stages.values(), *(state for song in self.songs for state in song.stages.values())]
        return "to do" not in states and len(self.songs) >= self.wanted

    def as_mapping(self) -> dict[str, Any]:
        """Plain values for JSON."""
        songs = [{"slug": song.slug, "title": song.title, "stages": dict(song.stages)} for song in self.songs]
        return {
            "title": self.title,
            "wanted": self.wanted,
            "songs": songs,
            "stages": dict(self.stages),
            "notes": list(self.notes),
            "is_done": self.is_done,
        }


def _is_within(step: str, stages: Sequence[str], slugs: Container[str]) -> bool:
    """Whether a step such as `compose/harbour-lights` is of these stages and songs."""
    stage, _, slug = step.partition("/")
    return stage in stages and (not slug or slug in slugs)


def standing_of(title: str, wanted: int, titles: Mapping[str, str], steps: tuple[Step, ...]) -> Standing:
    """The standing that follows from steps; `titles` are the songs' by slug, in running order."""
    songs = tuple(
        SongStanding(
            slug=slug, title=name, stages={step.stage: step.state for step in steps if step.song == slug}
        )
        for slug, name in titles.items()
    )
    notes = tuple(f"{step.name}: {step.why}" for step in steps if step.why and step.state != "done")
    return Standing(
        title=title,
        wanted=wanted,
        songs=songs,
        stages={step.stage: step.state for step in steps if not step.song},
        notes=notes,
    )
