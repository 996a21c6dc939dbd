"""How the minutes of a training run are shared out: first all paintings together, then each kind alone."""

from __future__ import annotations

from dataclasses import dataclass

from albumen.models.portraits.sizes import NetSize

PENALTY = {16: 0.05, 32: 0.25, 64: 1.0, 128: 4.0, 256: 16.0}
"""Weight of the steepness penalty at the start of a stage, by picture side; it falls to a fifth."""

LONG_RUN_MINUTES = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One stage of a GAN run: pictures of one side for a share of the run's minutes."""

    side: int
    share: float
    keeps: int = 0
    """The painter's stages up to this side stay as they are: where few pictures can be seen, only what is finer learns."""

    @property
    def penalty(self) -> float:
        return PENALTY[self.side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One GAN run: its name, the pictures it learns from, the run it starts from, its lessons."""

    name: str
    subject: str
    start: str | None
    lessons: tuple[Lesson, ...]


def courses_for(size: NetSize, minutes: float) -> tuple[Course, ...]:
    """The three runs of a training, their shares adding up to 0.88; the rest goes to the small nets beside them.

    The largest side is learned only where the minutes are enough for it; a resumed training can add it later.
    """
    top = size.side if size.side <= 128 or minutes >= LONG_RUN_MINUTES else 128
    half = top // 2
    together: tuple[Lesson, ...]
    portraits: tuple[Lesson, ...]
    if top == 256:
        together = (Lesson(side=64, share=0.12), Lesson(side=128, share=0.25))
        portraits = (Lesson(side=128, share=0.15), Lesson(side=256, share=0.26))
        grounds = (Lesson(side=128, share=0.10),)
    elif top == 64:
        # On a processor every picture is dear: what all paintings share is learned at half the side only.
        together = (Lesson(side=half, share=0.14),)
        portraits = (Lesson(side=half, share=0.22), Lesson(side=top, share=0.42))
        grounds = (Lesson(side=half, share=0.10),)
    else:
        together = (Lesson(side=half, share=0.22), Lesson(side=top, share=0.26))
        portraits = (Lesson(side=top, share=0.30),)
        grounds = (Lesson(side=top, share=0.10),)
    return (
        Course(name="together", subject="all", start=None, lessons=together),
        Course(name="portraits", subject="portraits", start="together", lessons=portraits),
        Course(name="grounds", subject="grounds", start="together", lessons=grounds),
    )


SIDE_SHARES = {"eyes": 0.03, "enlarger": 0.04, "scorer": 0.05}
