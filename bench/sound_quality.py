"""Our mixes against the plain sum of FluidSynth's General MIDI stems at equal loudness: masking, balance, width, crest.

python bench/sound_quality.py ALBUM [--seconds 45]      ALBUM must have been made; heard from the first section after bar 4

Both sides have the same notes with the same performance; the sum has one General MIDI preset a part, no colours and no mix.

masking     share of a part's energy (thirds of octaves, every 0.2 s) that lies more than 6 dB under all other parts; mean of
            the parts, and that of the part that plays the tune
balance     mean distance of the bands from the style's target curve, dB
width       side to middle, dB
crest       true peak over loudness, dB
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.album.folder import AlbumFolder
from albumen.pipeline.playing import playing_of, style_of
from albumen.pipeline.reading import score_at
from albumen.pipeline.rendering import stems_of
from albumen.score.score import Score
from albumen.sound.audio_file import SAMPLE_RATE, Audio
from albumen.sound.auto_mix import plan_mix
from albumen.sound.console import mixed_blocks
from albumen.sound.fluid import Preset, render_preset
from albumen.sound.loudness import LoudnessMeter
from albumen.sound.seating import role_of
from albumen.sound.soundfont import find_soundfont
from albumen.sound.spectrum import CENTRES_HZ, BandMeter
from albumen.sound.stem_source import file_stems, stem_levels
from albumen.sound.stems import stems_asked
from albumen.sound.tone import distance_db, style_curve

LOOK = 8192


def looks(sound: Audio) -> NDArray[np.float64]:
    """Power by (moment, third of an octave)."""
    edges = np.concatenate([CENTRES_HZ * 2 ** (-1 / 6), [CENTRES_HZ[-1] * 2 ** (1 / 6)]])
    bins = np.digitize(np.fft.rfftfreq(LOOK, 1 / SAMPLE_RATE), edges)
    rows = []
    for start in range(0, len(sound) - LOOK, LOOK):
        power = (np.abs(np.fft.rfft(sound[start : start + LOOK] * np.hanning(LOOK)[:, None], axis=0)) ** 2).sum(axis=1)
        rows.append(np.bincount(bins, weights=power, minlength=len(CENTRES_HZ) + 2)[1 : len(CENTRES_HZ) + 1])
    return np.array(rows)


def masking(parts: Mapping[str, NDArray[np.float64]], lead: str) -> tuple[float, float]:
    total = sum(parts.values(), np.zeros_like(next(iter(parts.values()))))
    shares = {
        name: float(own[(total - own) > own * 10**0.6].sum() / own.sum()) for name, own in parts.items() if own.sum() > 0
    }
    return float(np.mean(list(shares.values()))), shares.get(lead, float("nan"))


def heard(sound: Audio, target: tuple[float, ...]) -> tuple[float, float, float]:
    meter, bands = LoudnessMeter(SAMPLE_RATE), BandMeter(SAMPLE_RATE)
    for start in range(0, len(sound), SAMPLE_RATE):
        meter.feed(sound[start : start + SAMPLE_RATE])
        bands.feed(sound[start : start + SAMPLE_RATE])
    told = meter.read()
    return distance_db(bands.read(), target), float(told.side_to_mid_db), told.peak_to_loudness_db


def window(blocks: Iterable[Audio], start: int, frames: int) -> Audio:
    """Frames `start` to `start + frames` of a stream, silence where it has ended."""
    kept: list[Audio] = []
    for block in blocks:
        kept.append(block)
        if sum(map(len, kept)) >= start + frames:
            break
    heard = np.concatenate(kept)[start : start + frames]
    return np.pad(heard, ((0, frames - len(heard)), (0, 0)))


def plain_stems(score: Score, start: int, frames: int) -> dict[str, Audio]:
    """What FluidSynth makes of every part with the preset that its program names."""
    font = find_soundfont(None)
    return {
        asked.part_id: window(
            render_preset(
                asked.performance, Preset(program=part.program, is_drum=part.is_drum), font, sample_rate=SAMPLE_RATE, gain=0.2
            ),
            start, frames,
        )
        for part, asked in zip(score.parts, stems_asked(score), strict=True)
    }  # fmt: skip


def mixed_stems(score: Score, stems: Mapping[str, Path], target: tuple[float, ...], start: int, frames: int) -> dict[str, Audio]:
    """Every channel of our mix, and the space that all share."""
    levels = stem_levels(stems)
    channels: dict[str, list[Audio]] = {}
    heard = 0
    for block in mixed_blocks(file_stems(stems), plan_mix(score, levels, target=target), keep_stems=True):
        for name, sound in block.stems.items():
            channels.setdefault(name, []).append(sound)
        heard += len(block.total)
        if heard >= start + frames:
            break
    return {name: window(blocks, start, frames) for name, blocks in channels.items()}


def first_full_section(score: Score) -> float:
    """Second at which the first section after bar 4 begins; 0 where there is none."""
    bars = [section.start_bar for section in score.sections if section.start_bar >= 4]
    return float(score.time_map.seconds(score.bars()[min(bars)].start)) if bars else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("album", type=Path)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--songs", default="")
    options = parser.parse_args()
    folder = AlbumFolder(options.album)
    album = folder.read()
    names = ("masking", "of the tune", "balance dB", "width dB", "crest dB")
    print("| song | " + " | ".join(f"{name}: sum, mix" for name in names) + " |\n|---|" + "---|" * len(names))
    table = []
    for song in album.songs:
        if options.songs and song.slug not in options.songs.split(","):
            continue
        score, style = score_at(folder.score(song.slug)), style_of(folder, song)
        stems = stems_of(folder, album, song)
        if stems is None:
            raise SystemExit(f"{song.title} has no stems; run: albumen make {options.album}")
        target = style_curve(style)
        start, frames = round(first_full_section(score) * SAMPLE_RATE), round(options.seconds * SAMPLE_RATE)
        raw = plain_stems(score, start, frames)
        mixed = mixed_stems(playing_of(folder, song).heard(score), stems, target, start, frames)
        lead = max((p for p in score.parts if role_of(p) == "melody"), key=lambda p: len(p.notes), default=score.parts[0]).id
        before = (*masking({n: looks(s) for n, s in raw.items()}, lead), *heard(sum(raw.values()), target))  # type: ignore[arg-type]
        dry = {name: looks(sound) for name, sound in mixed.items() if name != "space"}
        after = (*masking(dry, lead), *heard(sum(mixed.values()), target))  # type: ignore[arg-type]
        table.append((before, after))
        cells = (f"{a:.2f}, {b:.2f}" if i < 2 else f"{a:.1f}, {b:.1f}" for i, (a, b) in enumerate(zip(before, after, strict=True)))
        print(f"| {song.title} ({style}) | {' | '.join(cells)} |", flush=True)
    means = np.nanmean(np.array(table), axis=0)
    print("| mean | " + " | ".join(f"{a:.2f}, {b:.2f}" for a, b in zip(*means, strict=True)) + " |")


if __name__ == "__main__":
    main()
