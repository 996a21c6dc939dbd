"""How fast scores are read and kept, and whether independent readers agree.

    python bench/score_io.py FOLDER [--compare N]

reads every score below FOLDER (also inside zips) and prints a table: files and notes a second of one core. With --compare it
writes N of them as MusicXML and lets music21 (an extra) read them back note by note.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from albumen.score.json_score import parse_score_json, score_json
from albumen.score.midi_write import midi_bytes
from albumen.score.musicxml_write import musicxml
from albumen.score.notation import on_grid
from albumen.score.read import EXTENSIONS, read_score_bytes
from albumen.score.score import Score
from albumen.score.shelf import read_shelf, write_shelf
from albumen.work.errors import Wrong


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all files that look like scores."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for entry in archive.namelist():
                    if Path(entry).suffix.lower() in EXTENSIONS:
                        yield f"{path.name}/{entry}", archive.read(entry)
        elif path.is_file() and path.suffix.lower() in EXTENSIONS:
            yield path.name, path.read_bytes()


def timed(what: str, count: int, notes: int, work: Callable[[], object]) -> object:
    """Run `work` and print a row of the table; times are of the processor, not of the clock."""
    start = time.process_time()
    result = work()
    seconds = max(1e-9, time.process_time() - start)
    print(f"| {what} | {count / seconds:,.0f} | {notes / seconds:,.0f} |", flush=True)
    return result


def all_read(files: list[tuple[str, bytes]]) -> list[Score]:
    """The scores; what is refused is counted and named."""
    scores = []
    for name, data in files:
        try:
            scores.append(read_score_bytes(data, name))
        except Wrong as refusal:
            print(f"refused: {refusal}")
    return scores


def compare(scores: list[Score], number: int) -> None:
    """MusicXML written by us and read by music21: notes that agree in onset, end and pitch."""
    import music21

    for score in scores[:: max(1, len(scores) // number)]:
        wanted = Counter(
            (note.start, note.end, note.pitch)
            for part in score.parts
            if not part.is_drum
            for note in on_grid(part.notes, score.resolution)
        )
        heard: Counter[tuple[int, int, int]] = Counter()
        for element in music21.converter.parse(musicxml(score), format="musicxml").stripTies().recurse().notes:
            if isinstance(element, music21.harmony.ChordSymbol) or not hasattr(element, "pitches"):
                continue
            start = element.getOffsetInHierarchy(element.activeSite.getContextByClass("Part") or element.activeSite)
            for pitch in element.pitches:
                heard[round(start * 24), round((start + element.quarterLength) * 24), pitch.midi] += 1
        print(f"music21: {sum((wanted & heard).values())} of {sum(wanted.values())} notes agree", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compare", type=int, default=0, metavar="N")
    options = parser.parse_args()
    files = list(files_below(options.folder))
    scores = all_read(files)
    count, notes = len(scores), sum(len(part.notes) for score in scores for part in score.parts)
    print(
        f"{count} scores, {notes:,} notes, {len(files) - count} refused\n\n| step | files/s | notes/s |\n|---|---|---|"
    )
    timed("read", count, notes, lambda: all_read(files))
    with tempfile.TemporaryDirectory() as folder:
        shelf = Path(folder) / "songs.npz"
        timed("write a shelf", count, notes, lambda: write_shelf(shelf, (({}, score) for score in scores)))
        timed("read a shelf", count, notes, lambda: sum(1 for _ in read_shelf(shelf)))
    timed("write MIDI", count, notes, lambda: [midi_bytes(score) for score in scores])
    texts = [score_json(score) for score in scores[:500]]
    some = sum(len(part.notes) for score in scores[:500] for part in score.parts)
    timed("read score.json", len(texts), some, lambda: [parse_score_json(text.encode(), "") for text in texts])
    timed("write MusicXML", min(50, count), 0, lambda: [musicxml(score) for score in scores[:50]])
    if options.compare:
        compare(scores, options.compare)


if __name__ == "__main__":
    main()
