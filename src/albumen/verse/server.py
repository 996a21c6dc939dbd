"""A user's own language model as the writer of lines: any server that speaks the OpenAI chat protocol, on any machine.

The server only proposes. Each proposal is measured like any other line; what does not scan or rhyme is mended by our
own finder
from the proposal's last word, or dropped. A server that is dead, slow or talks nonsense costs one clear sentence.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from albumen.models.verse.fitness import UNFIT
from albumen.models.verse.text import words_of
from albumen.work.errors import Missing, Wrong

MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LineServer:
    """Where the model is: `url` up to `/v1`, the model's name, an optional key, and how long to wait."""

    url: str
    model: str
    key: str = ""
    timeout_seconds: float = 60.0

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Wrong(
                f"{self.url!r} is no address of a language-model server",
                next_step="write it like http://localhost:11434/v1",
            )

    def propose(self, wish: str, *, count: int = 8, temperature: float = 0.9, seed: int = 0) -> list[str]:
        """Up to `count` single lines for a wish in words.

        Raises `Missing` where no server answers, `Wrong` where it answers nonsense.
        """
        question = f"{wish}\nWrite {count} different single lines of verse, one a line, without numbers or comments."
        body = {
            "model": self.model,
            "temperature": temperature,
            "seed": seed % 2**31,
            "messages": [{"role": "user", "content": question}],
        }
        answer = self._post("/chat/completions", body)
        try:
            text = answer["choices"][0]["message"]["content"]  # type: ignore[index]
        except (KeyError, IndexError, TypeError) as error:
            raise Wrong(
                "the language-model server sent an answer without a message",
                where=self.url,
                next_step="check which server it is",
            ) from error
        if not isinstance(text, str):
            raise Wrong(
                "the language-model server sent a message that is no text",
                where=self.url,
                next_step="check which server it is",
            )
        return usable_lines(text.splitlines())[:count]

    def _post(self, path: str, body: object) -> object:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        request = urllib.request.Request(self.url.rstrip("/") + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_seconds) as reply:
                raw = reply.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            raise Wrong(
                f"the language-model server refused ({error.code} {error.reason})",
                where=self.url,
                next_step="check the model's name and the key",
            ) from error
        except (http.client.HTTPException, ValueError) as error:
            raise Wrong(
                f"what answers there does not speak HTTP ({type(error).__name__})",
                where=self.url,
                next_step="check the address and the port",
            ) from error
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise Missing(
                f"no language-model server answers ({reason})",
                where=self.url,
                next_step="start it, or write without one",
            ) from error
        if len(raw) > MOST_BYTES:
            raise Wrong(
                "the language-model server sent more than 2 MB", where=self.url, next_step="check which server it is"
            )
        try:
            return json.loads(raw)
        except ValueError as error:
            raise Wrong(
                "the language-model server sent no JSON", where=self.url, next_step="check which server it is"
            ) from error


def usable_lines(lines: Sequence[str]) -> list[str]:
    """Proposals as bare lines: numbers, bullets and quotes taken off, doubles, empty, overlong and unfit ones left out."""
    found: dict[str, None] = {}
    for line in lines:
        bare = line.strip().lstrip("0123456789.)-*# ").strip().strip('"“”').strip()
        words = words_of(bare)
        if words and len(bare) <= 120 and bare.isprintable() and not set(words) & UNFIT and _is_latin(bare):
            found[bare] = None
    return list(found)


def _is_latin(text: str) -> bool:
    return all(not letter.isalpha() or ord(letter) < 0x250 for letter in text)
