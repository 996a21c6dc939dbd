"""Seeds with names: one root number, any number of independent streams.

A child depends on its path alone, never on how many numbers a sibling drew, so adding a choir never moves the bass.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Seed:
    """A root number and a path of names.

    >>> Seed(7).child("harbour-lights", "bass") == Seed(7).child("harbour-lights").child("bass")
    True
    >>> Seed(7).child("bass").number() != Seed(7).child("drums").number()
    True
    """

    root: int
    path: tuple[str, ...] = ()

    def child(self, *names: str | int) -> Seed:
        """The seed named `names` below this one."""
        return Seed(self.root, self.path + tuple(str(name) for name in names))

    def number(self) -> int:
        """An unsigned 64-bit number, the same on every machine."""
        # Names are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
        text = "".join(f"{len(name)}:{name}" for name in (str(self.root), *self.path))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    def rng(self) -> np.random.Generator:
        """A fresh NumPy generator at the start of this seed's stream."""
        return np.random.Generator(np.random.PCG64(self.number()))

    def __str__(self) -> str:
        return "/".join((str(self.root), *self.path))
