"""The critics that come with Albumen, in the order in which they are heard."""

from __future__ import annotations

from albumen.compose.critics.density import Density
from albumen.compose.critics.groove import Groove
from albumen.compose.critics.harmony import Harmony
from albumen.compose.critics.likelihood import Likelihood
from albumen.compose.critics.line import Line
from albumen.compose.critics.playability import Playability
from albumen.compose.critics.structure import Structure
from albumen.compose.originality.gate import OriginalityGate
from albumen.compose.takes import Critic


def house_critics() -> tuple[Critic, ...]:
    """One of each."""
    return Playability(), OriginalityGate(), Harmony(), Line(), Density(), Groove(), Structure(), Likelihood()
