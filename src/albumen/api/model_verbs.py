"""The verbs of models: train and evaluate music, verse and portraits.

Training needs torch, which an album does not; it is imported here only when a training begins.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from albumen.work.errors import Missing, Wrong

Kind = Literal["music", "verse", "portraits"]
KINDS: tuple[Kind, ...] = ("music", "verse", "portraits")
TRAINING = "training"  # within the model's folder: checkpoints, logs, what a resumed training needs


def train(
    kind: Kind,
    data: str | Path,
    out: str | Path,
    *,
    size: str | None = None,
    minutes: float | None = None,
    resume: bool = False,
    seed: int = 0,
    report: Callable[[str], None] = print,
) -> Path:
    """Train a model on `data` and export it to the folder `out`, ready to be used. Checkpoints stay in `out/training`.

    Raises `Missing` where torch is not installed, `Wrong` where the data cannot be used.
    """
    if find_spec("torch") is None:
        raise Missing("training needs torch, which is not installed", next_step="run: pip install 'albumen[train]'")
    source, target = Path(data), Path(out)
    if not source.exists():
        raise Wrong("there is no such data", where=source, next_step="name a corpus, a pack or a folder")
    options = {"minutes": minutes, "resume": resume, "seed": seed, "report": report} | ({"size": size} if size else {})
    command = f"albumen train {kind} --data {source.name} --seed {seed}" + (f" --size {size}" if size else "")
    trainers: dict[str, Callable[..., Path]] = {"music": _music, "verse": _verse, "portraits": _portraits}
    return trainers[_kind(kind)](source, target, command, options)


def evaluate(
    kind: Kind, model: str | Path | None = None, data: str | Path | None = None, *, report: Callable[[str], None] = print
) -> dict[str, Any]:
    """Measure a model (None: the one that ships) on held-out data, which may be what `train` takes; names and numbers.

    Verse can do without data: then poems are written and judged, and `left_out` says what that cannot tell, and why.
    """
    folder = Path(str(resources.files("albumen").joinpath("weights", _kind(kind)))) if model is None else Path(model)
    if data is None:
        if kind != "verse":
            raise Wrong(f"{kind} is measured on data that is held out", next_step="name a corpus, a pack or a folder with --data")
        return _judged_poems(folder, None, report)
    source = Path(data)
    if not source.exists():
        raise Wrong("there is no such data", where=source, next_step="name a corpus, a pack or a folder")
    if _kind(kind) == "music":
        from albumen.models.music.evaluate import evaluate_music

        return evaluate_music(folder, source, report=report)
    if kind == "verse":
        from albumen.models.verse.evaluate import evaluate_verse

        held_out = evaluate_verse(folder, source, report=report)
        return {**held_out, **_judged_poems(folder, source, report)}
    from albumen.models.portraits.evaluate import evaluate_portraits

    if not source.is_dir():
        return dict(evaluate_portraits(folder, source, report=report))
    from albumen.models.portraits.pack import pack_pictures

    with TemporaryDirectory(prefix="albumen-") as place:
        packed = Path(place) / "pictures.npz"
        pack_pictures(source, packed, report=report)
        return dict(evaluate_portraits(folder, packed, report=report))


def _judged_poems(model: Path, data: Path | None, report: Callable[[str], None]) -> dict[str, Any]:
    """What fresh poems of a verse model tell, measured against its packed training text where `data` is that."""
    from albumen.models.verse.prepare import load_packed
    from albumen.verse.evaluate_poems import HELD_OUT, evaluate_poems

    packed = load_packed(data) if data is not None and (data / "packed.json").is_file() else None
    try:
        judged = evaluate_poems(model, packed, report=report)
    except Missing as error:
        if data is None:
            raise
        return {"left_out": {"fresh poems": f"{error.what}: {error.next_step}"}}
    if data is not None:
        judged["left_out"].pop(HELD_OUT, None)
    return judged


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise Wrong(f"there is no model called {kind!r}", next_step=f"choose one of {', '.join(KINDS)}")
    return kind


def _music(data: Path, out: Path, command: str, options: dict[str, Any]) -> Path:
    from albumen.models.music.export_model import export_music
    from albumen.models.music.pack import pack_corpus
    from albumen.models.music.train import train_music

    training = out / TRAINING
    pack = data if (data / "train.npz").is_file() else training / "pack"
    if pack != data and not (pack / "train.npz").is_file():
        counts = pack_corpus(data, pack)
        options["report"](f"packed {data.name}: {counts}")
    train_music(pack, training, **options)
    ledger = data / "ledger.csv"
    return export_music(training, out, command=command, ledger=ledger if ledger.is_file() else None, report=options["report"])


def _verse(data: Path, out: Path, command: str, options: dict[str, Any]) -> Path:
    from albumen.models.verse.export_model import export_verse
    from albumen.models.verse.train import train_verse

    train_verse(data, out / TRAINING, **options)
    return export_verse(out / TRAINING, out, command=command, report=options["report"])


def _portraits(data: Path, out: Path, command: str, options: dict[str, Any]) -> Path:
    from albumen.models.portraits.export import export_portraits
    from albumen.models.portraits.pack import pack_pictures
    from albumen.models.portraits.train import train_portraits

    pack = data
    if data.is_dir():
        pack = out / TRAINING / "pictures.npz"
        if not pack.is_file():
            pack_pictures(data, pack, report=options["report"])
    train_portraits(pack, out / TRAINING, **options)
    export_portraits(out / TRAINING, out, pack=pack, command=command, report=options["report"])
    return out
