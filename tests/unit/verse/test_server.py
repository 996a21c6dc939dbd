"""A user's own language model behind a real loopback server: helpful, lying, broken, slow and dead."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from albumen.models.verse.text import words_of
from albumen.studio.cli.main import main
from albumen.verse.desk import judge
from albumen.verse.draft import Draft
from albumen.verse.finished import Poem
from albumen.verse.forms import parse_form
from albumen.verse.poem import complete, write_poem
from albumen.verse.poet import Poet
from albumen.verse.proposals import obeys
from albumen.verse.remarks import remarks_on
from albumen.verse.server import LineServer, usable_lines
from albumen.verse.theme import PoemBrief
from albumen.work.errors import Missing, Wrong
from albumen.work.seed import Seed

SERVER = """
import json, os, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
mode, text = sys.argv[1], sys.argv[2]
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/chat/completions" and body["messages"][0]["role"] == "user"
        if mode == "slow": time.sleep(5)
        if mode == "dies": os._exit(0)
        if mode == "moves":
            self.send_response(302); self.send_header("Location", "http://127.0.0.1:9/v1"); self.end_headers(); return
        if mode == "rude": self.wfile.write(b"SSH-2.0-not-a-web-server"); return
        answer = json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]})
        if mode == "garbage": answer = "<html>not json"
        if mode == "empty": answer = json.dumps({"choices": []})
        if mode == "huge": answer = "x" * 3_000_000
        if mode == "deep": answer = "[" * 100_000
        if mode == "parts": answer = json.dumps({"choices": [{"message": {"content": [{"type": "text", "text": text}]}}]})
        self.send_response(401 if mode == "refuse" else 200)
        if mode == "breaks": self.send_header("Content-Length", str(len(answer) + 99))
        self.end_headers()
        try:
            for letter in answer if mode == "drips" else [answer]:
                self.wfile.write(letter.encode())
                if mode == "drips": self.wfile.flush(); time.sleep(0.05)
        except OSError: pass
    def log_message(self, *given): pass
server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def _serving(folder: Path, mode: str, text: str = "") -> Iterator[LineServer]:
    script = folder / "server.py"
    script.write_text(SERVER, encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-S", str(script), mode, text], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        yield LineServer(
            url=f"http://127.0.0.1:{port}/v1", model="any", timeout_seconds=0.4 if mode in ("slow", "drips") else 20.0
        )
    finally:
        process.kill()
        process.communicate()


GOOD = """1. The boats come in along the bay,
2. "The lamps are lit upon the hill."
- The gulls have called the end of day,
And all the harbour air is still.
The tide has carried us away,
The ropes are hanging on the wall,
The children on the shingle play,
The evening has begun to fall."""


def test_lines_that_obey_are_taken_and_the_rest_is_ours(tmp_path: Path, poet: Poet, triolet: Poem) -> None:
    with _serving(tmp_path, "good", GOOD) as server:
        poem = write_poem(triolet.brief, Seed(2), poet=poet, proposer=server)
    assert judge(poem, poet=poet).passes
    offered = {line.rstrip(".,") for line in usable_lines(GOOD.splitlines())}
    taken = [place for place, line in enumerate(poem.lines) if line.rstrip(".,") in offered]
    assert len({poem.lines[place] for place in taken}) >= 2
    assert poem.proposed == frozenset(taken)
    assert f"your language model wrote {len(taken)} of 8 lines" in remarks_on(poem, poet=poet)[-1]


def test_lines_that_do_not_scan_or_rhyme_are_mended(tmp_path: Path, poet: Poet, triolet: Poem) -> None:
    with _serving(
        tmp_path, "good", "This line is really very much too long to ever fit in any day\nShort night"
    ) as server:
        poem = write_poem(triolet.brief, Seed(2), poet=poet, proposer=server)
    assert judge(poem, poet=poet).passes and "too long" not in poem.text()


@pytest.mark.parametrize("mode", ["garbage", "empty", "huge", "refuse", "rude", "deep", "parts", "moves"])
def test_a_server_that_talks_nonsense_is_named(mode: str, tmp_path: Path) -> None:
    with _serving(tmp_path, mode, "x") as server, pytest.raises(Wrong, match="127.0.0.1"):
        server.propose("a line")


def test_a_slow_or_dead_server_is_missing(tmp_path: Path) -> None:
    for mode in ("slow", "drips"):
        began = time.monotonic()
        with _serving(tmp_path, mode, "x" * 500) as server:
            with pytest.raises(Missing, match=r"no language-model server answers within 0\.4 seconds; start it"):
                server.propose("a line")
            assert time.monotonic() - began < 3
    with pytest.raises(Missing, match="start it, or write without one"):
        server.propose("a line")


