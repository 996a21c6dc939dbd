"""A training carried between machines: few, small files out of a run folder, and the run folder from them again.

    python -m albumen.models.portraits.train_carry pack RUN FOLDER
    python -m albumen.models.portraits.train_carry unpack FOLDER RUN

Runs can be resumed from what is carried (half-precision nets, no moments); of the grounds run the painter is left out,
its average stands in for it. Last sheets, samples, small nets and the baseline's numbers go in one tar.
"""

from __future__ import annotations

import shutil
import sys
import tarfile
from pathlib import Path

from albumen.work.errors import Missing, Wrong

CARRIED = {
    "portraits": ("average", "painter", "critic"),
    "grounds": ("average", "critic"),
}
_SMALL = "small.tar"


def pack_run(run: Path, folder: Path) -> list[Path]:
    """Copy what must travel from the run folder to a flat folder; returns the written files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    small: list[Path] = [path for path in (run / "progress.json", *run.glob("*.log")) if path.is_file()]
    for course, parts in CARRIED.items():
        travel = run / course / "travel"
        if not travel.is_dir():
            continue
        for part in parts:
            target = folder / f"{course}-{part}.safetensors"
            shutil.copyfile(travel / f"{part}.safetensors", target)
            written.append(target)
        small.append(travel / "counters.json")
    small += sorted((run / "side").glob("*.safetensors"))
    small += [path for path in (run / "baseline" / "numbers.json",) if path.is_file()]
    for course in ("together", "portraits", "grounds", "baseline"):
        for kind in ("sheets", "samples"):
            small += sorted((run / course / kind).glob("*"))[-2:]
    with tarfile.open(folder / _SMALL, "w") as archive:
        for path in small:
            archive.add(path, arcname=str(path.relative_to(run)))
    return [*written, folder / _SMALL]


def unpack_run(folder: Path, run: Path) -> None:
    """Rebuild a run folder from carried files, ready to resume and export."""
    if not (folder / _SMALL).is_file():
        raise Missing("no carried training is here", where=folder, next_step="name the folder with small.tar in it")
    run.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / _SMALL) as archive:
        archive.extractall(run, filter="data")
    for path in sorted(folder.glob("*-*.safetensors")):
        course, part = path.stem.split("-")
        if course not in CARRIED or part not in CARRIED[course]:
            raise Wrong("this file is not part of a carried training", where=path)
        target = run / course / "travel" / f"{part}.safetensors"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def main() -> None:
    """`pack RUN FOLDER` or `unpack FOLDER RUN`."""
    verb, source, target = sys.argv[1:]
    if verb == "pack":
        for path in pack_run(Path(source), Path(target)):
            print(f"{path.name} {path.stat().st_size / 1e6:.1f} MB")
    else:
        unpack_run(Path(source), Path(target))


if __name__ == "__main__":
    main()
