"""The key of a user's own language model: sent to that server alone, shown and written nowhere; and lines that are refused."""

from __future__ import annotations

import codecs
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from albumen.studio.cli.main import main
from albumen.verse.server import KEY_VARIABLE, LineServer, usable_lines
from albumen.work.errors import Wrong

KEY = "sk-very-secret-47"
LINES = "The ferry leaves at seven\nThe boats are in the harbour now\nThe evening has begun to fall"


class _Locked(BaseHTTPRequestHandler):
    """Answers those who know the key; `mode` in the address says how others are refused."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        told = self.headers.get("Authorization", "")
        code = int(self.path.split("/")[1])
        known = told == f"Bearer {KEY}" and code == 200
        self.send_response(200 if known else 401 if code == 200 else code, None if known else f"no {told}")
        self.end_headers()
        self.wfile.write(json.dumps({"choices": [{"message": {"content": LINES}}]}).encode() if known else b"{}")

    def log_message(self, *told: object) -> None:
        """Quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Locked)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_key_opens_and_is_not_shown(address: str) -> None:
    server = LineServer(url=f"{address}/200", model="any", key=KEY)
    assert server.propose("a line")[0] == "The ferry leaves at seven"
    assert KEY not in repr(server)


@pytest.mark.parametrize("code", [200, 401, 403, 400])
def test_a_refusal_is_one_sentence_without_the_key(code: int, address: str) -> None:
    for key, said in (("sk-wrong-key", "refuses the key"), ("", "asks for a key")):
        with pytest.raises(Wrong) as caught:
            LineServer(url=f"{address}/{code}", model="any", key=key).propose("a line")
        told = f"{caught.value} {caught.value.next_step}"
        assert "sk-wrong-key" not in told and "\n" not in told
        assert (f"{said} ({401 if code == 200 else code})" in told and KEY_VARIABLE in told) or code == 400


def test_the_command_line_takes_the_key_from_its_environment_alone(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "ferry.md"
    wish = ["poem", "Ferry", "--form", "haiku", "--server", f"{address}/200", "--server-model", "any", "--out", str(page)]
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert main(wish) == 2 and not page.exists()
    said = capsys.readouterr().err.strip()
    assert "asks for a key (401)" in said and KEY_VARIABLE in said and "\n" not in said
    assert main([*wish, "--server-key", KEY]) == 2
    capsys.readouterr()
    monkeypatch.setenv(KEY_VARIABLE, f"{KEY}\n")
    assert main(wish) == 0
    shown = capsys.readouterr()
    assert KEY not in shown.out + shown.err + "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("line", ["oh {} the rain", "oh {0[0]}*{0[2]}{0[3]} the rain", "oh {0[0]}.{0[1]}.{0[2]}.{0[3]} the rain"])
def test_coarse_words_are_refused_plain_masked_and_joined(line: str) -> None:
    word = codecs.decode("fuvg", "rot13")
    assert usable_lines([line.format(word), "**Hit** the road and *sing*"]) == ["Hit the road and sing"]
