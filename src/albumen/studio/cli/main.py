"""`albumen`: the door of the command line. Commands are in the files beside this one, one each.

Exit codes: 0 done, 1 our fault or stopped, 2 wrong input, 3 something missing.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

import click

from albumen import __version__
from albumen.studio.cli.screen import say, show_json
from albumen.work.errors import AlbumenError

# The words of the command line and the files they live in. A group is a mapping of its own.
Words = Mapping[str, "str | Words"]
COMMANDS: Words = MappingProxyType(
    {
        "new": "new",
        "make": "make",
        "status": "status",
        "explain": "explain",
        "edit": "edit",
        "takes": "takes",
        "keep": "keep",
        "hear": "hear",
        "export": "export",
        "release": "release",
        "doctor": "doctor",
        "demo": "demo",
        "corpus": MappingProxyType({"build": "corpus_build", "report": "corpus_report"}),
        "train": "train",
        "eval": "eval",
        "poem": "poem",
        "verse": "verse",
        "portrait": "portrait",
        "print": "print_picture",
        "cover-lint": "cover_lint",
        "film": "film",
    }
)
_HELP = {
    "": "Turns a folder of songs into a finished album, on your own computer.",
    "corpus": "Songs to learn from: build a corpus, report on it.",
}


class Door(click.Group):
    """A group whose commands are imported when they are called, so that `albumen status` is quick."""

    def __init__(self, name: str, words: Words) -> None:
        super().__init__(name or "albumen", help=_HELP[name], no_args_is_help=True)
        self._words = words

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The words, in the order of a first album."""
        return list(self._words)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command behind a word."""
        found = self._words.get(cmd_name)
        if found is None:
            return None
        if isinstance(found, str):
            command = import_module(f"albumen.studio.cli.{found}").command
            assert isinstance(command, click.Command)
            return command
        return Door(cmd_name, found)


app = click.version_option(__version__, prog_name="albumen")(Door("", COMMANDS))


def run() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Carry out one command; returns the exit code and never shows a traceback."""
    as_json = "--json" in arguments
    try:
        result = app.main(args=list(arguments), prog_name="albumen", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except AlbumenError as error:
        return _fail(error.sentence(), error.exit_code, as_json)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f" See `{context.command_path} --help`." if context else ""
        return _fail(error.format_message() + hint, 2, as_json)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _fail("Stopped.", 1, as_json)
    except BrokenPipeError:
        # Whoever read our output has enough (`albumen status | head`).
        sys.stderr.close()
        return 0
    except Exception:  # the rim: anything unexpected becomes one sentence and a report
        return _fail(f"This is a fault of Albumen; a report is in {_report(arguments)}", 1, as_json)


def _fail(sentence: str, code: int, as_json: bool) -> int:
    if as_json:
        show_json({"error": sentence, "exit_code": code})
    say(f"albumen: {sentence}")
    return code


def _report(arguments: Sequence[str]) -> Path:
    with tempfile.NamedTemporaryFile(
        "w", prefix="albumen-report-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write(f"albumen {__version__}: {' '.join(arguments)}\npython {sys.version}\n\n{traceback.format_exc()}")
    return Path(report.name)
