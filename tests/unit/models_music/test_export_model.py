"""A trained run becomes a model folder with an honest card, and the folder can be evaluated without torch."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from albumen.models.music.evaluate import evaluate_music
from albumen.models.music.export_model import export_music
from albumen.models.music.held_out import BARE, IN_CELL, PLANNED, HeldOut
from albumen.models.music.pack import PackWriter
from albumen.models.music.run import FILES, Engine, digest
from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.tokens.piece import BarHead, PartHead, Piece
from albumen.models.music.train import Pace, train_music
from albumen.score.cell_features import CellControls
from albumen.work.errors import Wrong
from tests.unit.models_music.streams import open_ladders

PACE = Pace(rows=4, context=96, passes=1, workers=0, threads=1, compiled=False, valid_batches=1)
LEDGER = "corpus,licence,status,pieces,train,valid,notes,hours,source,digest\nfolk,CC0-1.0,ok,9,8,1,700,1.0,a book,00\n"


def piece(bars: int = 12, genre: int = 3) -> Piece:
    first, second = [v.POSITION[0], v.VELOCITY[4]], [v.LENGTH[11], v.POSITION[24], v.PITCH[64], v.LENGTH[5]]
    cells = {(bar, 0): np.array([*first, v.PITCH[60 + bar], *second]) for bar in range(bars)}
    head = BarHead(48, 0, 4, 0, 0, False, False, (v.CHORD[0], v.CHORD[0]))
    controls = {cell: CellControls(None, None, None) for cell in cells}
    return Piece(
        parts=(PartHead(0, 1, 0),), bars=(head,) * bars, cells={c: w.astype(np.uint16) for c, w in cells.items()},
        controls=controls, tonic=2, is_minor=False, tempo=5, genre=genre,
    )  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("run")
    train_music(
        home, home / "run", size="tiny", steps=25, device="cpu", pace=PACE, open_source=open_ladders, report=lambda _: None
    )
    (home / "ledger.csv").write_text(LEDGER)
    return export_music(home / "run", home / "model", command="train it", ledger=home / "ledger.csv", report=lambda _: None)


def test_card_tells_licences_and_digest(model: Path) -> None:
    card = tomllib.loads((model / "card.toml").read_text())
    assert card["name"] == "music tiny" and card["licence"] == "CC0-1.0" and card["training"]["steps"] == 25
    assert card["data"] == [{"name": "folk", "licence": "CC0-1.0", "status": "ok", "source": "a book", "pieces": 8}]
    assert set(FILES) <= set(card["sha256"]) and Engine(model, threads=1).version == digest(model)[:12]
    assert card["training"]["context"] == Engine(model, threads=1).context == 96


def test_unlicensed_data_is_refused(tmp_path: Path) -> None:
    from albumen.models.music.card import data_rows

    (tmp_path / "ledger.csv").write_text(LEDGER.replace("CC0-1.0", " "))
    with pytest.raises(Wrong, match="no licence for folk"):
        data_rows(tmp_path / "ledger.csv")


def test_evaluation_counts_every_note_once(model: Path, tmp_path: Path) -> None:
    writer = PackWriter()
    writer.add(piece(12), "a")
    writer.add(piece(40, genre=0), "b")
    writer.write(tmp_path / "valid.npz")
    found = evaluate_music(model, tmp_path, bars=None, threads=1)
    assert found["pieces"] == 2 and found["notes"] == 2 * 52
    assert {name: row["notes"] for name, row in found["genres"].items()} == {v.GENRES[3]: 24, v.GENRES[0]: 80}
    assert 0 < found["nats_per_note_planned"] < found["nats_per_note"] < 40
    assert evaluate_music(model, tmp_path, bars=4, threads=1)["notes"] == 16


def test_nothing_to_evaluate_is_said(model: Path, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no music"):
        evaluate_music(model, tmp_path)


@pytest.mark.parametrize("shown", [BARE, PLANNED])
def test_passages_say_each_cell_once_and_fit(shown: object) -> None:
    one = HeldOut(name="x", piece=piece(60))
    whole = [words for _, words in sorted(one.piece.cells.items())]
    counted = []
    for passage in one.passages(shown, 128):  # type: ignore[arg-type]
        assert len(passage.words) <= 128
        tail = passage.words[passage.counted_from :]
        counted.append(tail[IN_CELL[tail]])
    assert np.concatenate(counted).tolist() == np.concatenate(whole).tolist()


def test_running_needs_no_torch(model: Path) -> None:
    code = (
        "import sys; from albumen.models.music.run import FILES, Engine, digest; from albumen.models.music import evaluate\n"
        f"Engine(__import__('pathlib').Path({str(model)!r})); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
