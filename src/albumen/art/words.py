"""Words that carry colour or feeling: a small lexicon, and colour wishes read out of a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

# fmt: off
COLOURS: dict[str, tuple[float, float, float]] = {
    "black": (0.16, 0.01, 280), "white": (0.97, 0.005, 90), "grey": (0.60, 0.01, 260), "gray": (0.60, 0.01, 260),
    "silver": (0.78, 0.012, 250), "red": (0.57, 0.21, 27), "crimson": (0.50, 0.20, 18), "scarlet": (0.60, 0.22, 30),
    "ruby": (0.48, 0.19, 14), "rust": (0.50, 0.13, 42), "maroon": (0.36, 0.12, 22), "pink": (0.78, 0.12, 355),
    "rose": (0.68, 0.15, 8), "coral": (0.72, 0.15, 32), "salmon": (0.75, 0.12, 35), "orange": (0.72, 0.17, 55),
    "amber": (0.77, 0.16, 75), "gold": (0.79, 0.15, 88), "golden": (0.79, 0.15, 88), "ochre": (0.66, 0.12, 78),
    "yellow": (0.88, 0.17, 100), "lemon": (0.92, 0.16, 106), "cream": (0.94, 0.04, 92), "ivory": (0.95, 0.025, 95),
    "sand": (0.84, 0.06, 85), "brown": (0.43, 0.08, 55), "umber": (0.38, 0.06, 60), "copper": (0.60, 0.12, 50),
    "green": (0.56, 0.15, 145), "olive": (0.55, 0.10, 112), "lime": (0.83, 0.20, 128), "mint": (0.87, 0.09, 165),
    "emerald": (0.58, 0.14, 160), "jade": (0.62, 0.11, 165), "teal": (0.53, 0.09, 195), "turquoise": (0.74, 0.12, 190),
    "cyan": (0.80, 0.12, 205), "aqua": (0.82, 0.11, 195), "blue": (0.52, 0.17, 258), "azure": (0.66, 0.15, 245),
    "navy": (0.28, 0.10, 262), "indigo": (0.38, 0.16, 280), "cobalt": (0.45, 0.18, 260), "violet": (0.50, 0.19, 300),
    "purple": (0.46, 0.18, 308), "lilac": (0.78, 0.10, 310), "lavender": (0.80, 0.08, 298),
    "magenta": (0.60, 0.24, 335), "plum": (0.40, 0.13, 325), "mauve": (0.68, 0.10, 320), "charcoal": (0.30, 0.01, 260),
}
# fmt: on
"""OKLCH (lightness, chroma, hue in degrees) of colour words."""

_LIGHTNESS = {"dark": -0.20, "deep": -0.14, "light": 0.16, "pale": 0.20, "bright": 0.08, "soft": 0.08, "dusty": 0.02}
_CHROMA = {"dark": 0.9, "deep": 1.1, "light": 0.7, "pale": 0.5, "bright": 1.3, "soft": 0.6, "dusty": 0.5}

_PEOPLE = frozenset(
    "woman women man men girl boy child mother father sister brother daughter son lady queen king bride widow lover friend "
    "sailor soldier dancer singer stranger beggar angel ghost saint poet face faces portrait eyes lips".split()
)

PLACES = {
    "background": "ground",
    "backdrop": "ground",
    "sky": "ground",
    "ground": "ground",
    "night": "ground",
    "eyes": "eyes",
    "eye": "eyes",
    "lips": "lips",
    "lip": "lips",
    "mouth": "lips",
    "hair": "hair",
    "dress": "dress",
    "coat": "dress",
    "shirt": "dress",
    "jacket": "dress",
    "skin": "face",
    "face": "face",
    "letters": "type",
    "title": "type",
    "type": "type",
}

# fmt: off
FEELINGS: dict[str, tuple[float, float]] = {
    "love": (0.8, 0.4), "joy": (0.9, 0.6), "happy": (0.9, 0.5), "sun": (0.8, 0.4), "summer": (0.8, 0.4),
    "spring": (0.7, 0.3), "dance": (0.7, 0.8), "dancing": (0.7, 0.8), "party": (0.7, 0.9), "light": (0.6, 0.1),
    "lights": (0.5, 0.2), "morning": (0.6, 0.0), "dawn": (0.6, 0.0), "gold": (0.6, 0.3), "golden": (0.6, 0.3),
    "home": (0.6, -0.3), "garden": (0.6, -0.3), "peace": (0.7, -0.7), "calm": (0.5, -0.8), "quiet": (0.3, -0.8),
    "still": (0.2, -0.7), "sleep": (0.2, -0.9), "dream": (0.4, -0.4), "dreams": (0.4, -0.4), "gentle": (0.5, -0.6),
    "tender": (0.6, -0.4), "slow": (0.0, -0.7), "soft": (0.4, -0.6), "snow": (0.1, -0.5), "winter": (-0.3, -0.4),
    "autumn": (-0.1, -0.3), "rain": (-0.3, -0.3), "fog": (-0.3, -0.5), "mist": (-0.1, -0.5), "grey": (-0.4, -0.4),
    "cold": (-0.5, -0.2), "night": (-0.2, -0.1), "midnight": (-0.2, 0.0), "dark": (-0.5, 0.0), "darkness": (-0.5, 0.0),
    "shadow": (-0.4, 0.0), "alone": (-0.6, -0.4), "lonely": (-0.7, -0.4), "sad": (-0.8, -0.4), "sorrow": (-0.8, -0.3),
    "tears": (-0.7, -0.1), "grief": (-0.9, -0.2), "loss": (-0.7, -0.2), "lost": (-0.5, -0.1), "farewell": (-0.5, -0.2),
    "goodbye": (-0.5, -0.1), "longing": (-0.3, 0.0), "memory": (-0.1, -0.4), "ghost": (-0.4, 0.1), "death": (-0.9, 0.1),
    "war": (-0.8, 0.8), "blood": (-0.6, 0.6), "fire": (0.0, 0.9), "burn": (-0.1, 0.8), "burning": (-0.1, 0.8),
    "storm": (-0.3, 0.9), "thunder": (-0.3, 0.9), "rage": (-0.8, 0.9), "anger": (-0.8, 0.9), "fear": (-0.8, 0.7),
    "scream": (-0.6, 1.0), "run": (0.1, 0.8), "wild": (0.2, 0.9), "electric": (0.4, 0.8), "neon": (0.3, 0.7),
    "city": (0.1, 0.5), "street": (0.0, 0.4), "machine": (-0.2, 0.6), "metal": (-0.2, 0.7), "speed": (0.3, 0.9),
    "sea": (0.2, -0.2), "ocean": (0.2, -0.1), "harbour": (0.2, -0.3), "harbor": (0.2, -0.3), "river": (0.3, -0.3),
    "water": (0.2, -0.4), "forest": (0.3, -0.4), "mountain": (0.3, -0.1), "desert": (0.0, 0.0), "stars": (0.4, -0.3),
    "moon": (0.2, -0.5), "sky": (0.5, -0.1), "bird": (0.5, 0.1), "birds": (0.5, 0.1), "flower": (0.7, 0.0),
    "rose": (0.5, 0.1), "hope": (0.8, 0.2), "free": (0.8, 0.5), "freedom": (0.8, 0.5), "victory": (0.9, 0.8),
    "melancholy": (-0.6, -0.4), "nostalgia": (-0.1, -0.4), "wonder": (0.7, 0.3),
}
# fmt: on
"""Valence and arousal (-1..1) of words that songs use."""

# fmt: off
HUES: dict[str, float] = {
    "sea": 235, "ocean": 240, "harbour": 230, "harbor": 230, "river": 225, "water": 225, "rain": 245, "sky": 240,
    "winter": 240, "snow": 235, "ice": 220, "night": 275, "midnight": 275, "moon": 270, "stars": 280, "dream": 300,
    "dreams": 300, "ghost": 285, "forest": 150, "garden": 140, "spring": 130, "leaf": 135, "grass": 130, "jungle": 150,
    "moss": 125, "sun": 85, "summer": 80, "gold": 88, "desert": 70, "sand": 80, "autumn": 55, "harvest": 75, "fire": 38,
    "burn": 38, "burning": 38, "blood": 22, "rust": 42, "rose": 8, "love": 5, "heart": 15, "wine": 10, "neon": 335,
    "city": 270, "electric": 300, "velvet": 345, "dawn": 40, "dusk": 330, "sunset": 45, "morning": 75, "evening": 320,
    "storm": 255, "smoke": 260, "copper": 50, "honey": 80, "lavender": 300,
}
# fmt: on
"""Hue in degrees (OKLCH) that a word brings."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?|[,;:.!?=\n]")
_BREAKS = frozenset(",;.!?\n")
_NOT = frozenset("not no without never neither nor avoid except isn't aren't don't won't mustn't shouldn't shan't".split())
# What may stand between a place and its colour: "lips are purple", "background: dark blue", "eyes should be green".
_LINKS = frozenset(": = is are be should shall must was were in of as to a an the very all".split()) | _NOT
# What may stand between a "no" and the colour that it forbids: "do not paint the sky blue", "no red or green".
_BETWEEN = frozenset(
    "a an the any some more much so too very use want have paint make it be to with in on of or nor my your his her as "
    "only".split()
)
_ENDS = _BREAKS | frozenset("and but or please with against on under before".split())
_DARK, _LIGHT = frozenset(("dark", "deep")), frozenset(("light", "pale", "bright"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourWish:
    """A colour asked for in words."""

    words: str
    lch: tuple[float, float, float]
    """OKLCH; a chroma and hue of -1 stand for any: only the lightness was named."""
    place: str
    """What it is for: `ground`, `eyes`, `lips`, `hair`, `dress`, `face`, `type`, or empty: anywhere."""

    @property
    def said(self) -> str:
        """The wish in words, for a person: "dark background"."""
        return f"{self.words} {_SAID.get(self.place, self.place)}".strip()


PLACES_ON_A_SITTER = ("ground", "dress", "face", "hair", "lips", "eyes")
"""Places of wishes that a portrait can show, broad ones first: painted in this order, lips are not lost in a painted face."""
_SAID = {"ground": "background", "type": "letters"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColoursHeard:
    """What a text says of colours: wishes in its order, colours that it forbids, and a sentence on each wish left out."""

    wishes: tuple[ColourWish, ...] = ()
    unwanted: tuple[ColourWish, ...] = ()
    dropped: tuple[str, ...] = ()


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    return [word.lower() for word in _WORD.findall(text)]


def colour_wishes(text: str) -> list[ColourWish]:
    """Colours that a text asks for, in its order; see `colours_heard`.

    >>> [(wish.words, wish.place) for wish in colour_wishes("blue eyes, purple lips, dark background")]
    [('blue', 'eyes'), ('purple', 'lips'), ('dark', 'ground')]
    """
    return list(colours_heard(text).wishes)


def colours_heard(text: str) -> ColoursHeard:
    """Colours that a text asks for and those that it forbids. The first wish for a place wins; those left out are told.

    >>> heard = colours_heard("lips are purple, a red background, a blue background, no green please")
    >>> [wish.said for wish in heard.wishes], [wish.said for wish in heard.unwanted]
    (['purple lips', 'red background'], ['green'])
    >>> heard.dropped
    ("'blue background' was left out: 'red background' was said first", "'green' was left out: it is not wanted")
    """
    tokens = [token.lower().replace("\u2019", "'") for token in _TOKEN.findall(text)]
    wishes: list[ColourWish] = []
    unwanted: list[ColourWish] = []
    dropped: list[str] = []
    for at in range(len(tokens)):
        wish, first, quarrel = _wish_at(tokens, at)
        if wish is None:
            continue
        if quarrel:
            dropped.append(f"'{quarrel}' was left out: '{wish.said}' was said first")
        if _is_forbidden(tokens, first):
            unwanted.append(wish)
            dropped.append(f"'{wish.said}' was left out: it is not wanted")
            continue
        earlier = next((other for other in wishes if wish.place and other.place == wish.place), None)
        if earlier is None:
            wishes.append(wish)
        elif earlier != wish:
            dropped.append(f"'{wish.said}' was left out: '{earlier.said}' was said first")
    # A colour that is forbidden in one breath and asked for in another is asked for.
    asked = {(wish.words, wish.place) for wish in wishes}
    refused = tuple(wish for wish in unwanted if (wish.words, wish.place) not in asked)
    return ColoursHeard(wishes=tuple(wishes), unwanted=refused, dropped=tuple(dict.fromkeys(dropped)))


def _wish_at(tokens: list[str], at: int) -> tuple[ColourWish | None, int, str]:
    """The wish whose last word stands at `at`, the place of its first word, and a word before it that contradicts it."""
    word, ahead = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
    first = at
    while first and tokens[first - 1] in _LIGHTNESS:
        first -= 1
    shades = tokens[first:at]
    if word in COLOURS and not (word == "rose" and ahead not in PLACES):
        light, chroma, hue = COLOURS[word]
        shade, quarrel = _settled(shades)
        light = min(0.97, max(0.10, light + _LIGHTNESS.get(shade, 0.0)))
        lch = (light, chroma * _CHROMA.get(shade, 1.0), hue)
        wish = ColourWish(words=f"{shade} {word}".strip(), lch=lch, place=_place_of(tokens, first, at))
        return wish, first, f"{quarrel} {word}" if quarrel else ""
    if word in ("dark", "light", "bright", "pale") and ahead not in _LIGHTNESS and ahead not in COLOURS:
        behind = PLACES.get(ahead) == "ground" and ahead not in ("night", "sky")
        against = tokens[max(0, first - 2) : first] == ["against", "the"]
        if behind or against or _place_before(tokens, first, at) == "ground":
            shade, quarrel = _settled([*shades, word])
            wish = ColourWish(words=shade, lch=(0.20 if shade in _DARK else 0.93, -1.0, -1.0), place="ground")
            return wish, first, f"{quarrel} background" if quarrel else ""
    return None, at, ""


def _settled(shades: list[str]) -> tuple[str, str]:
    """The shade that counts, and one that contradicts it: of "dark light" the first is kept, else the last."""
    if not shades:
        return "", ""
    for one, other in ((_DARK, _LIGHT), (_LIGHT, _DARK)):
        if shades[0] in one and (against := [shade for shade in shades if shade in other]):
            return shades[0], against[0]
    return shades[-1], ""


def _place_of(tokens: list[str], first: int, last: int) -> str:
    ahead = tokens[last + 1] if last + 1 < len(tokens) else ""
    return PLACES.get(ahead, "") or _place_before(tokens, first, last)


def _place_before(tokens: list[str], first: int, last: int) -> str:
    """The place that was named before its colour, as in "lips are purple"; empty where none was."""
    at = first
    while at and tokens[at - 1] in _LINKS:
        at -= 1
    between = tokens[at:first]
    ends = last + 1 == len(tokens) or tokens[last + 1] in _ENDS
    if not between or at == 0 or not (ends or {":", "="} & set(between)):
        return ""
    return PLACES.get(tokens[at - 1], "")


def _is_forbidden(tokens: list[str], first: int) -> bool:
    """Whether a "no" before the words that begin at `first` reaches them: through small words, not through a pause."""
    if tokens[max(0, first - 2) : first] in (["anything", "but"], ["everything", "but"], ["all", "but"]):
        return True
    for at in range(first - 1, max(-1, first - 9), -1):
        word = tokens[at]
        if word in _NOT:
            return tokens[at + 1] != "only"
        if not (word in _BETWEEN or word in PLACES or word in COLOURS or word in _LIGHTNESS):
            return False
    return False


# fmt: off
SUBJECTS: dict[str, str] = {
    word: subject
    for subject, words in (
        ("marine", "sea seas ocean harbour harbor ship ships boat boats sail sails sailor wave waves tide shore coast island "
                   "lighthouse"),
        ("landscape", "forest wood woods mountain mountains hill hills field fields meadow valley river desert tree trees road "
                      "country horizon prairie moor"),
        ("cityscape", "city cities town street streets avenue square bridge roofs rooftops tower towers downtown metro"),
        ("flower", "flower flowers garden gardens rose roses lily lilies tulip blossom blossoms petal petals bloom bouquet"),
        ("interior", "room rooms house kitchen door doors window windows attic parlour hall chair home"),
        ("still-life", "table bread wine apple apples pear cup bowl fruit bottle vase candle candles"),
    )
    for word in words.split()
}
# fmt: on
"""What a painted place shows where a word is said."""

POEM_SHARE = 0.25
"""What a word of the poems weighs beside one of theme and titles."""


def subject_of(text: str, poems: str = "") -> tuple[str, str]:
    """The kind of place that most words speak of and the first such word, both empty where none does. Poems count lightly."""
    marks: dict[str, float] = {}
    first: dict[str, str] = {}
    for words, share in ((words_of(text), 1.0), (words_of(poems), POEM_SHARE)):
        for word in words:
            if word in SUBJECTS:
                marks[SUBJECTS[word]] = marks.get(SUBJECTS[word], 0.0) + share
                first.setdefault(SUBJECTS[word], word)
    if not marks:
        return "", ""
    best = max(marks, key=lambda subject: marks[subject])
    return best, first[best]


def telling_words(text: str) -> str:
    """The words of a text that carry feeling, a hue or a place, each once, in the order of the alphabet."""
    return " ".join(sorted({word for word in words_of(text) if word in FEELINGS or word in HUES or word in SUBJECTS}))


def feeling_of(text: str) -> tuple[float, float, tuple[str, ...]]:
    """Mean valence and arousal (-1..1) of the words that carry any, and those words."""
    hits = [word for word in words_of(text) if word in FEELINGS]
    if not hits:
        return 0.0, 0.0, ()
    valence = sum(FEELINGS[word][0] for word in hits) / len(hits)
    arousal = sum(FEELINGS[word][1] for word in hits) / len(hits)
    return valence, arousal, tuple(dict.fromkeys(hits))


def names_somebody(text: str) -> bool:
    """Whether the words speak of a person or a face."""
    return any(word in _PEOPLE for word in re.findall(r"[a-z]+", text.lower()))
