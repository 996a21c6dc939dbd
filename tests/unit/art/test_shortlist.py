"""The contact sheet shows different ideas, the best cover first."""

from __future__ import annotations

from dataclasses import replace

from albumen.art.cover import candidates
from albumen.art.facts import AlbumFacts
from albumen.art.identity import Identity
from albumen.art.music_view import MusicView
from albumen.art.sheet import caption
from albumen.art.shortlist import FLOOR, idea_of, shortlist
from albumen.work.seed import Seed


def test_the_sheet_spreads_over_ideas_and_templates(facts: AlbumFacts, music: MusicView) -> None:
    engines = iter(["rose", "quilt", "flow", "ridgeline"])

    def change(identity: Identity) -> Identity:
        return replace(identity, engine=next(engines))

    ranked = candidates(facts, music, Seed(3), looks=4, change=change)
    free = [each for each in ranked if not each.page.on_subject]
    shown = shortlist(ranked, 8)
    assert shown[0] is free[0]
    ideas = [idea_of(each) for each in shown]
    fair = {idea_of(each) for each in free if each.score >= ranked[0].score - FLOOR}
    assert len(fair) >= 3 and set(ideas[: len(fair)]) == fair and max(ideas.count(idea) for idea in ideas) <= 3
    assert len({(idea_of(each), each.template.name) for each in shown}) == 8
    # A drawing before a place is the same idea as the drawing alone.
    twins = [replace(each, identity=replace(each.identity, engine=f"scene-{each.identity.engine}")) for each in ranked]
    ideas = [idea_of(each) for each in shortlist([*ranked, *twins], len(fair))]
    assert set(ideas) == fair
    assert caption(3, shown[0])[0].startswith("3  ") and shown[0].template.name in caption(3, shown[0])[0]
