"""A user's own language model as the writer of lines: any server that speaks the OpenAI chat protocol, on any machine.

The server only proposes. Each proposal is cleaned here and measured like any other line; what does not scan or rhyme is
mended by our own finder from the proposal's last word, or dropped. A server that is dead, slow or talks nonsense costs
one clear sentence.
"""

from __future__ import annotations

import http.client
import json
import math
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from albumen.models.verse.fitness import is_unfit
from albumen.models.verse.text import words_of
from albumen.verse.metre import FUNCTION_WORDS
from albumen.work.errors import AlbumenError, Missing, Wrong

# Where a key lies for the command line: an argument would show in the list of processes and in the shell's history.
KEY_VARIABLE = "ALBUMEN_SERVER_KEY"
MOST_BYTES = 2_000_000
LONGEST_LINE = 120
# A content word may come so often in a line; once more, and the model is stuck on it.
MOST_OF_ONE_WORD = 2

# What some models say to themselves before they answer.
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_LABEL = re.compile(r"^(?:line|verse|option)\s*\d*\s*:\s*", re.IGNORECASE)
_NUMBER = re.compile(r"^(?:[-*+•·–—>#]+|\(?\d{1,3}\s*[.):]|\d{1,3}|\(?[a-h]\))\s+")
# Emphasis stands around words; the same signs inside a word may hide letters of it.
_EMPHASIS = re.compile(r"(?<!\w)[*_`]+|[*_`]+(?!\w)")
_DRESSING = re.compile(r"[\"“”„«»*_`]")
# Letters of Latin scripts and the marks that shape verse: signs, digits, brackets and pictures are for no reader aloud.
_VERSE = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ'’ ,.;:!?—–…-]+")
# A model that speaks of its task instead of doing it.
_TALK = re.compile(
    r"^(?:(?:sure|certainly|of course|okay)\b[,.!:]|here(?:'s| is| are) (?:a|an|the|your|some|my|another|\w+ different) "
    r"(?:single |different )*(?:lines?|verses?|poems?|suggestions?|options?)\b)"
    r"|\b(?:syllables?|iambic|trochaic|anapestic|pentameter|tetrameter|language model|as an ai|rhymes with)\b"
    r"|^(?:i'm sorry|i am sorry|i can't|i cannot|i'm unable|i am unable)\b.*\b(?:help|assist|write|provide)\b",
    re.IGNORECASE,
)


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would take the key to another address, and a question is lost on the way."""

    def redirect_request(self, *given: object, **named: object) -> None:
        """Nowhere."""
        return


def _opener(request: urllib.request.Request) -> urllib.request.OpenerDirector:
    """What carries a question: past any proxy to this machine, since a proxy could neither reach it nor may read its key."""
    host = urllib.parse.urlsplit(request.full_url).hostname or ""
    is_here = host == "localhost" or host.endswith(".localhost") or host == "::1" or host.startswith("127.")
    return urllib.request.build_opener(_NoDetours, *([urllib.request.ProxyHandler({})] if is_here else []))


@dataclass
class _Exchange:
    """One question under way in a thread of its own: what came of it, and until when it is waited for."""

    deadline: float
    done: threading.Event = field(default_factory=threading.Event)
    raw: bytes = b""
    whole: bool = False
    error: Exception | None = None

    def run(self, request: urllib.request.Request, timeout: float) -> None:
        """Ask, and read until the end, the deadline or more than is taken."""
        try:
            with _opener(request).open(request, timeout=timeout) as reply:
                while len(self.raw) <= MOST_BYTES and time.monotonic() < self.deadline:
                    piece = reply.read1(65_536)
                    self.raw += piece
                    if not piece:
                        self.whole = not reply.length
                        break
        except urllib.error.HTTPError as error:
            error.close()
            self.error = error
        except Exception as error:  # handed over to the asking thread, which words it
            self.error = error
        self.done.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineServer:
    """Where the model is: `url` up to `/v1`, the model's name, an optional key, and how long a whole answer may take.

    The key goes to that address alone; it is not shown with the other values, nor in any message.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_seconds: float = 60.0

    def __post_init__(self) -> None:
        if not _is_address(self.url):
            raise Wrong(
                f"{self.url!r} is no address of a language-model server",
                next_step="write it like http://localhost:11434/v1",
            )
        if not (self.key.isascii() and self.key.isprintable()):
            raise Wrong("the key of the language-model server holds signs that no key has", next_step="copy it again")
        if not (math.isfinite(self.timeout_seconds) and self.timeout_seconds > 0):
            raise Wrong(
                f"a language-model server cannot be waited for {self.timeout_seconds} seconds",
                next_step="name a time above 0",
            )

    def propose(self, wish: str, *, count: int = 8, temperature: float = 0.9, seed: int = 0) -> list[str]:
        """Up to `count` single lines for a wish in words.

        Raises `Missing` where no server answers in time, `Wrong` where it answers nonsense.
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
            raise self._wrong("the language-model server sent an answer without a message") from error
        if not isinstance(text, str):
            raise self._wrong("the language-model server sent a message that is no text")
        return usable_lines(_THOUGHT.sub("", text).splitlines())[:count]

    def _post(self, path: str, body: object) -> object:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        request = urllib.request.Request(self.url.rstrip("/") + path, json.dumps(body).encode(), headers)
        exchange = _Exchange(time.monotonic() + self.timeout_seconds)
        # A socket's timeout counts from the last byte, so a server that drips would hold us for hours: the wait is ours.
        threading.Thread(target=exchange.run, args=(request, self.timeout_seconds), daemon=True).start()
        in_time = exchange.done.wait(self.timeout_seconds)
        if in_time and exchange.error is not None:
            raise self._worded(exchange.error) from exchange.error
        if len(exchange.raw) > MOST_BYTES:
            raise self._wrong("the language-model server sent more than 2 MB")
        if not in_time or time.monotonic() >= exchange.deadline:
            raise self._late()
        if not exchange.whole:
            raise self._stopped()
        try:
            return json.loads(exchange.raw)
        except (ValueError, RecursionError) as error:
            raise self._wrong("the language-model server sent no JSON that can be read") from error

    def _worded(self, error: Exception) -> AlbumenError:
        """What a failed exchange means to the person who gave the address."""
        reason = getattr(error, "reason", error)
        if isinstance(error, urllib.error.HTTPError) and error.code in (401, 403):
            what = f"the language-model server {'refuses the key' if self.key else 'asks for a key'} ({error.code})"
            return self._wrong(what, f"put a key of that server into the environment variable {KEY_VARIABLE}")
        if isinstance(error, urllib.error.HTTPError):
            reason = str(error.reason).replace(self.key, "...") if self.key else str(error.reason)
            said = "".join(letter for letter in reason[:80] if letter.isprintable())
            step = "look into its own log" if error.code >= 500 else "check the address, the model's name and the key"
            return self._wrong(f"the language-model server refused ({error.code} {said})", step)
        if isinstance(error, TimeoutError) or isinstance(reason, TimeoutError):
            return self._late()
        if isinstance(error, ConnectionError | http.client.IncompleteRead) or isinstance(reason, BrokenPipeError):
            return self._stopped()
        if isinstance(error, http.client.HTTPException | ValueError):
            return self._wrong(
                f"what answers there does not speak HTTP ({type(error).__name__})", "check the address and the port"
            )
        return Missing(
            f"no language-model server answers ({reason})", where=self.url, next_step="start it, or write without one"
        )

    def _late(self) -> Missing:
        return Missing(
            f"no language-model server answers within {self.timeout_seconds:g} seconds",
            where=self.url,
            next_step="start it, give it more time, or write without one",
        )

    def _stopped(self) -> Missing:
        return Missing(
            "the language-model server stopped answering in the middle of a request",
            where=self.url,
            next_step="start it again, or write without one",
        )

    def _wrong(self, what: str, next_step: str = "check which server it is") -> Wrong:
        return Wrong(what, where=self.url, next_step=next_step)


def usable_lines(lines: Sequence[str]) -> list[str]:
    """Proposals as bare lines of verse, each once.

    Numbers, bullets, labels, quotes and emphasis are taken off. Left out: talk about the task, markup, brackets, pictures,
    digits, other scripts, coarse words (masked or spelled out too), lines over 120 signs, and lines that say one content word
    three times.
    """
    decent = (line for line in lines if not is_unfit(_EMPHASIS.sub("", line)))
    return list(dict.fromkeys(bare for bare in map(_bare, decent) if _is_verse(bare)))


def _bare(line: str) -> str:
    text = _NUMBER.sub("", " ".join(line.split()), count=1)
    if text.startswith("```"):  # the fence of a block, not emphasis
        return ""
    text = _DRESSING.sub("", text).strip()
    elided = "".join(words_of(text)[:1]).startswith("'") and text[1:2] not in ("'", "’")
    if text[:1] in ("'", "‘") and text[-1:] in ("'", "’") and not elided:
        text = text[1:-1].strip()
    return _LABEL.sub("", text, count=1)


def _is_verse(line: str) -> bool:
    words = words_of(line)
    often = Counter(word for word in words if word not in FUNCTION_WORDS)
    return (
        bool(words)
        and len(line) <= LONGEST_LINE
        and _VERSE.fullmatch(line) is not None
        and line[0].isalpha() | (line[0] in "'’")
        and not line.endswith(":")
        and _TALK.search(line.replace("’", "'")) is None
        and max(often.values(), default=0) <= MOST_OF_ONE_WORD
    )


def _is_address(url: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and url.isprintable()
    except ValueError:  # a port that is no number, half a bracket
        return False
