"""The running order as values: what a song brings to it, and an order with the reasons for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from albumen.score.key import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class SongCharacter:
    """What counts for the place of a song. `energy` 0 still .. 1 driving; tempo in felt beats a minute.

    First and last keys and tempi are those with which the song begins and ends; `lead` is the instrument of the tune.
    """

    slug: str
    title: str
    energy: float
    first_bpm: float
    last_bpm: float
    first_key: Key
    last_key: Key
    seconds: float
    lead: str = ""

    @property
    def bpm(self) -> float:
        """The middle of its tempi."""
        return (self.first_bpm * self.last_bpm) ** 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOrder:
    """An order of songs by slug. `cost` is the sum of `terms`, smaller is better; `reason` says in a sentence why."""

    slugs: tuple[str, ...]
    cost: float
    terms: dict[str, float] = field(default_factory=dict)
    reason: str = ""
