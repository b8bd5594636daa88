from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from helpers.present.fonts import make_subset
from helpers.present.theme import FONT


@pytest.fixture(scope="module")
def font() -> TTFont:
    return TTFont(FONT)


def test_family_bears_a_name_of_its_own(font: TTFont) -> None:
    names = {str(record) for record in font["name"].names if record.nameID in (1, 3, 4, 6, 16)}
    assert font["name"].getDebugName(1) == make_subset.FAMILY
    assert not any(reserved in name for name in names for reserved in ("Noto", "Source"))


def test_licence_lies_beside_the_font_and_inside_it(font: TTFont) -> None:
    text = (FONT.parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Adobe" in text
    assert "SIL Open Font License" in font["name"].getDebugName(13)


def test_covers_the_common_characters_and_all_catalogues(font: TTFont) -> None:
    wanted = make_subset.level_one() | make_subset.symbols() | make_subset.catalogue_characters()
    missing = sorted(c for c in wanted if ord(c) not in font.getBestCmap())
    assert not missing, f"run python -m helpers.present.fonts.make_subset; lacking {''.join(missing)}"


def test_is_small_enough_to_ship() -> None:
    assert FONT.stat().st_size < 1_000_000


def test_script_refuses_a_collection_without_the_chinese_face(tmp_path: Path) -> None:
    from fontTools.ttLib import TTCollection

    collection = TTCollection()
    collection.fonts = [TTFont(FONT)]
    collection.save(tmp_path / "other.ttc")
    with pytest.raises(ValueError, match="no face named Noto Sans CJK SC"):
        make_subset.make(tmp_path / "other.ttc", tmp_path / "out.otf")


def test_script_makes_the_same_font_again(tmp_path: Path) -> None:
    source = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
    if not source.exists():
        pytest.skip("the Noto Sans CJK collection is not installed")
    make_subset.make(source, tmp_path / "one.otf")
    assert TTFont(tmp_path / "one.otf").getBestCmap().keys() == TTFont(FONT).getBestCmap().keys()
