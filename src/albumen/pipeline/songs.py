"""The first stage: the album's songs are born, each with a brief and a plan of its own that can be read and changed."""

from __future__ import annotations

from pathlib import Path

from albumen.album.album import Album
from albumen.album.album_file import write_order
from albumen.album.brief import Brief
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.plan import AlbumPlan, SongPlan, plan_text, read_plan
from albumen.album.song import Song, slug_of
from albumen.compose.album_plan import plan_album
from albumen.compose.song_plan import plan_song
from albumen.pipeline.step import Step
from albumen.pipeline.titles import titled
from albumen.score.key import Key
from albumen.work.digest import digest_bytes, digest_of
from albumen.work.errors import Wrong
from albumen.work.files import write_text
from albumen.work.job import Job

PLAN_VERSION = 1


def settle_songs(folder: AlbumFolder, job: Job) -> Album:
    """Bring into being the songs that are still wanted, and plan anew those whose brief was changed.

    A plan that a person changed stays as it is. Returns the album with all its songs.
    """
    album = folder.read()
    wanted = _wanted(folder, album, job)
    missing = {slug: plan for slug, plan in wanted.items() if slug not in {song.slug for song in album.songs}}
    room = max(0, album.wanted - len(album.songs))
    for slug, plan in list(missing.items())[:room]:
        job.check()
        song = Song(slug=slug, brief=brief_of(plan))
        _write_plan(folder, song, plan)
        folder.write_song(song)
        job.say(f"planned {plan.title}: {plan.style}, {plan.key}, {plan.meter}, {plan.tempo_bpm:g} bpm, {plan.bars} bars")
    album = folder.read()
    order = _order(album, tuple(wanted))
    if order != album.order:
        write_order(folder.page, order)
        album = folder.read()
    for song in job.each(album.songs):
        _settle_plan(folder, song)
    return album


def planned_order(folder: AlbumFolder, album: Album) -> tuple[str, ...]:
    """The running order that the planner gives the songs there are, whatever `album.toml` says."""
    return _order(album.replace(order=()), tuple(_wanted(folder, album, Job())))


def song_plan(folder: AlbumFolder, song: Song) -> SongPlan:
    """The song's plan as it lies in its folder; raises `Wrong` where it is none."""
    path = folder.plan(song.slug)
    try:
        plan = read_plan(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"the plan cannot be read ({error})", where=path, next_step="run `albumen make` to plan the song") from error
    if not isinstance(plan, SongPlan):
        raise Wrong("this is the plan of an album, not of a song", where=path)
    return plan


def plan_step(folder: AlbumFolder, song: Song) -> Step:
    """Where the song's plan stands."""
    path, stage = folder.plan(song.slug), plan_name(song.slug)
    made = folder.made().get(stage)
    if not path.exists():
        return Step(stage="plan", song=song.slug, state="to do", why="no plan yet")
    if not folder.is_untouched(stage, {path.name: path}):
        return Step(stage="plan", song=song.slug, state="yours", why="you changed the plan; it is kept")
    if made is None or made.key != _key(song):
        return Step(stage="plan", song=song.slug, state="to do", why="its brief changed")
    return Step(stage="plan", song=song.slug, state="done")


def plan_name(slug: str) -> str:
    """The name of a song's plan in the lock."""
    return f"plan/{slug}"


def brief_of(plan: SongPlan) -> Brief:
    """What the album planner wants of a song, as the brief its owner may change."""
    brief = Brief(
        title=plan.title,
        theme=plan.theme,
        style=plan.style,
        key=Key.parse(plan.key),
        seconds=round(plan.seconds),
        energy=plan.energy,
        motif=plan.motif if plan.is_album_motif else (),
        seed=plan.seed,
    )
    # As it reads back from its page, so that the page counts as unchanged.
    return Brief.from_mapping(brief.as_mapping())


def _wanted(folder: AlbumFolder, album: Album, job: Job) -> dict[str, SongPlan]:
    """The album planner's songs by slug. Asked without the songs there are, so that a stopped run goes on as it began."""
    plan: AlbumPlan = plan_album(titled(folder, album, job))
    songs: dict[str, SongPlan] = {}
    for song in plan.songs:
        songs[slug_of(song.title, songs)] = song
    return songs


def _order(album: Album, planned: tuple[str, ...]) -> tuple[str, ...]:
    """The running order as it is, then new songs as planned, then what else lies in the folder."""
    ordered = album.order
    there = [song.slug for song in album.songs]
    fresh = [slug for slug in planned if slug in there and slug not in ordered]
    rest = [slug for slug in there if slug not in ordered and slug not in fresh]
    return (*ordered, *fresh, *rest)


def _settle_plan(folder: AlbumFolder, song: Song) -> None:
    """Plan the song anew where its brief changed and no person changed the plan."""
    if plan_step(folder, song).state == "to do":
        _write_plan(folder, song, plan_song(song.brief))


def _write_plan(folder: AlbumFolder, song: Song, plan: SongPlan) -> None:
    text = plan_text(plan)
    path = folder.plan(song.slug)
    made = Made(key=_key(song), version=PLAN_VERSION, digests={path.name: digest_bytes(text.encode())})

    def write(name: str, target: Path) -> None:
        write_text(target, text)

    folder.exchange(plan_name(song.slug), made, {path.name: path}, write)


def _key(song: Song) -> str:
    return digest_of({"stage": "plan", "version": PLAN_VERSION, "brief": song.brief})
