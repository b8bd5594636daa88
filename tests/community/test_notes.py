"""Remarks on ids: what need not be looked at is told apart by its letters."""

import re
import unicodedata

from helpers.community import notes


def test_letters_that_are_passed_over_have_no_double() -> None:
    letters = [chr(code) for code in range(0x3000)]
    passed = [letter for letter in letters if not re.search(notes.UNLIKE, letter)]
    assert set("abcxyz0189 -_.:@#") <= set(passed)
    assert all(letter.lower() == letter == unicodedata.normalize("NFKC", letter) for letter in passed)
    assert not re.search(f"[{notes.INVISIBLE}]", "".join(passed))
    assert not any(re.search(notes.UNLIKE, letter) is None for letter in "Aß\u0301\u00ad\u200b中")
