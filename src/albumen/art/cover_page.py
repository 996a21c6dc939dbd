"""`cover.toml`: what was chosen for the cover and why, as a page on which any of it can be fixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from albumen.art.engines import ENGINES
from albumen.art.fonts import PERSONALITIES
from albumen.art.identity import ERA_CHOICES, STYLE_CHOICES
from albumen.art.manners import MANNERS
from albumen.art.templates import TEMPLATES

_TEXT = """\
# The cover. Take the mark # away from a line and change it: the cover and its whole family are painted anew.
format = 1

# contact-sheet.jpg shows the best covers that differ; count them in reading order.
# choice = 1

# engine = "{engine}"        # {engines}
# motif = "{motif}"        # what the picture shows. {motifs}
# type = "{type}"        # {types}
# template = "{template}"        # {templates}
# manner = "{manner}"        # of brush strokes, where the engine has a brush ({brushes}): {manners}
# era = "{era}"        # that the painting nets are asked for ({nets}): {eras}
# style = "{style}"        # that the painting nets are asked for: {styles}

# [colours]
# ground = "#101020"
# ink = "#f4f0e8"
# accent = "#c03050"
# second = "#3050c0"
# shade = "#080810"

# Why it looks as it does, told when this page was written; `albumen explain ALBUM pictures` tells of the cover as it is now:
{reasons}
"""


def cover_page(facts: Mapping[str, Any]) -> str:
    """The page for a chosen look; `facts` names `engine`, `motif`, `type`, `template`, `manner`, `era`, `style` and the
    `reasons`."""
    chosen = {name: facts[name] for name in ("engine", "motif", "type", "template", "manner", "era", "style")}
    motifs = "; ".join(f"{name}: {', '.join(engine.motifs)}" for name, engine in ENGINES.items())
    return _TEXT.format(
        **chosen,
        engines=", ".join(ENGINES),
        motifs=motifs,
        brushes=", ".join(name for name, engine in ENGINES.items() if engine.brush),
        nets=", ".join(name for name, engine in ENGINES.items() if engine.net) or "none is installed",
        eras=", ".join(ERA_CHOICES),
        styles=", ".join(STYLE_CHOICES),
        types=", ".join(PERSONALITIES),
        templates=", ".join(template.name for template in TEMPLATES),
        manners=", ".join(MANNERS),
        reasons="\n".join(f"#   {reason}" for reason in facts["reasons"]),
    )
