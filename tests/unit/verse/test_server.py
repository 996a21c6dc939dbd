"""A user's own language model behind a real loopback server: helpful, lying, broken, slow and dead."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from albumen.verse.desk import judge
from albumen.verse.finished import Poem
from albumen.verse.poem import write_poem
from albumen.verse.poet import Poet
from albumen.verse.server import LineServer, usable_lines
from albumen.work.errors import Missing, Wrong
from albumen.work.seed import Seed

SERVER = """
import json, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
mode, text = sys.argv[1], sys.argv[2]
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/chat/completions" and body["messages"][0]["role"] == "user"
        if mode == "slow": time.sleep(5)
        if mode == "rude": self.wfile.write(b"SSH-2.0-not-a-web-server"); return
        answer = json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]})
        if mode == "garbage": answer = "<html>not json"
        if mode == "empty": answer = json.dumps({"choices": []})
        if mode == "huge": answer = "x" * 3_000_000
        self.send_response(401 if mode == "refuse" else 200)
        self.end_headers()
        try: self.wfile.write(answer.encode())
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
            url=f"http://127.0.0.1:{port}/v1", model="any", timeout_seconds=1.0 if mode == "slow" else 20.0
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
    assert len({line.rstrip(".,") for line in poem.lines} & offered) >= 2


def test_lines_that_do_not_scan_or_rhyme_are_mended(tmp_path: Path, poet: Poet, triolet: Poem) -> None:
    with _serving(
        tmp_path, "good", "This line is really very much too long to ever fit in any day\nShort night"
    ) as server:
        poem = write_poem(triolet.brief, Seed(2), poet=poet, proposer=server)
    assert judge(poem, poet=poet).passes and "too long" not in poem.text()


@pytest.mark.parametrize("mode", ["garbage", "empty", "huge", "refuse", "rude"])
def test_a_server_that_talks_nonsense_is_named(mode: str, tmp_path: Path) -> None:
    with _serving(tmp_path, mode, "x") as server, pytest.raises(Wrong, match="127.0.0.1"):
        server.propose("a line")


def test_a_slow_or_dead_server_is_missing(tmp_path: Path) -> None:
    with _serving(tmp_path, "slow") as server, pytest.raises(Missing, match="no language-model server answers"):
        server.propose("a line")
    with pytest.raises(Missing, match="start it, or write without one"):
        server.propose("a line")


def test_a_server_without_one_usable_line_leaves_the_poem_to_us(tmp_path: Path, poet: Poet, triolet: Poem) -> None:
    with _serving(tmp_path, "good", "海\n\n42") as server:
        assert server.propose("a line") == []
        poem = write_poem(triolet.brief, Seed(2), poet=poet, proposer=server)
    assert judge(poem, poet=poet).passes


@pytest.mark.parametrize("url", ["", "localhost:11434", "ftp://x/v1", "http://"])
def test_wrong_addresses_are_explained(url: str) -> None:
    with pytest.raises(Wrong, match="no address"):
        LineServer(url=url, model="any")
