"""Our mixes against the plain sum of the same stems at equal loudness: masking, balance, width, crest.

python bench/sound_quality.py ALBUM [--seconds 60]      ALBUM needs scores and plans; stems are rendered into a temporary folder

masking     share of a part's energy (thirds of octaves, every 0.2 s) that lies more than 6 dB under all other parts; mean of
            the parts, and that of the part that plays the tune
balance     mean distance of the bands from the style's target curve, dB
width       side to middle, dB
crest       true peak over loudness, dB
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from albumen.album.folder import AlbumFolder
from albumen.pipeline.playing import style_of
from albumen.pipeline.reading import score_at
from albumen.sound.audio_file import SAMPLE_RATE, Audio, read_blocks
from albumen.sound.auto_mix import plan_mix
from albumen.sound.console import mixed_blocks
from albumen.sound.loudness import LoudnessMeter
from albumen.sound.mix_song import stem_levels
from albumen.sound.seating import role_of
from albumen.sound.spectrum import CENTRES_HZ, BandMeter
from albumen.sound.stems import render_stems
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


def first(blocks: Iterator[Audio], seconds: float) -> Audio:
    kept: list[Audio] = []
    for block in blocks:
        kept.append(block)
        if sum(map(len, kept)) > seconds * SAMPLE_RATE:
            break
    return np.concatenate(kept)[: int(seconds * SAMPLE_RATE)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("album", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--songs", default="")
    options = parser.parse_args()
    folder = AlbumFolder(options.album)
    names = ("masking", "of the tune", "balance dB", "width dB", "crest dB")
    print("| song | " + " | ".join(f"{name}: sum, mix" for name in names) + " |\n|---|" + "---|" * len(names))
    table = []
    for song in folder.read().songs:
        if options.songs and song.slug not in options.songs.split(","):
            continue
        score, style = score_at(folder.score(song.slug)), style_of(folder, song)
        target = style_curve(style)
        with tempfile.TemporaryDirectory() as place:
            stems = render_stems(score, Path(place), style=style)
            raw = {part_id: first(read_blocks(path), options.seconds) for part_id, path in stems.items()}
            longest = max(map(len, raw.values()))
            raw = {name: np.pad(sound, ((0, longest - len(sound)), (0, 0))) for name, sound in raw.items()}
            levels = stem_levels(stems)
            mix = plan_mix(score, levels, target=target)
            ours: dict[str, list[Audio]] = {}
            frames = 0
            for block in mixed_blocks(stems, levels, mix, keep_stems=True):
                for name, sound in block.stems.items():
                    ours.setdefault(name, []).append(sound)
                frames += len(block.total)
                if frames > options.seconds * SAMPLE_RATE:
                    break
        mixed = {name: np.concatenate(blocks)[:longest] for name, blocks in ours.items()}
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
