"""Which poems may be learned from, and whose voice they have.

Rights first: only poems whose `rights` field is `dated` are used. Then decency: poems with slurs or the stage dialect
of minstrel shows are left out whole. What remains is tagged by voice, so that the default voice can be modern.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from albumen.models.verse.text import words_of

# Slurs are kept in rot13, so that nobody meets them by opening this file; they are matched as whole words.
SLURS = frozenset(
    codecs.decode(word, "rot13")
    for word in (
        "avttre avttref avttn avttnf avttl avttne avttnef qnexl qnexvrf qnexrl qnexrlf qnexvr cvpxnavaal cvpxnavaavrf "
        "cvpnavaal pbba pbbaf fnzob dhnqebba dhnqebbaf zhynggb zhynggbrf puvax puvaxf puvanzna puvanzra xvxr xvxrf furral "
        "furravrf ubggragbg ubggragbgf xnssve xnssvef fdhnj fdhnjf erqfxva erqfxvaf vawha vawhaf qntb qntbf jbc "
        "jrgonpx fcvp tbbx snttbg snttbgf qlxr genaal wncf avt avtf ovtobl zvfprtrangvba bpgbebba tbyyvjbt juvtvre"
    ).split()
)

# Words that make verse unfit to print beside a song; matched as whole words, in what is learned and what is written.
COARSE = frozenset(
    codecs.decode(word, "rot13")
    for word in (
        "shpx shpxf shpxrq shpxvat shpxre fuvg fuvgf fuvggl phag phagf pbpxfhpxre ovgpu ovgpurf juber juberf fyhg fyhgf "
        "nffubyr onfgneq onfgneqf gvgf cevpx cvff cvffrq encr encrq encvfg jnax jnaxre gjng cbea ovgpul qvpxurnq "
        "zbgureshpxre ohyyfuvg phz"
    ).split()
)

UNFIT = SLURS | COARSE
# Signs that people put in a letter's place, and what parts the letters of a word that is spelled out.
_MASK = re.compile(r"[*@$!%0-9]")
_SPELLED = re.compile(r"(?<![a-z])(?:[a-z][^a-z'’]{1,3}){2,}[a-z](?![a-z])")

# The spelling of minstrel verse; three different marks of it in one poem are enough.
MINSTREL = frozenset(
    "massa gwine dis dat dey dem dere den de ob wid yo honey-chile mah sah marse ebery nebber lawd chillun dar ole".split()
)
MINSTREL_SURE = frozenset("massa gwine marse ebery nebber ob chillun wid".split())

ARCHAIC = frozenset(
    "thee thou thy thine thyself ye hath doth dost hast art wert wilt shalt canst didst wouldst couldst shouldst 'tis "
    "'twas 'twere 'twould 'twill o'er e'er ne'er e'en 'mid 'neath 'gainst 'tween ere oft nay yea methinks thou'rt quoth "
    "whence hence thither hither whither wherefore betwixt anon behold lo alas prithee forsooth saith spake nigh doest "
    "whate'er where'er whene'er howe'er morn eve yon yonder aught naught heav'n ev'ry th' hadst mayst wherein whereof "
    "thereof unto amongst whilst sith eke beauteous plenteous bounteous bosom hark steed maiden maid damsel swain zephyr "
    # More that no modern lyric says, of the words the shipped models know.
    "ev'n fall'n giv'n heav'nly tis twas th er morrow morrow's eves midst athwart thence thenceforth henceforth heretofore "
    "forthwith thereon thereto thereupon whereupon fain perchance haply methought wont wonted yore twain apace aye adieu fie "
    "verily evermore oftentimes nigher asunder sunder betide beget begot beseech beseeching behest bade durst forsook beheld "
    "beholds sate gat gan hied hies hight oped prest drest blest unblest possest riven girt reck trow wis wist wend wends "
    "wending lave laves quaff quaffed chide chiding descry descried espy espied shew shews tarry tarried perforce swart sere "
    "hoar hoary viewless doleful woful dulcet doughty goodly blithe blithely sylvan vernal argent sable quod quire chuse "
    "chace connexion sovran lyre lyres lute bower bowers abode abodes bard bards minstrel minstrels minstrelsy minstrel's "
    "ditty damsels swains maidens maids steeds nymph nymphs knave knaves wench sirs sire sires liege vassal vassals yeoman "
    "brethren wight sprite sprites fay fays cherub courser coursers palfrey zephyrs tresses tress visage mien countenance "
    "garb diadem dower troth tryst thrall ire meed boon bourne climes lea mead meads rill rills dell sward wold fane mart "
    "wain rood nether pinion pinions marge clarion buckler pall bier brake brakes cometh knoweth lieth maketh goeth loveth "
    "giveth seemeth sitteth standeth passeth liveth looketh bringeth draweth falleth calleth holdeth singeth taketh knowest "
    "seest lovest comest goest sayest liest gavest givest mayest".split()
)
# Words that alone make a poem sound old; the rest of ARCHAIC only colours it.
ARCHAIC_SURE = frozenset(
    "thee thou thy thine thyself ye hath doth dost hast wert wilt shalt canst didst wouldst 'tis 'twas 'twere 'twould o'er "
    "e'er ne'er e'en methinks thou'rt quoth prithee forsooth saith spake 'neath 'gainst ere".split()
)


def is_unfit(text: str) -> bool:
    """True where a text holds a word of `UNFIT`, be it plain, joined over signs (`a.b.c`), spelled out or masked (`a*c`)."""
    plain = unicodedata.normalize("NFKC", text).lower()
    chunks = plain.split() + ["".join(spelled.split()) for spelled in _SPELLED.findall(plain)]
    return bool(set(words_of(plain)) & UNFIT) or any(_hides_unfit(chunk) for chunk in chunks)


def _hides_unfit(chunk: str) -> bool:
    """True for a run of signs whose letters make a word of `UNFIT`; an apostrophe parts words, as in `she'll`."""
    for part in re.split(r"['’]", chunk):
        shape = "".join(sign if "a" <= sign <= "z" else "[a-z]?" if _MASK.match(sign) else "" for sign in part)
        letters = shape.replace("[a-z]?", "")
        if letters in UNFIT or (len(letters) > 1 and any(re.fullmatch(shape, word) for word in UNFIT)):
            return True
    return False


def may_be_learned(poem: Mapping[str, Any], words: Collection[str]) -> bool:
    """True where a poem is `dated`, decent, in modern spelling and mostly in known words."""
    if poem.get("rights") != "dated" or poem.get("old_spelling") or float(poem.get("oov") or 0.0) > 0.12:
        return False
    present = set(words)
    return not (present & SLURS or is_minstrel(present))


def is_minstrel(words: Collection[str]) -> bool:
    """True where the spelling is that of minstrel shows and their imitators."""
    present = set(words)
    return len(present & MINSTREL_SURE) >= 1 and len(present & MINSTREL) >= 3


def voice_of(born: int | None, words: Collection[str]) -> str:
    """`old` where the diction is archaic, `new` for authors born from 1850 on, `mid` for those between."""
    if set(words) & ARCHAIC_SURE:
        return "old"
    return "new" if born is not None and born >= 1850 else "mid"
