"""Write the poems that the verse benches measure: every form in turn over fifty briefs, one JSON object a line.

Run: `python bench/verse/write_poems.py OUT.jsonl [--count 210] [--first 0] [--model FOLDER] [--briefs FILE]`. Goes on where OUT
stops; several processes may share the work, each with its own OUT and numbers. `briefs-lean.txt` are other briefs, for `lean.py`.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from albumen.verse.forms import form_ids
from albumen.verse.poem import write_poem
from albumen.verse.poet import open_poet
from albumen.verse.theme import PoemBrief
from albumen.work.seed import Seed

BRIEFS = Path(__file__).with_name("briefs.txt")


def read_briefs(file: Path = BRIEFS) -> list[PoemBrief]:
    """Briefs, a line each: title, theme, genre, key and tempo."""
    rows = [[cell.strip() for cell in line.split("|")] for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        PoemBrief(title=title, theme=theme, genre=genre, key=key, tempo_bpm=float(tempo))
        for title, theme, genre, key, tempo in rows
    ]


def main() -> None:
    """Write what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=210)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--briefs", type=Path, default=BRIEFS)
    given = parser.parse_args()
    poet, briefs, forms = open_poet(given.model), read_briefs(given.briefs), form_ids()
    done = len(given.out.read_text(encoding="utf-8").splitlines()) if given.out.is_file() else 0
    with given.out.open("a", encoding="utf-8") as file:
        for number in range(given.first + done, given.first + given.count):
            brief, form = briefs[number % len(briefs)], forms[number % len(forms)]
            asked = PoemBrief(
                title=brief.title,
                theme=brief.theme,
                genre=brief.genre,
                key=brief.key,
                tempo_bpm=brief.tempo_bpm,
                form=form,
            )
            start, cpu = time.monotonic(), time.process_time()
            poem = write_poem(asked, Seed(2026).child("bench" if given.briefs == BRIEFS else given.briefs.stem, number), poet=poet)
            row = {"brief": number % len(briefs), "form": form, "lines": poem.lines, "radif": poem.radif}
            row |= {"acrostic": poem.acrostic, "seconds": round(time.monotonic() - start, 2)}
            row |= {"cpu_seconds": round(time.process_time() - cpu, 2)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()


if __name__ == "__main__":
    main()
