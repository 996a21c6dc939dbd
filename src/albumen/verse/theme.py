"""From facts about a song to a mood, images and a form.

Mode and tempo give the mood on two axes, valence and arousal (after Gabrielsson and Lindstroem: major and fast are glad,
minor and slow are sad); title and theme give the direction of the images, by the words that poems put beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType

import numpy as np

from albumen.models.verse.associations import Associations
from albumen.models.verse.fitness import is_unfit
from albumen.models.verse.text import words_of
from albumen.score.key import Key
from albumen.verse.forms import form_named
from albumen.verse.rhyme import LEVELS
from albumen.verse.subject import COLOUR, direction_of, of_colour, subject_of
from albumen.verse.wordtable import WordTable
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

MOST_WORDS = 200
TITLE_WORDS, TITLE_SIGNS = 20, 120
TEMPO = (1.0, 400.0)
USUAL_STRICTNESS = 0.7
WILFULNESS = 0.82  # in nats
_SOLID = 2.0  # nats: of words at either pole of the concrete, all asked of it
_AT_HOME, _LEAST_LEANING = 0.45, -0.6  # nearness from which a word is held down by no more than so many nats
_LIKELY = 12  # words a stanza among which its images are chosen
# Who may speak, and of whom: a poem keeps to one cast, so that its lines belong together.
PERSONS: Mapping[str, str] = MappingProxyType(
    {
        "i": "i me my mine myself i'm i'll i've i'd",
        "we": "we us our ours ourselves we're we'll we've we'd",
        "you": "you your yours yourself you're you'll you've you'd",
        "he": "he him his himself he's he'll he'd man men boy father king lord sir",
        "she": "she her hers herself she's she'll she'd girl woman mother lady queen bride",
        "they": "they them their theirs themselves they're they'll they've they'd",
    }
)
CASTS = (("i", "you"), ("i", "they"), ("we", "they"), ("i", "she"), ("i", "he"), ("she", "he"), ("we",), ("they",))
TENSES = (
    "is are am has have will shall do does can may i'm it's he's she's we're they're i'll we'll they'll".split(),
    "was were had did would could might should".split(),
)

# Words that stand for a genre's world; written for this project.
GENRE_IMAGES: Mapping[str, str] = MappingProxyType(
    {
        "folk": "field hill lane river hearth harvest sheep barn",
        "rock": "road thunder iron engine dust stone fire wheel",
        "jazz": "street smoke brass rain window midnight lamp avenue",
        "blues": "train river rain road bottle morning porch track",
        "electronic": "wire glass city signal lamp current steel tower",
        "ambient": "mist snow tide drift moon water field slow",
        "classical": "garden candle window hall autumn leaf letter stair",
        "choral": "bell tower candle stone choir dawn arch snow",
        "country": "road horse barn field creek fence dust porch",
        "pop": "street summer window colour rain morning town light",
        "hip hop": "street corner city stair step brick train night",
        "metal": "iron storm raven ash winter blade stone wolf",
        "waltz": "floor lamp dress violin hall turn spring glass",
        "march": "drum street flag boots road morning step crowd",
        "chiptune": "spark arcade square pixel coin star race jump",
        "film": "desert horizon train window letter ship border snow",
        "latin": "sun plaza guitar orange dust sea balcony noon",
        "reggae": "sun island sea breeze shore palm corner noon",
    }
)  # fmt: skip
# Styles and genres that live in another one's world.
KIN = MappingProxyType(
    {
        "chamber": "classical", "quartet": "classical", "baroque": "classical", "romantic": "classical", "lieder": "classical",
        "ragtime": "jazz", "swing": "jazz", "tango": "latin", "bossa": "latin", "jig": "folk", "reel": "folk", "air": "folk",
        "celtic": "folk", "hymn": "choral", "chorale": "choral", "game": "chiptune", "techno": "electronic",
    }
)  # fmt: skip


def world_of(genre: str) -> str:
    """The genre of `GENRE_IMAGES` in whose world a style or genre lives; empty for none.

    >>> world_of("Folk-Jig"), world_of("chamber quartet"), world_of("hip hop"), world_of("polka")
    ('folk', 'classical', 'hip hop', '')
    """
    plain = genre.lower()
    whole = [name for name in GENRE_IMAGES if name == plain]
    words = plain.replace("-", " ").split()
    named = [word for word in words if word in GENRE_IMAGES] + [KIN[word] for word in words if word in KIN]
    return (*whole, *named, "")[0]


GLAD = "bright gold laugh sunlight warm spring sing glad morning play blossom merry clear".split()
SAD = "cold grey grave rain dark alone weep winter ash bitter lonely bare shadow".split()
SOLID = "stone lamp rope boat door window bread salt iron glass wool boots bridge wheel".split()
AIRY = "virtue truth honour duty faith thought fate reason glory hope justice wisdom".split()
STIRRED = "run storm leap drum race wild thunder flame rush shout".split()
STILL = "still quiet sleep slow hush calm lie rest silent".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class PoemBrief:
    """What a poem is asked to be; every fact but `title` or `theme` may be left out.

    `title` of up to 20 words; `key` like `D minor`, `F#m` or only `minor`; `tempo_bpm` from 1 to 400; `energy` from 0 to 1,
    one number a section; sliders from 0 to 1: `mood` (0 dark, 1 glad, None: from the music), `concreteness`, `archaic`,
    `alliteration`, `strictness` (how far a line may bend its metre: 1 keeps the beat with hardly a rub or a turned foot, 0 bends
    it as far as the checker lets it; where only syllables count there is no beat). `first_line` is the user's own, kept as it is.
    Raises `Wrong` with one sentence for whatever cannot be.
    """

    title: str = ""
    theme: str = ""
    genre: str = ""
    key: str = ""
    tempo_bpm: float | None = None
    energy: tuple[float, ...] = ()
    form: str = ""
    first_line: str = ""
    mood: float | None = None
    concreteness: float = 0.6
    archaic: float = 0.0
    alliteration: float = 0.2
    strictness: float = USUAL_STRICTNESS
    rhyme_level: str = "perfect"

    def __post_init__(self) -> None:
        for name in ("title", "theme", "genre", "key", "form", "first_line", "rhyme_level"):
            if not isinstance(getattr(self, name), str):
                raise Wrong(f"the {name.replace('_', ' ')} of a poem is a text, got {getattr(self, name)!r}")
        self._check_words()
        self._check_first_line()
        self._check_music()
        for name in ("concreteness", "archaic", "alliteration", "strictness", "mood"):
            if name != "mood" or self.mood is not None:
                _check_range(name, getattr(self, name), 0, 1)
        if self.rhyme_level not in LEVELS:
            raise Wrong(f"there is no rhyme level {self.rhyme_level!r}", next_step="choose perfect, family or slant")

    def _check_words(self) -> None:
        words = words_of(f"{self.title} {self.theme}")
        if is_unfit(self.title) or is_unfit(self.theme):
            raise Wrong("the theme holds a word that no poem here will use", next_step="say it in other words")
        if not words and not self.genre and any(letter.isalpha() for letter in self.title + self.theme):
            raise Wrong("the poet writes English, and title and theme hold no Latin letters", next_step="say it in English words")
        if not words and not self.genre:
            raise Wrong(
                "a poem needs a theme, a title or a genre in words", next_step="say in a few words what it is about"
            )
        if len(words) > MOST_WORDS:
            raise Wrong(f"a theme may have up to {MOST_WORDS} words, this one has {len(words)}", next_step="shorten it")
        if len(self.title.split()) > TITLE_WORDS or len(self.title) > TITLE_SIGNS:
            raise Wrong(
                f"the title of a poem may have up to {TITLE_WORDS} words and {TITLE_SIGNS} signs",
                next_step="shorten it, and say the rest in the theme",
            )

        if len(self.title.strip().splitlines()) > 1:
            raise Wrong("the title of a poem holds a line break", next_step="give it on one line")

    def _check_first_line(self) -> None:
        if len(self.first_line) > 300:
            raise Wrong(
                f"a line may have up to 300 signs, the first has {len(self.first_line)}", next_step="shorten it"
            )
        if len(self.first_line.strip().splitlines()) > 1:
            raise Wrong("the first line holds a line break", next_step="give one line alone")
        if is_unfit(self.first_line):
            raise Wrong("the first line holds a word that no poem here will use", next_step="say it in other words")

    def _check_music(self) -> None:
        if self.tempo_bpm is not None:
            _check_range("tempo_bpm", self.tempo_bpm, *TEMPO)
        if isinstance(self.energy, str) or not isinstance(self.energy, Sequence):
            raise Wrong(f"energy is a list of numbers from 0 to 1, got {self.energy!r}")
        for force in self.energy:
            _check_range("energy", force, 0, 1)
        if self.key.strip() and _mode_of(self.key) is None:
            raise Wrong(f"{self.key!r} is no key", next_step="write it like D minor, F#m or Eb major")

    @property
    def valence(self) -> float:
        """From -1 (dark) to 1 (glad)."""
        if self.mood is not None:
            return 2 * self.mood - 1
        mode = {"minor": -0.5, "major": 0.5}.get(_mode_of(self.key) or "", 0.0)
        pace = 0.0 if self.tempo_bpm is None else float(np.clip((self.tempo_bpm - 100) / 120, -0.4, 0.4))
        # Readers like poems that are glad or dark and not those between (Hafez, 2017), so the middle is left.
        total = mode + pace
        return float(np.clip(total if abs(total) > 0.25 else (0.3 if total >= 0 else -0.3), -1, 1))

    @property
    def arousal(self) -> float:
        """From -1 (still) to 1 (stirred)."""
        pace = 0.0 if self.tempo_bpm is None else (self.tempo_bpm - 100) / 80
        force = 0.0 if not self.energy else 2 * float(np.mean(self.energy)) - 1
        return float(np.clip(0.6 * pace + 0.6 * force, -1, 1))


def _check_range(name: str, value: object, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, Real) or not low <= float(value) <= high:
        raise Wrong(f"{name} is {value!r}, it must be a number between {low:g} and {high:g}")


def _mode_of(key: str) -> str | None:
    """`minor` or `major` of a key as people write it; None for no key.

    >>> [_mode_of(key) for key in ("D Minor", "F♯m", "b-flat major", "Eb", "minor", "H", "loud")]
    ['minor', 'minor', 'major', 'major', 'minor', None, None]
    """
    plain = re.sub(r"[\s-]+", " ", key.replace("♯", "#").replace("♭", "b")).strip()
    plain = re.sub(r" ?(sharp|flat)\b", lambda sign: "#" if sign[1].lower() == "sharp" else "b", plain, flags=re.IGNORECASE)
    plain = re.sub(r" ?(major|minor)$", lambda mode: f" {mode[1].lower()}", plain, flags=re.IGNORECASE)
    if plain.strip() in ("major", "minor"):
        return plain.strip()
    try:
        return "minor" if Key.parse(plain).is_minor else "major"
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a poem will speak of: `subject` words of the brief, `images` for each stanza; for every word a bonus in nats and how
    near it is to the subject."""

    subject: tuple[int, ...]
    images: tuple[tuple[int, ...], ...]
    bonus: np.ndarray
    nearness: np.ndarray
    """0..1, for words of content; else 0."""


