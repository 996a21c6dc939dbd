"""A little corpus made up for these tests: enough lines to fill rows, no more."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

LINES = (
    "The harbour lamps are burning low,", "the boats come in on the evening tide,", "and all the slow winds start to blow",
    "along the stones of the harbour side.", "We mend the nets beside the door,", "we count the lamps upon the hill,",
    "the gulls go crying down the shore", "until the evening air is still.",
)  # fmt: skip


def _poem(number: int, split: str, **extra: object) -> dict[str, object]:
    turned = LINES[number % 8 :] + LINES[: number % 8]
    text = "\n".join(turned[:4]) + "\n\n" + "\n".join(turned[4:])
    return {"id": f"p{number}", "title": "", "author": f"A{number}", "born": 1840 + number, "rights": "dated", "oov": 0.0,
            "rhyme": 1.0, "meter_auto": "iambic tetrameter", "split": split, "text": text} | extra  # fmt: skip


@pytest.fixture(scope="session")
def poems(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 40 training poems, 4 validation poems, two that must not be learned, and some prose."""
    folder = tmp_path_factory.mktemp("poetry")
    kept = [_poem(number, "train") for number in range(40)] + [_poem(number, "valid") for number in range(4)]
    barred = [_poem(90, "train", rights="cleared", text="Forbidden zebra words\n" * 9), _poem(91, "train", oov=0.5)]
    with gzip.open(folder / "poems-00.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(poem) + "\n" for poem in (*kept, *barred))
    prose = {
        "source": "x",
        "title": "x",
        "author": "x",
        "licence": "CC0",
        "text": "The boats were mended by the door, and the lamps were lit. " * 9,
    }
    with gzip.open(folder / "prose.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(prose) + "\n" for _ in range(2))
    return folder
