"""How a song is played: the feel of every player, the play of the band together, and the colours, all as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from albumen.score.score import Score
from albumen.sound.colours import Colours, coloured, colours_of
from albumen.sound.feel import Feel, Together, feel_of, together_of
from albumen.work.seed import Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    """How a song is played. `feels` by part id; who is not named plays as usual for the instrument.

    Without `together` the band plays as is usual for the song. Another `seed` is another evening of the same players.
    """

    feels: Mapping[str, Feel] = field(default_factory=dict)
    together: Together | None = None
    colours: Colours = field(default_factory=Colours)
    seed: int = 0

    @property
    def chance(self) -> Seed:
        """Where the players draw from."""
        return Seed(self.seed).child("performance")

    def heard(self, score: Score) -> Score:
        """The score with the parts that its colours add."""
        return coloured(score, self.colours, self.chance)


AS_USUAL = Playing()


def usual_playing(score: Score, style: str) -> Playing:
    """What is usual for these instruments, this band and this style, with a feel for every part that is heard."""
    plain = Playing(together=together_of(score), colours=colours_of(style))
    return Playing(
        feels={part.id: feel_of(part) for part in plain.heard(score).parts},
        together=plain.together,
        colours=plain.colours,
    )