def plan_poem(brief: PoemBrief, stanzas: int, table: WordTable, associations: Associations, seed: Seed) -> Plan:
    """Choose the images of each stanza and weigh every word for the brief."""
    counts = np.array(table.vocabulary.counts)
    subject = list(subject_of(f"{brief.title} {brief.theme}", table).words)
    world = _numbers(GENRE_IMAGES.get(world_of(brief.genre), "").split(), table)
    # The title and theme lead, the genre's world colours; where no word of theirs is known, the genre leads.
    direction = direction_of(subject, table, associations) * (1.0 if subject else 0.0) + associations.mean_of(world) * (
        0.35 if subject else 1.0
    )
    if not direction.any():
        direction = associations.mean_of(_numbers(GLAD if brief.valence > 0 else SAD, table))
    nearness = associations.near(direction / max(float(np.linalg.norm(direction)), 1e-6))
    # Every colour is near every other, so that one that is named would bring them all.
    nearness = nearness * np.where(of_colour(table), COLOUR, 1.0)
    tone = (
        _axis(associations, GLAD, SAD, table) * brief.valence
        + 0.5 * _axis(associations, STIRRED, STILL, table) * brief.arousal
    )
    solid = _axis(associations, SOLID, AIRY, table) * (2 * brief.concreteness - 1)
    fit = (
        table.content & ~table.worn & ~table.unfit & (counts >= 40) & (~table.archaic if brief.archaic < 0.5 else True)
    )
    appeal = np.where(fit, nearness + 0.35 * tone + 0.25 * solid, -9.0)
    likely = _of_many_roots(np.argsort(-appeal), subject, table, _LIKELY * stanzas)
    # Chance chooses among what is near; over the whole vocabulary its lucky few would win everywhere.
    luck = 0.06 * seed.child("images").rng().gumbel(size=len(likely))
    chosen = [likely[place] for place in np.argsort(-(appeal[likely] + luck))][: 4 * stanzas]
    images = []
    for stanza in range(stanzas):
        own = chosen[stanza::stanzas][:3]
        images.append(tuple(dict.fromkeys([*subject[stanza % max(1, len(subject)) :][:2], *own])))
    bonus = 0.6 * tone + _SOLID * solid - 1.6 * table.worn
    # Every poem has words of its own that it likes, so that the poems of an album do not draw from the same well.
    bonus = bonus + WILFULNESS * seed.child("own words").rng().standard_normal(len(counts))
    bonus = np.where(table.content, bonus, 0.0) + _told(brief, table, seed.child("teller").rng())
    # What poems say too often elsewhere is what this one is about.
    leaning = np.where(nearness > _AT_HOME, np.maximum(table.leaning, _LEAST_LEANING), table.leaning)
    near = np.where(table.content, np.clip(nearness, 0, 1), 0.0)
    return Plan(subject=tuple(subject), images=tuple(images), bonus=bonus + leaning, nearness=near)


