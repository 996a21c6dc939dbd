from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from albumen.corpus.build import build_corpus, read_corpus, split_of
from albumen.corpus.report import corpus_report
from albumen.work.errors import Cancelled, Wrong
from albumen.work.job import Job, Told
from tests.unit.corpus.songs import bass_under, line, part, song, tune, write_manifest, write_songs, zip_songs


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Two collections with a manifest: copies, a validation song, songs without a licence, and files that are no use."""
    folder = tmp_path / "music"
    good = {f"train/{number}.mid": bass_under(tune(number, bars=16)) for number in range(6)}
    good |= {"train/copy.mid": bass_under(tune(0, bars=16)), "valid/held.mid": tune(1, bars=16)}
    good |= {
        "train/short.mid": song(part(line([60, 62] * 12, 240))),
        "train/wide.mid": song(part(line([60] * 200)), meter="9/1"),
    }
    zip_songs(folder / "folk.zip", good)
    zip_songs(folder / "old.zip", {"a.mid": bass_under(tune(20, bars=16)), "b.mid": bass_under(tune(21, bars=16))})
    write_songs(folder / "loose", {"c.mid": bass_under(tune(30, bars=16))})
    (folder / "loose" / "broken.mid").write_bytes(b"MThd\x00\x00")
    (folder / "loose" / "empty.mid").write_bytes(b"")
    (folder / "loose" / "text.mid").write_text("no music here")
    rows = [
        {
            "corpus": "folk",
            "path_in_zip": name,
            "genre": "folk-celtic",
            "licence": "CC0-1.0",
            "split": name.split("/")[0],
            "key": "C",
        }
        for name in good
    ]
    rows += [{"corpus": "old", "path_in_zip": "a.mid", "licence": "none stated"}]
    write_manifest(folder, rows)
    return folder


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir()) if path.is_file()
    }


def test_a_corpus_from_folders_and_zips(sources: Path, tmp_path: Path) -> None:
    built = build_corpus([sources], tmp_path / "out", genre="folk", jobs=1)
    pieces = table(tmp_path / "out" / "manifest.csv")
    assert [piece["path"] for piece in pieces] == [
        *(f"train/{number}.mid" for number in (0, 2, 3, 4, 5)),
        "valid/held.mid",
    ]
    assert built.pieces == len(pieces) == len(list(read_corpus(tmp_path / "out")))
    assert {piece["split"] for piece in pieces} == {"train", "valid"}
    reasons = {row["path"]: row["reason"] for row in table(tmp_path / "out" / "skipped.csv")}
    assert reasons["train/short.mid"] == "fewer than 4 bars (3)"
    assert reasons["train/wide.mid"] == "bar longer than eight quarter notes (9/1)"
    assert "no licence is stated (the manifest says 'none stated')" in reasons["a.mid"]
    assert all("--rights" in reasons[name] for name in ("a.mid", "b.mid", "loose/c.mid"))
    why = {row["path"]: (row["why"], row["of_path"]) for row in table(tmp_path / "out" / "duplicates.csv")}
    assert why == {"train/copy.mid": ("duplicate", "train/0.mid"), "train/1.mid": ("in validation", "valid/held.mid")}


def test_a_stated_right_opens_what_has_no_licence_and_stands_in_the_ledger(sources: Path, tmp_path: Path) -> None:
    build_corpus([sources], tmp_path / "out", genre="folk", rights="my own recordings", jobs=1)
    ledger = {(row["corpus"], row["licence"]): row for row in table(tmp_path / "out" / "ledger.csv")}
    assert ledger["folk", "CC0-1.0"]["status"] == "licence stated"
    assert ledger["old", "none stated"]["status"] == "right stated by the user: my own recordings"
    assert ledger["music", "my own recordings"]["pieces"] == "1"
    reasons = {row["path"]: row["reason"] for row in table(tmp_path / "out" / "skipped.csv")}
    assert {"loose/broken.mid", "loose/empty.mid", "loose/text.mid"} <= set(reasons)
    assert all(reason and "\n" not in reason for reason in reasons.values())


def test_scores_of_a_corpus_are_analysed_and_on_the_grid(sources: Path, tmp_path: Path) -> None:
    build_corpus([sources], tmp_path / "out", rights="mine", jobs=1)
    for meta, score in read_corpus(tmp_path / "out"):
        assert score.resolution == 12
        assert score.keys and score.sections
        assert all(one.role for one in score.parts)
        assert {"corpus", "path", "title", "genre", "licence", "rights", "split", "arranged", "weight", "group"} <= set(
            meta
        )
        assert score.sections[-1].end_bar == len(score.bars()) == meta["bars"]


def test_running_again_changes_nothing_and_a_new_source_is_added(sources: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build_corpus([sources], out, rights="mine", jobs=1)
    before, stamps = digests(out), {path: path.stat().st_mtime_ns for path in out.glob("shard-*.npz")}
    build_corpus([sources], out, rights="mine", jobs=1)
    assert digests(out) == before
    assert {path: path.stat().st_mtime_ns for path in out.glob("shard-*.npz")} == stamps
    more = zip_songs(tmp_path / "zz.zip", {"n.mid": bass_under(tune(50, bars=16))})
    count = len(table(out / "manifest.csv"))
    again = build_corpus([sources, more], out, rights="mine", jobs=1)
    assert again.pieces == count + 1
    assert table(out / "manifest.csv")[-1]["path"] == "n.mid"


def test_one_process_and_two_write_the_same_bytes(sources: Path, tmp_path: Path) -> None:
    build_corpus([sources], tmp_path / "one", rights="mine", jobs=1)
    build_corpus([sources], tmp_path / "two", rights="mine", jobs=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_killed_build_goes_on_to_the_same_bytes(sources: Path, tmp_path: Path) -> None:
    build_corpus([sources], tmp_path / "calm", rights="mine", jobs=1)
    out = tmp_path / "killed"
    program = (
        "import sys; from pathlib import Path; from albumen.corpus.build import build_corpus; "
        "build_corpus([Path(sys.argv[1])], Path(sys.argv[2]), rights='mine', jobs=1)"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(sources), str(out)])
    while child.poll() is None and not list(out.glob(".cache/read-*.json")):
        time.sleep(0.005)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    build_corpus([sources], out, rights="mine", jobs=1)
    assert digests(out) == digests(tmp_path / "calm")
    assert not list(out.rglob("*.part")) or all(path.name.startswith(".") for path in out.rglob("*.part"))


def test_a_build_tells_its_progress_and_stops_when_asked(sources: Path, tmp_path: Path) -> None:
    told: list[Told] = []
    build_corpus([sources], tmp_path / "out", rights="mine", jobs=1, progress=Job(listen=told.append))
    shares = [one.done for one in told if one.kind == "done"]
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 10
    with pytest.raises(Cancelled):
        build_corpus([sources], tmp_path / "other", rights="mine", jobs=1, progress=Job(stop=lambda: True))


def test_nothing_usable_is_wrong_input_and_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "x.mid").write_bytes(b"nonsense")
    with pytest.raises(Wrong, match=r"skipped\.csv"):
        build_corpus([tmp_path / "bad"], tmp_path / "out", rights="mine", jobs=1)
    assert len(table(tmp_path / "out" / "skipped.csv")) == 1


def test_a_second_build_in_the_same_folder_is_told_who_is_first(sources: Path, tmp_path: Path) -> None:
    def meddle(told: Told) -> None:
        if told.done == 1.0:  # all is written by then
            return
        with pytest.raises(Wrong, match="another run is writing here"):
            build_corpus([sources], tmp_path / "out", rights="mine", jobs=1)
        meddled.append(told)

    meddled: list[Told] = []
    build_corpus([sources], tmp_path / "out", rights="mine", jobs=1, progress=Job(listen=meddle))
    assert meddled


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written(sources: Path, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    with pytest.raises(Wrong, match="cannot be written"):
        build_corpus([sources], shut / "out", rights="mine", jobs=1)


def test_an_output_that_is_a_file_is_wrong_input(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("I am a file")
    with pytest.raises(Wrong):
        build_corpus([sources], tmp_path / "out", rights="mine", jobs=1)


def test_splits_of_families_are_steady_and_about_one_in_twenty() -> None:
    splits = [split_of(f"corpus/song-{number}") for number in range(4000)]
    assert splits == [split_of(f"corpus/song-{number}") for number in range(4000)]
    assert 0.035 < splits.count("valid") / 4000 < 0.065


def test_the_report_is_one_page_that_needs_nothing_else(sources: Path, tmp_path: Path) -> None:
    build_corpus([sources], tmp_path / "out", rights="mine", jobs=1)
    facts = corpus_report(tmp_path / "out", tmp_path / "page" / "report.html")
    page = (tmp_path / "page" / "report.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "page" / "report.json").read_text()) == facts
    assert page.count("<svg") == 14
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script" not in page and "src=" not in page
    assert facts["totals"]["pieces"] == len(table(tmp_path / "out" / "manifest.csv"))
    assert facts["duplicates"]["by_reason"] == {"duplicate": 1, "in validation": 1}
    assert sum(facts["keys"]["major"].values()) + sum(facts["keys"]["minor"].values()) == facts["totals"]["pieces"]
    assert sum(facts["bars"]["counts"]) == facts["totals"]["pieces"]
    assert sum(row["hours"] for row in facts["rights"].values()) == pytest.approx(facts["totals"]["hours"], abs=0.2)


def test_a_report_of_no_corpus_is_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="holds no corpus"):
        corpus_report(tmp_path, tmp_path / "r.html")
    with pytest.raises(Wrong, match="holds no corpus"):
        list(read_corpus(tmp_path))


def test_every_tune_of_a_book_is_a_song(tmp_path: Path) -> None:
    melodies = ["CDEF GABc|cBAG FEDC|EGEG cGEC|DFDF AFDC|", "cAGE DEGA|cded cAGE|GAcd ecAG|AGED C4|"]
    book = "".join(f"X:{n}\nT:Reel {n}\nM:4/4\nL:1/8\nK:C\n{m}{m}\n\n" for n, m in enumerate(melodies, 1))
    book += "X:3\nT:Too short\nM:4/4\nL:1/8\nK:C\nCDEF|\n"
    (tmp_path / "book.abc").write_text(book, encoding="utf-8")
    built = build_corpus([tmp_path / "book.abc"], tmp_path / "corpus", genre="folk-celtic", rights="mine", jobs=1)
    found = {meta["path"]: meta["title"] for meta, _ in read_corpus(built.folder)}
    assert found == {"book.abc#1": "Reel 1", "book.abc#2": "Reel 2"}
    assert [row["path"] for row in table(built.folder / "skipped.csv")] == ["book.abc#3"]