@pytest.mark.parametrize("mode", ["dies", "breaks"])
def test_a_server_that_dies_while_it_answers_is_said_to_have_stopped(mode: str, tmp_path: Path) -> None:
    with _serving(tmp_path, mode, "x") as server, pytest.raises(Missing, match="stopped answering.*start it again"):
        server.propose("a line")


def _of_lines(stanza: str, metre: str, server: LineServer, poet: Poet) -> Poem:
    """A short poem of one stanza, so that a test takes seconds."""
    form = parse_form("short", {"stanzas": [stanza], "metre": metre})
    brief = PoemBrief(title="Harbour", theme="boats at dusk", form="blank-verse")
    draft = Draft.begin(brief, form, "", poet, Seed(1))
    draft.proposer = server
    return complete(draft, "Harbour")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("The gulls are calling through the empty streets", "gulls are calling"),
        ("A gull was calling on the empty street\nThe gulls are calling through the empty streets", "calling"),
    ],
)
def test_a_line_said_again_and_again_stands_once(said: str, words: str, tmp_path: Path, poet: Poet) -> None:
    with _serving(tmp_path, "good", said) as server:
        poem = _of_lines(". . . .", "iambic 5", server, poet)
    assert judge(poem, poet=poet).passes
    assert sum(words in text for text in poem.lines) == 1, poem.text()


def test_one_last_word_offered_again_and_again_ends_one_line(tmp_path: Path, poet: Poet) -> None:
    with _serving(tmp_path, "good", "This line is much too long for any metre of the night") as server:
        poem = _of_lines(". . . .", "iambic 4", server, poet)
    assert judge(poem, poet=poet).passes
    assert Counter(words_of(text)[-1] for text in poem.lines)["night"] == 1, poem.text()


LINES = """The fishing boats are rocking by the wall
A lantern burns above the harbour stair
The fishing boats were rocking by a wall
The colder water carries on the sound
Snow every has of taken sign the tide
My mother mends a jacket in the sun"""


def test_every_line_that_fits_is_read_and_the_best_is_taken_first(tmp_path: Path, poet: Poet) -> None:
    offered = usable_lines(LINES.splitlines())
    firsts = set()
    for order in (LINES, "\n".join(reversed(LINES.splitlines()))):
        with _serving(tmp_path, "good", order) as server:
            poem = _of_lines(". . .", "iambic 5", server, poet)
        firsts.add(poem.lines[0])
        taken = [text.rstrip(".") for text in poem.lines]
        assert set(taken) <= set(offered) and not any("every has of" in text for text in taken), poem.text()
        assert sum("fishing boats" in text for text in taken) <= 1 and judge(poem, poet=poet).passes
    assert len(firsts) == 1


@pytest.mark.parametrize(("stanza", "metre"), [(". . .", "iambic 4"), ("a b a b", "iambic 4"), ("a+ a+ a+", "iambic 5")])
def test_words_that_nobody_can_say_or_answer_end_no_poem(stanza: str, metre: str, tmp_path: Path, poet: Poet) -> None:
    ends = ("brr", "zzz", "month", "orange", "wind", "the", "ñ")
    heads = ("The gulls have gone along and ", "White boats are on the ", "The fishing boats are still and ")
    with _serving(tmp_path, "good", "\n".join(map("".join, itertools.product(heads, ends)))) as server:
        poem = _of_lines(stanza, metre, server, poet)
    assert judge(poem, poet=poet).passes
    assert not {words_of(line)[-1] for line in poem.lines} & {"brr", "zzz", "ñ", "wind", "the"}


@pytest.mark.parametrize(
    "line",
    ["1. {}", "12) {}", "(3) {}", "- {}", "* {}", "• {}", "> {}", "**{}**", '"{}"', "“{}”", "'{}'", "`{}`", "Line 4: {}",
     "  {}  ", "_{}_", "2. “{}”", "b) {}"],
)  # fmt: skip
def test_what_only_dresses_a_line_is_taken_off(line: str) -> None:
    for bare in ("The lamps are lit upon the hill,", "'Tis late, and all the boats come in."):
        assert usable_lines([line.format(bare)]) == [bare]


