"""From training folders to a model folder that ships: ONNX files, real condition vectors, and a card.

card.toml       what it is, what it learned from, what it scores, the digest of every file
mapping.onnx    latent and condition to style          drawing.onnx   styles to picture
scorer.onnx     how finished a picture looks           enlarger.onnx  four times as wide
eyes.onnx       trained eyes                           known.npz      conditions and features of the teachers
travel/         painter and critic in half precision, from which a training can go on
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from albumen.models.portraits.export_nets import (
    drawing_graph,
    enlarger_graph,
    eyes_graph,
    mapping_graph,
    scorer_graph,
)
from albumen.models.portraits.net_side import SCORER_SIDE
from albumen.models.portraits.pack import Pack, decoded, read_pack
from albumen.models.portraits.run_eyes import RandomEyes
from albumen.models.portraits.sizes import net_size
from albumen.models.portraits.train_losses import OBJECTIVE
from albumen.work.errors import Missing, Wrong
from albumen.work.files import replacing, write_text

LARGEST_FILE = 16_000_000
KNOWN_SIDE = 64
RULE = "made before 1930, or by an artist dead before 1955, as the table of the data proves"


def export_portraits(
    run: Path,
    out: Path,
    *,
    pack: Path,
    course: str = "portraits",
    command: str = "",
    metrics: dict[str, float] | None = None,
    report: Callable[[str], None] = print,
) -> None:
    """Write the model folder of a trained course (`portraits` or `grounds`) of the training folder `run`.

    Raises `Wrong` where a file would exceed 16 MB. A card without `metrics` says so: measure, then export again.
    """
    source, counters = _newest(run / course)
    size = net_size(str(counters["size"]))
    side = int(counters["side"])
    average = _floats(source / "average.safetensors")
    out.mkdir(parents=True, exist_ok=True)
    mapping_graph(average, size).save(out / "mapping.onnx")
    drawing_graph(average, size, side).save(out / "drawing.onnx")
    for name, make in (
        ("scorer", lambda weights: scorer_graph(weights, SCORER_SIDE)),
        ("enlarger", enlarger_graph),
        ("eyes", eyes_graph),
    ):
        stored = run / "side" / f"{name}.safetensors"
        if not stored.is_file():
            raise Missing("this small net was not trained", where=stored, next_step="train the part `side`")
        make(_floats(stored)).save(out / f"{name}.onnx")
    teachers = read_pack(pack)
    _write_known(teachers, course, out / "known.npz")
    _write_travel(source, counters, out / "travel")
    for path in _files(out):
        if path.stat().st_size > LARGEST_FILE:
            raise Wrong(f"the file has {path.stat().st_size / 1e6:.1f} MB, at most 16 may ship", where=path)
    write_text(out / "card.toml", _card(out, course, counters, teachers, command, metrics or {}))
    report(f"{out}: {sum(path.stat().st_size for path in _files(out)) / 1e6:.1f} MB")


def _newest(folder: Path) -> tuple[Path, dict[str, Any]]:
    if (folder / "latest.json").is_file():
        source = folder / json.loads((folder / "latest.json").read_text())["state"]
    elif (folder / "travel" / "counters.json").is_file():
        source = folder / "travel"
    else:
        raise Missing("no trained run is here", where=folder, next_step="run `albumen train portraits` first")
    return source, json.loads((source / "counters.json").read_text())


def _floats(path: Path) -> dict[str, NDArray[np.float32]]:
    return {name: value.astype(np.float32) for name, value in load_file(path).items()}


def _files(folder: Path) -> list[Path]:
    """All files of a model folder but its card."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "card.toml")


def _write_travel(source: Path, counters: dict[str, Any], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for part in ("average", "critic"):
        halves = {name: value.astype(np.float16) for name, value in load_file(source / f"{part}.safetensors").items()}
        save_file(halves, folder / f"{part}.safetensors")
    write_text(folder / "counters.json", json.dumps(counters, indent=1))


def _write_known(pack: Pack, course: str, path: Path) -> None:
    """Condition vectors to draw from, and what the originality check needs: random-eye features of every teacher."""
    subject = pack.of(course)
    learned, kept = np.flatnonzero(subject & ~pack.held_out), np.flatnonzero(subject & pack.held_out)
    eyes = RandomEyes()
    conditions = pack.conditions()
    names = [f"{pack.ledger[row]['artist']}: {pack.ledger[row]['title']}" for row in learned]
    with replacing(path) as temporary, temporary.open("wb") as handle:
        np.savez_compressed(
            handle,
            conditions=conditions[learned].astype(np.float16),
            learned=eyes.see(decoded(pack, KNOWN_SIDE, learned)).astype(np.float16),
            held_out=eyes.see(decoded(pack, KNOWN_SIDE, kept)).astype(np.float16),
            names=np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), dtype=np.uint8),
        )


def _card(
    out: Path,
    course: str,
    counters: dict[str, Any],
    pack: Pack,
    command: str,
    metrics: dict[str, float],
) -> str:
    ledger = hashlib.sha256(json.dumps(list(pack.ledger), sort_keys=True).encode()).hexdigest()
    sources = ", ".join(sorted({entry["source"] for entry in pack.ledger}))
    lines = [
        "format = 1",
        f'name = "{course} {counters["size"]}"',
        f'kind = "{course}"',
        f'size = "{counters["size"]}"',
        f"side = {counters['side']}",
        f"images_seen = {counters['images']}",
        f"seed = {counters['seed']}",
        'licence = "CC0-1.0"',
        f"objective = {json.dumps(OBJECTIVE)}",
        f"command = {json.dumps(command)}",
        f"sources = {json.dumps(f'{len(pack)} paintings in the public domain ({RULE}), from {sources}', ensure_ascii=False)}",
        "",
        "[data]",
        f"pictures = {len(pack)}",
        f'ledger_sha256 = "{ledger}"',
        f'rule = "{RULE}"',
        "",
        "[metrics]",
        *(f"{name} = {value:.6g}" for name, value in sorted(metrics.items())),
        "",
        "[sha256]",
        *(
            f'"{path.relative_to(out).as_posix()}" = "{hashlib.sha256(path.read_bytes()).hexdigest()}"'
            for path in _files(out)
        ),
    ]
    return "\n".join(lines) + "\n"