def _of_many_roots(ranked: np.ndarray, subject: Sequence[int], table: WordTable, count: int) -> list[int]:
    """The first words of a ranking, none of one root with another or with the subject, and no possessives."""
    chosen: list[int] = []
    taken = set(table.kin(subject).tolist())
    for word in map(int, ranked):
        if len(chosen) == count:
            break
        if word not in taken and "'" not in table.vocabulary.tokens[word]:
            chosen.append(word)
            taken.update(table.kin([word]).tolist())
    return chosen


def _told(brief: PoemBrief, table: WordTable, rng: np.random.Generator) -> np.ndarray:
    """What words cost that break the poem's cast or its tense, in nats."""
    cast = CASTS[int(rng.integers(len(CASTS)))]
    # A user's own first line chooses who speaks.
    named = [name for name, words in PERSONS.items() if set(words_of(brief.first_line)) & set(words.split())]
    cost = np.zeros(len(table.vocabulary))
    for name, words in PERSONS.items():
        if name not in (named or cast):
            cost[_numbers(words.split(), table)] = -3.5
    cost[_numbers(TENSES[int(rng.integers(2))], table)] -= 2.0
    return cost


def _numbers(words: Sequence[str], table: WordTable) -> list[int]:
    return [number for word in words if table.is_word[number := table.vocabulary.number(word)]]


