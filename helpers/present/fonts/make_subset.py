"""Make the Chinese font that ships with the package: a subset of Noto Sans CJK SC under a name of its own.

    python -m helpers.present.fonts.make_subset /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

Needed only when a catalogue uses a character that the font lacks; needs fontTools, which nothing else does.
The licence (OFL.txt) lets a changed version go round if it bears another name than the reserved one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from helpers.present.language import LOCALE
from helpers.present.theme import FONT

FAMILY = "Workbook Sans SC"
_STYLE = "Regular"
_DROPPED = ["GPOS", "GSUB", "BASE", "VORG", "vhea", "vmtx", "DSIG", "GDEF"]


def level_one() -> set[str]:
    """Give the 3,755 most common characters: GB2312 level 1, rows 16 to 55.

    Examples
    --------
    >>> len(level_one())
    3755

    Taught in: all
    """
    found = set()
    for row in range(16, 56):
        for cell in range(1, 95):
            try:
                found.add(bytes([0xA0 + row, 0xA0 + cell]).decode("gb2312"))
            except UnicodeDecodeError:  # the five empty places at the end of row 55
                continue
    return found


def symbols() -> set[str]:
    """Give Chinese punctuation and full-width forms.

    Taught in: all
    """
    codes = [*range(0x3000, 0x3020), *range(0xFF01, 0xFF5F), 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026]
    return {chr(code) for code in codes} | {"·", "￥", "×"}


def catalogue_characters() -> set[str]:
    """Give every Chinese character that the catalogues use.

    Taught in: all
    """
    text = "".join(path.read_text(encoding="utf-8") for path in LOCALE.glob("*/*.po"))
    return {character for character in text if "\u2e80" <= character <= "\uffef"}


def _rename(font: Any) -> None:
    names = font["name"]
    licence, address, owner = (names.getDebugName(number) for number in (13, 14, 0))
    names.names = []
    for number, text in {
        0: owner,
        1: FAMILY,
        2: _STYLE,
        3: f"{FAMILY} {_STYLE}; subset",
        4: FAMILY,
        5: "Version 1.0",
        6: f"{FAMILY.replace(' ', '')}-{_STYLE}",
        13: licence,
        14: address,
    }.items():
        names.setName(text, number, 3, 1, 0x409)
    compact = font["CFF "].cff
    compact.fontNames[0] = f"{FAMILY.replace(' ', '')}-{_STYLE}"
    top = compact.topDictIndex[0]
    top.FullName, top.FamilyName = FAMILY, FAMILY


def make(source: Path, target: Path = FONT) -> int:
    """Write the subset and give its size in bytes.

    Parameters
    ----------
    source : Path
        `NotoSansCJK-Regular.ttc` as Debian's fonts-noto-cjk or the Noto project gives it.
    target : Path
        The font of the package by default.

    Raises
    ------
    ValueError
        When the collection holds no simplified Chinese face.

    Taught in: all
    """
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    faces = TTCollection(source, lazy=True).fonts
    font = next((face for face in faces if face["name"].getDebugName(1) == "Noto Sans CJK SC"), None)
    if font is None:
        raise ValueError(f"{source}: no face named Noto Sans CJK SC. Take NotoSansCJK-Regular.ttc.")
    options = subset.Options(
        hinting=False, desubroutinize=False, layout_features=[], name_IDs=["*"], notdef_outline=True
    )
    options.drop_tables += _DROPPED
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(level_one() | symbols() | catalogue_characters() | {" "}))
    cutter.subset(font)
    _rename(font)
    font["head"].modified = font["head"].created  # so that two runs write the same bytes
    font.recalcTimestamp = False
    font.save(target)
    return target.stat().st_size


if __name__ == "__main__":
    make(Path(sys.argv[1]))
