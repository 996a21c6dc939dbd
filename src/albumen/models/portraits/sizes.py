"""The sizes of the nets: `tiny` and `small` for training on a processor, `lite` for drafts, `base` for a GPU.

`small` is `tiny` with one more doubling: a trained `tiny` grows into it and keeps what it has learned.
"""

from __future__ import annotations

from dataclasses import dataclass

from albumen.work.errors import Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class NetSize:
    """Widths of one generator and its discriminator.

    The nets work on cells of `grain` x `grain` pixels, from 4 x 4 cells up: `widths[k]` is the number of channels at
    4 * 2**k cells a side; the last one belongs to `side`. Coarser cells cost a processor far less.
    """

    name: str
    side: int
    latent: int
    style: int
    widths: tuple[int, ...]
    critic_widths: tuple[int, ...]
    batch: int
    grain: int = 1
    softens: bool = False
    """Pictures of the full side pass a binomial filter, painted and real alike: cells would leave a grain of single pixels."""

    def stage_of(self, side: int) -> int:
        """The stage that belongs to a picture side: 0 for 4 cells, 1 for 8, and so on."""
        return (side // self.grain).bit_length() - 3

    def softened(self, side: int) -> bool:
        """Whether pictures of that side pass the filter."""
        return self.softens and side == self.side


SIZES = {
    "tiny": NetSize(
        name="tiny",
        side=64,
        latent=64,
        style=96,
        widths=(128, 128, 96, 48),
        critic_widths=(128, 128, 96, 48),
        batch=32,
        grain=2,
    ),
    "small": NetSize(
        name="small",
        side=128,
        latent=64,
        style=96,
        widths=(128, 128, 96, 48, 32),
        critic_widths=(128, 128, 96, 48, 32),
        batch=32,
        grain=2,
        softens=True,
    ),
    "lite": NetSize(
        name="lite",
        side=128,
        latent=96,
        style=128,
        widths=(192, 192, 160, 128, 80, 40),
        critic_widths=(224, 224, 192, 128, 80, 48),
        batch=64,
    ),
    "base": NetSize(
        name="base",
        side=256,
        latent=128,
        style=192,
        widths=(320, 320, 256, 192, 112, 56, 28),
        critic_widths=(320, 320, 288, 208, 128, 64, 32),
        batch=64,
    ),
}


def net_size(name: str) -> NetSize:
    """The size of that name."""
    if name not in SIZES:
        raise Wrong(f"there is no net size '{name}'", next_step=f"choose one of: {', '.join(SIZES)}")
    return SIZES[name]