def _axis(associations: Associations, high: Sequence[str], low: Sequence[str], table: WordTable) -> np.ndarray:
    """Where every word lies between two poles, about -1 to 1."""
    pole = associations.mean_of(_numbers(high, table)) - associations.mean_of(_numbers(low, table))
    length = float(np.linalg.norm(pole))
    return np.clip(2.8 * associations.near(pole / max(length, 1e-6)), -1, 1)


def form_for(brief: PoemBrief, seed: Seed) -> str:
    """The id of the form asked for by id or name, else of one that suits the song.

    Slow songs get long lines, quick ones short, songs that return to themselves refrain forms.
    """
    if brief.form:
        return form_named(brief.form)
    genre = world_of(brief.genre)
    choices: tuple[str, ...]
    if genre in ("ambient", "electronic", "chiptune"):
        choices = ("blank-verse", "triolet", "pantoum", "terza-rima", "quatrains-abba")
    elif genre in ("folk", "country", "blues", "reggae"):
        choices = ("ballad", "common-metre", "quatrains-abcb", "rondel")
    elif brief.arousal > 0.3:
        choices = ("quatrains-aabb", "quatrains-abab", "couplets", "rondel", "ballad")
    elif brief.valence < 0:
        choices = ("sonnet-shakespearean", "villanelle", "quatrains-abba", "blank-verse")
    else:
        choices = ("sonnet-petrarchan", "quatrains-abab", "terza-rima", "triolet")
    return choices[int(seed.child("form").rng().integers(len(choices)))]
