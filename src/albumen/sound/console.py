"""The console: all stems stream through their channels, the rooms and the glue at once, so that length costs no memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from albumen.album.mix import Mix
from albumen.sound.audio_file import BLOCK_FRAMES, Audio
from albumen.sound.channel import SENDS, Channel, Tone
from albumen.sound.glue import Glue
from albumen.sound.space import SpaceEngine, impulse_responses
from albumen.sound.stem_source import StemSource
from albumen.work.errors import Wrong

RETURNS = "space"  # the name of the wet stem
_KICK_HZ = 90.0
_DUCK_RELEASE_SECONDS = 0.14
_DUCK_STEP = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixedBlock:
    """A block of the mix and of the stems that sum to it: the parts by id, and `space`, what the rooms give back."""

    total: Audio
    stems: Mapping[str, Audio]


def mixed_blocks(
    stems: Mapping[str, StemSource], mix: Mix, *, keep_stems: bool = False, start: int = 0
) -> Iterator[MixedBlock]:
    """The mix in blocks from frame `start` until the rooms have died away; with `keep_stems` every block also tells its parts.

    Raises `Wrong` where stems have different sample rates or the mix does not know one of them.
    """
    rate, frames = stems_shape(stems)
    unknown = sorted(set(stems) - set(mix.parts))
    if unknown:
        raise Wrong(
            f"the mix has no channel for {', '.join(unknown)}", next_step="remove mix.toml to have it made anew"
        )
    console = _Console(stems, mix, rate, start)
    end = frames + console.space.tail_frames
    for place in range(start, end, BLOCK_FRAMES):
        yield console.block(min(BLOCK_FRAMES, end - place), keep_stems)


def stems_shape(stems: Mapping[str, StemSource]) -> tuple[int, int]:
    """The sample rate of the stems and the length of the longest, in frames."""
    if not stems:
        raise Wrong("a song without parts cannot be mixed", next_step="add a part first")
    rates = sorted({stem.sample_rate for stem in stems.values()})
    if len(rates) > 1:
        raise Wrong(f"these stems have different sample rates ({rates})", next_step="render them again")
    return rates[0], max(stem.frames for stem in stems.values())


class _Console:
    def __init__(self, stems: Mapping[str, StemSource], mix: Mix, rate: int, start: int) -> None:
        heard = {part_id: stem for part_id, stem in stems.items() if not mix.parts[part_id].mute}
        # The drums come first, for the others duck under their kick.
        self._order = sorted(heard, key=lambda part_id: (mix.parts[part_id].bus != "drums", part_id))
        self._drums = {part_id for part_id in heard if mix.parts[part_id].bus == "drums"}
        self._sources = {part_id: stem.blocks(start) for part_id, stem in heard.items()}
        self._channels = {
            part_id: Channel(
                mix.parts[part_id],
                stem.level.loudness_lufs,
                [ride for ride in mix.rides if ride.part_id == part_id],
                rate,
                start,
            )
            for part_id, stem in heard.items()
        }
        self.space = SpaceEngine(impulse_responses(mix.space, rate))
        self._tones = {name: Tone(mix.tone, rate) for name in ("total", RETURNS, *heard)}
        self._glue = Glue(mix.glue, rate) if mix.glue else None
        self._ducks = any(channel.duck_db for channel in self._channels.values())
        self._kick = _KickFollower(rate)

    def block(self, frames: int, keep_stems: bool) -> MixedBlock:
        dry: dict[str, Audio] = {}
        total = np.zeros((frames, 2), dtype=np.float32)
        sends = {name: np.zeros((frames, 2), dtype=np.float32) for name in SENDS}
        kick = np.zeros((frames, 2), dtype=np.float32)
        duck: NDArray[np.float32] | None = None
        for part_id in self._order:
            source = self._next(part_id, frames)
            if self._ducks and duck is None and part_id not in self._drums:
                duck = self._kick.follow(kick)
            channel = self._channels[part_id]
            sound = channel.process(source, duck)
            if part_id in self._drums:
                kick += sound
            total += sound
            for name, factor in channel.sends.items():
                if factor:
                    sends[name] += factor * sound
            if keep_stems:
                dry[part_id] = sound
        wet = self.space.feed(sends)
        total = self._tones["total"].process(total + wet)
        gain = self._glue.gains(total)[:, None] if self._glue else np.ones((frames, 1), dtype=np.float32)
        # The equaliser over everything is a linear filter, so each stem through one of its own sums to the same.
        kept = (
            {name: self._tones[name].process(sound) * gain for name, sound in {**dry, RETURNS: wet}.items()}
            if keep_stems
            else {}
        )
        return MixedBlock(total=total * gain, stems=kept)

    def _next(self, part_id: str, frames: int) -> Audio:
        block = next(self._sources[part_id], None)
        if block is None:
            return np.zeros((frames, 2), dtype=np.float32)
        return block if len(block) == frames else np.pad(block, ((0, frames - len(block)), (0, 0)))


class _KickFollower:
    """How hard the kick pushes, 0..1: the low end of the drums against its own strongest stroke so far."""

    def __init__(self, sample_rate: int) -> None:
        self._filter = butter(2, _KICK_HZ, fs=sample_rate, output="sos")
        self._state = np.zeros((1, 2))
        self._fall = float(np.exp(-_DUCK_STEP / sample_rate / _DUCK_RELEASE_SECONDS))
        self._level = 0.0
        self._strongest = 0.02

    def follow(self, drums: Audio) -> NDArray[np.float32]:
        low, self._state = sosfilt(self._filter, drums.mean(axis=1), zi=self._state)
        self._state[np.abs(self._state) < 1e-30] = 0.0  # in silence it would fade into numbers that are slow to compute
        steps = -(-len(low) // _DUCK_STEP)
        peaks = np.abs(np.pad(low, (0, steps * _DUCK_STEP - len(low)))).reshape(steps, _DUCK_STEP).max(axis=1)
        self._strongest = max(self._strongest, float(peaks.max(initial=0.0)))
        curve = [self._level]
        for peak in (peaks / self._strongest).tolist():
            curve.append(max(peak, curve[-1] * self._fall))
        self._level = curve[-1]
        at = np.arange(1, len(low) + 1) / _DUCK_STEP
        return np.asarray(np.interp(at, np.arange(steps + 1), curve), dtype=np.float32)