@pytest.mark.parametrize(
    "line",
    ["<br>", "<b>The lamps</b> are lit", "(5 syllables)", "The boats at dusk (5 syllables)", "The lamps are lit 🌊", "```text",
     "Here is a line:", "Here are eight different lines of verse:", "Sure! Here you go", "I cannot help with that.",
     "As an AI I have no boats", "My heart, my heart, my heart, my heart", "Whisper, whisper, whisper", "the rain [sic] is on",
     "The year is 1914", "The tide / goes out", "https://example.org/tide", "The lamps & boats", "The lamps = boats"],
)  # fmt: skip
def test_what_is_no_line_of_verse_is_refused(line: str) -> None:
    assert usable_lines([line, "The lamps are lit"]) == ["The lamps are lit"]


def test_what_a_model_thinks_aloud_is_no_line(tmp_path: Path) -> None:
    with _serving(tmp_path, "good", "<think>The poet wants boats\nand the sea</think>\nThe boats are in") as server:
        assert server.propose("a line") == ["The boats are in"]


def test_a_server_without_one_usable_line_leaves_the_poem_to_us(tmp_path: Path, poet: Poet, triolet: Poem) -> None:
    with _serving(tmp_path, "good", "海\n\n42") as server:
        assert server.propose("a line") == []
        poem = write_poem(triolet.brief, Seed(2), poet=poet, proposer=server)
    assert judge(poem, poet=poet).passes
    assert remarks_on(poem, poet=poet) == ("no line that your language model proposed fitted: all lines are the poet's own",)


def test_a_line_with_words_that_hide_a_copy_is_refused(poet: Poet) -> None:
    form = parse_form("short", {"stanzas": [". ."], "metre": "iambic 5"})
    draft = Draft.begin(PoemBrief(title="Evening", theme="boats"), form, "", poet, Seed(1))
    assert obeys(draft, 0, "The fishing boats are lying by the shore")
    assert not obeys(draft, 0, "The ploughman homeward plods his weary way"), "Gray's, with two words that the poet does not know"


def test_a_server_on_this_machine_is_asked_past_any_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with _serving(tmp_path, "good", "The boats are in") as server:
        assert server.propose("a line") == ["The boats are in"]


HAIKU = "# Night\n\nThe moon is rising\nover the old harbour wall\nand the boats are still\n\n*Haiku*\n"


def test_lines_anew_and_alternates_at_the_desk_come_from_the_server_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "night.md"
    page.write_text(HAIKU)
    offered = "The wind has gone home.\nThis line is far too long to be the last line of a haiku"
    with _serving(tmp_path, "good", offered) as server:
        asked = ["verse", str(page), "--server", server.url, "--server-model", "any"]
        assert main([*asked, "alternates 3"]) == 0
        assert "1  The wind has gone home." in capsys.readouterr().out
        assert main([*asked, "free 3", "line 3"]) == 0
        assert "your language model wrote 1 of 1 lines" in capsys.readouterr().out
    assert "The wind has gone home." in page.read_text() and "far too long" not in page.read_text()
    assert main(["verse", str(page), "undo"]) == 0 and "and the boats are still" in page.read_text()


@pytest.mark.parametrize(("mode", "said"), [("garbage", "no JSON"), ("dies", "stopped answering"), ("refuse", "asks for a key")])
@pytest.mark.parametrize("edit", ["line 3", "stanza 1", "again", "alternates 3"])
def test_a_server_that_fails_at_the_desk_is_one_sentence_and_changes_nothing(
    mode: str, said: str, edit: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "night.md"
    page.write_text(HAIKU)
    with _serving(tmp_path, mode, "x") as server:
        code = main(["verse", str(page), "free all", edit, "--server", server.url, "--server-model", "any"])
    assert code == (3 if mode == "dies" else 2)
    told = capsys.readouterr()
    assert said in told.err and "127.0.0.1" in told.err and told.err.count("\n") == 1 and not told.out
    assert page.read_text() == HAIKU and not list(tmp_path.glob("night.*.json*"))


@pytest.mark.parametrize("url", ["", "localhost:11434", "ftp://x/v1", "http://", "http://x:port/v1", "http://[/v1"])
def test_wrong_addresses_are_explained(url: str) -> None:
    with pytest.raises(Wrong, match="no address"):
        LineServer(url=url, model="any")


def test_a_wait_and_a_key_that_cannot_be_are_explained() -> None:
    for seconds in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(Wrong, match="cannot be waited for"):
            LineServer(url="http://localhost/v1", model="any", timeout_seconds=seconds)
    with pytest.raises(Wrong, match="copy it again"):
        LineServer(url="http://localhost/v1", model="any", key="abc\r\nX: y")
