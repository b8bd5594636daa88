"""Privacy: ids behind a keyed hash, personal data found in texts and column names, and masked display."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from helpers.community import disk
from helpers.community.errors import SettingsError
from helpers.community.errors import mark as _

KEY_FILE = "community.key"
KEY_VARIABLE = "COMMUNITY_KEY"

_PATTERNS = {
    "resident id": (
        r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"  # region and birthday
        r"\d{3}[\dXx](?![\dXx])"
    ),
    "e-mail": r"(?<![\w.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63})+",
    "mobile number": r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)",
    "bank card": r"(?<!\d)[1-9]\d{3}(?:[ -]?\d{4}){2,3}[ -]?\d{0,7}(?!\d)",
    "WeChat id": (
        r"(?i)(?:微信号?|weixin|wechat|wx|vx|加[vV])\s*(?:id)?\s*[:：是为]?\s*"
        r"([a-z][-_a-z0-9]{5,19})(?![-_a-z0-9])"
    ),
}
_NAMES = {
    "mobile number": r"(?i)phone|mobile|\btel\b|手机|电话",
    "e-mail": r"(?i)e-?mail|邮箱",
    "resident id": r"(?i)id_?card|national_?id|身份证",
    "WeChat id": r"(?i)wechat|weixin|wx_?id|openid|unionid|微信",
    "name": r"(?i)^(real|full|first|last)_?name$|姓名|真实姓名",
    "address": r"(?i)address|地址|住址",
    "bank card": r"(?i)bank_?(card|account)|银行卡",
}
_COVERED = re.compile(
    # What only looks like it comes first and stays: pictures, pseudonyms, hashes, long fractions.
    r"base64,[A-Za-z0-9+/=\s]*|\bm[0-9a-f]{12}(?:[0-9a-f]{16})?\b|\b[0-9a-f]{32,128}\b|(?<!\d)\d{1,3}\.\d{7,}"
    rf"|(?P<resident>{_PATTERNS['resident id']})|(?P<mail>{_PATTERNS['e-mail']})"
    rf"|(?P<mobile>{_PATTERNS['mobile number']})"
)
_DAY = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_FOUND = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}


def is_resident_id(text: str) -> bool:
    """Check the last digit of an 18-digit resident id (GB 11643-1999, ISO 7064 MOD 11-2).

    Examples
    --------
    >>> is_resident_id("11010519491231002X"), is_resident_id("110105194912310021")
    (True, False)
    """
    if not re.fullmatch(r"\d{17}[\dXx]", text):
        return False
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(text[:17]))
    return "10X98765432"[total % 11] == text[17].upper()


def is_card(text: str) -> bool:
    """Check the last digit of a bank card number (Luhn, ISO/IEC 7812-1).

    Examples
    --------
    >>> is_card("4111 1111 1111 1111"), is_card("4111 1111 1111 1112")
    (True, False)
    """
    digits = [int(letter) for letter in text if letter.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _holds(kind: str, text: str) -> bool:
    if kind == "resident id":
        return is_resident_id(text)
    return is_card(text) if kind == "bank card" else True


def mask(texts: pd.Series) -> pd.Series:
    """Replace personal data in texts by a word in brackets that says what was there.

    Parameters
    ----------
    texts : pandas.Series
        Free text, for example comments of a survey.

    Returns
    -------
    pandas.Series
        The same texts with ``[mobile number]``, ``[e-mail]``, ``[resident id]``, ``[bank card]`` and
        ``[WeChat id]`` in place of what was found.

    Examples
    --------
    >>> mask(pd.Series(["call 13812345678", "加微信: tea_lover88"])).tolist()
    ['call [mobile number]', '加[WeChat id]']

    Taught in: 02 Positioning
    """

    def cover(text: object) -> object:
        if not isinstance(text, str):
            return text
        for kind, pattern in _FOUND.items():
            for hit in {found[0] for found in pattern.finditer(text)}:
                text = text.replace(hit, f"[{kind}]") if _holds(kind, hit) else text
        return text

    return texts.map(cover)


def cover(text: str) -> str:
    """Replace personal data in a finished text, such as a page or a message, and nothing else in it.

    Parameters
    ----------
    text : str
        A sentence, a printed table or HTML.

    Returns
    -------
    str
        The text with a word in brackets in place of mobile numbers, e-mail addresses and resident ids.
        Pseudonyms, hashes, long fractions and embedded pictures stay, whatever digits they hold.

    Examples
    --------
    >>> cover("row 3: 13812345678 and m138123456789")
    'row 3: [mobile number] and m138123456789'

    Taught in: all
    """

    def told(found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind is None:
            return found[0]
        if kind == "resident":
            return "[resident id]" if is_resident_id(found[0]) else found[0]
        return "[e-mail]" if kind == "mail" else "[mobile number]"

    return _COVERED.sub(told, text)


def covered(sql: str) -> str:
    """Return SQL that puts a word in brackets in place of personal data in a text.

    Examples
    --------
    >>> covered("s.title").count("regexp_replace")
    4
    """
    pieces = (
        (r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{2,63})+", "[e-mail]"),
        (
            r"(^|[^0-9])[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]",
            r"\1[resident id]",
        ),
        *((r"(^|[^0-9])(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}([^0-9]|$)", r"\1[mobile number]\3"),) * 2,
    )
    for shape, word in pieces:  # numbers side by side share the letter between them: hence the last twice
        sql = f"regexp_replace({sql}, '{shape}', '{word}', 'g')"
    return sql


def outline(value: object) -> str:
    """Tell the form of a value without the value: letters become ``a``, digits ``0``.

    Examples
    --------
    >>> outline("13812345678"), outline("小张 (x9)"), outline("2026-02-30")
    ('00000000000', '文文 (a0)', '2026-02-30')
    """
    text = str(value)[:40]
    if _DAY.fullmatch(text):
        return text  # a day is nobody's
    return "".join(
        "0" if one.isdigit() else "a" if one.isascii() and one.isalpha() else one if one.isascii() else "文"
        for one in text
    )


def scan(frame: pd.DataFrame) -> pd.DataFrame:
    """Look for personal data in the column names and texts of a frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any rows; a sample of a large table will do.

    Returns
    -------
    pandas.DataFrame
        ``column``, ``kind`` (mobile number, e-mail, resident id, WeChat id, bank card, name, address),
        ``found_in`` ("name" or "text") and ``rows`` (texts that hold one). Never the data itself.

    Examples
    --------
    >>> scan(pd.DataFrame({"comment": ["mail me: a@b.cn", "fine"]}))
        column    kind found_in  rows
    0  comment  e-mail     text     1

    Taught in: 02 Positioning
    """
    rows: list[tuple[str, str, str, int]] = []
    for name in frame.columns:
        rows += [
            (str(name), kind, "name", len(frame))
            for kind, shape in _NAMES.items()
            if re.search(shape, str(name))
        ]
        texts = (
            frame[name].dropna().astype(str)
            if not pd.api.types.is_numeric_dtype(frame[name])
            else pd.Series(dtype=str)
        )
        for kind, pattern in _FOUND.items():
            hits = sum(any(_holds(kind, hit[0]) for hit in pattern.finditer(text)) for text in texts)
            if hits:
                rows.append((str(name), kind, "text", hits))
    return pd.DataFrame(rows, columns=["column", "kind", "found_in", "rows"])


def key_for(folder: Path | None) -> bytes:
    """Return the secret key of a community, made on first use.

    Parameters
    ----------
    folder : pathlib.Path or None
        Folder with `community.yml`; the key lies beside it in `community.key`, readable by its owner
        only. The environment variable ``COMMUNITY_KEY`` wins.

    Returns
    -------
    bytes
        The key. It never goes into a report.

    Raises
    ------
    SettingsError
        When there is no key and none can be written.
    """
    given = os.environ.get(KEY_VARIABLE)
    if given:
        return given.encode("utf-8")
    if folder is None:
        text = _("Pseudonyms of frames need a key: set the environment variable {variable}.")
        raise SettingsError(text, variable=KEY_VARIABLE)
    path = folder / KEY_FILE
    if not path.exists():
        try:
            disk.create(path, secrets.token_hex(32) + "\n")
        except OSError as error:
            text = _(
                "{file} cannot be written into {folder}. Set the environment variable {variable}, or "
                "privacy.pseudonyms: false in community.yml."
            )
            if disk.is_full(error):
                text = _(
                    "The disk is full. {file} cannot be written into {folder}. Set the environment variable "
                    "{variable}, or privacy.pseudonyms: false in community.yml."
                )
            raise SettingsError(text, file=KEY_FILE, folder=folder.name, variable=KEY_VARIABLE) from None
    key, tries = path.read_text(encoding="utf-8").strip(), 20
    while not key and (tries := tries - 1):  # another run may be writing it at this moment
        time.sleep(0.05)
        key = path.read_text(encoding="utf-8").strip()
    if not key:
        raise SettingsError(_("{file} is empty. Remove it, and a new key is made."), file=KEY_FILE)
    return key.encode("utf-8")


def pseudonymise(ids: Iterable[str], key: bytes) -> list[str]:
    """Replace ids by a keyed hash: the same id and key always give the same pseudonym.

    Parameters
    ----------
    ids : iterable of str
        Distinct ids.
    key : bytes
        Secret key of the community.

    Returns
    -------
    list of str
        ``m`` and 12 hexadecimal digits each (16 more for ids whose pseudonyms would be equal). The
        letter in front keeps spreadsheets from reading a pseudonym as a number.

    Examples
    --------
    >>> pseudonymise(["a"], b"secret") == pseudonymise(["a"], b"secret")
    True
    >>> pseudonymise(["a"], b"secret") == pseudonymise(["a"], b"other")
    False

    Notes
    -----
    BLAKE2b with a key (RFC 7693). Whoever has the key can test whether an id is in the report, so keep
    it out of what is handed on.

    Taught in: 02 Positioning
    """
    secret = hashlib.blake2b(key, digest_size=32).digest()
    digests = [hashlib.blake2b(one.encode("utf-8"), key=secret, digest_size=14).hexdigest() for one in ids]
    return shorten(digests)


def shorten(digests: Sequence[str]) -> list[str]:
    """Cut digests to twelve digits, except where two would become equal.

    Examples
    --------
    >>> shorten(["0123456789abcdef", "fedcba9876543210"])
    ['m0123456789ab', 'mfedcba987654']
    """
    short = pd.Series([digest[:12] for digest in digests], dtype=str)
    clash = short.duplicated(keep=False)
    return [f"m{digest if twice else cut}" for digest, cut, twice in zip(digests, short, clash, strict=True)]
