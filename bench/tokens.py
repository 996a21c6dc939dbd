"""Tokens per note: Albumen's language beside MidiTok's REMI and MMM on the same files.

    python bench/tokens.py CORPUS [--files 200]

CORPUS is a folder of `albumen corpus build`: its songs are counted in Albumen's words, with and without chords and
sections, and written to MIDI for MidiTok, so that all count the same notes. Grid of 12 steps a quarter, 8 velocities.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from albumen.models.music.tokens.piece import encode_piece, on_grid
from albumen.models.music.tokens.stream import Shown, forward
from albumen.score.midi_write import write_midi
from albumen.score.shelf import read_shelf


def main() -> None:
    """Count and print a Markdown table."""
    import miditok
    from symusic import Score as MidiFile

    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--files", type=int, default=200)
    given = parser.parse_args()
    config = {
        "beat_res": {(0, 16): 12},
        "num_velocities": 8,
        "use_programs": True,
        "use_time_signatures": True,
        "use_tempos": True,
    }
    config["time_signature_range"] = {
        1: [1, 2, 3, 4],
        2: list(range(1, 9)),
        4: list(range(1, 17)),
        8: list(range(1, 17)),
        16: list(range(1, 25)),
    }
    rivals = {
        "MidiTok REMI": miditok.REMI(miditok.TokenizerConfig(**config, one_token_stream_for_programs=True)),
        "MidiTok MMM": miditok.MMM(miditok.TokenizerConfig(**config, base_tokenizer="TSD")),
    }
    counts = dict.fromkeys(("Albumen", "Albumen, with chords and sections", *rivals), 0)
    notes = songs = 0
    shelves = sorted(given.corpus.glob("shard-*.npz"))
    with tempfile.TemporaryDirectory() as folder:
        for shelf in random.Random(7).sample(shelves, min(20, len(shelves))):
            rows = list(read_shelf(shelf))
            for _, score in random.Random(7).sample(rows, min(len(rows), -(-given.files // 20))):
                grid = on_grid(score)
                path = Path(folder) / "song.mid"
                write_midi(path, grid.replace(chords=(), sections=()))
                midi = MidiFile(path)
                if sum(len(track.notes) for track in midi.tracks) != sum(len(part.notes) for part in grid.parts):
                    continue
                for name, rival in rivals.items():
                    counts[name] += len(rival(midi).ids)
                piece = encode_piece(score)
                everyone = range(len(piece.parts))
                counts["Albumen"] += len(forward(piece, everyone, Shown(chords=False, sections=False)))
                counts["Albumen, with chords and sections"] += len(forward(piece, everyone, Shown()))
                notes += sum(len(part.notes) for part in grid.parts)
                songs += 1
    print(
        f"{songs} songs, {notes:,} notes, 12 steps a quarter note, 8 velocities\n\n| language | tokens a note |\n|---|---|"
    )
    for name, count in counts.items():
        print(f"| {name} | {count / notes:.2f} |")


if __name__ == "__main__":
    main()
