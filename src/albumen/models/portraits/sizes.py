"""The sizes of the nets: `tiny` for tests and rehearsals, `lite` for drafts, `base` for what is shipped."""

from __future__ import annotations

from dataclasses import dataclass

from albumen.work.errors import Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class NetSize:
    """Widths of one generator and its discriminator.

    `widths[k]` is the number of channels at side 4 * 2**k; the last one belongs to `side`.
    """

    name: str
    side: int
    latent: int
    style: int
    widths: tuple[int, ...]
    critic_widths: tuple[int, ...]
    batch: int

    def width(self, side: int) -> int:
        """Channels of the generator at a picture side."""
        return self.widths[stage_of(side)]

    def critic_width(self, side: int) -> int:
        """Channels of the discriminator at a picture side."""
        return self.critic_widths[stage_of(side)]


SIZES = {
    "tiny": NetSize(
        name="tiny",
        side=64,
        latent=64,
        style=64,
        widths=(96, 96, 64, 48, 32),
        critic_widths=(96, 96, 64, 48, 32),
        batch=16,
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


def stage_of(side: int) -> int:
    """0 for 4 pixels, 1 for 8, and so on."""
    return side.bit_length() - 3
