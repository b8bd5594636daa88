"""What the law asks of those who keep personal data, by article: the duties a check of the data touches."""

from __future__ import annotations

import re

import pandas as pd

# Personal Information Protection Law of the People's Republic of China (in force since 2021-11-01) and
# Regulation (EU) 2016/679 (General Data Protection Regulation, applied since 2018-05-25).
CHECKS = {
    "personal data in texts": ("art. 6, 51", "art. 5(1)(c), 32"),
    "contact data in columns": ("art. 6, 17", "art. 5(1)(c), 13"),
    "sensitive columns": ("art. 28, 29, 30, 55", "art. 9, 35"),
    "minors": ("art. 28, 31", "art. 8"),
    "consent missing": ("art. 13, 14", "art. 6, 7(1)"),
    "data before consent": ("art. 13, 14, 17", "art. 6, 7, 13"),
    "small cells": ("art. 51, 73", "art. 25, 32"),
    "kept too long": ("art. 19, 47", "art. 5(1)(e), 17"),
    "ids in the clear": ("art. 51, 73", "art. 4(5), 25, 32"),
}
_DUTIES = (
    ("notice", "art. 17", "art. 13, 14"),
    ("withdrawing consent", "art. 15, 16", "art. 7(3)"),
    ("access, correction, deletion", "art. 44, 45, 46, 47, 50", "art. 12, 15, 16, 17"),
    ("marketing by profile", "art. 24", "art. 21, 22"),
    ("service providers", "art. 21", "art. 28"),
    ("passing data on", "art. 23", "art. 6, 13, 14"),
    ("data leaving the country", "art. 38, 39, 40", "art. 44, 45, 46, 49"),
    ("impact assessment", "art. 55, 56", "art. 35"),
    ("record of processing", "art. 51, 54", "art. 30"),
    ("breach", "art. 57", "art. 33, 34"),
)

# Categories that either law protects most, as they appear in the names of columns. PIPL art. 28 names
# biometrics, religious belief, specific identity, medical health, financial accounts and whereabouts; GDPR
# art. 9 also ethnic origin, political opinions, trade unions, genetic data, sex life and orientation.
_WORDS = {
    "health": "health|medical|disease|illness|diagnos|allerg|pregnan|disab|病|医疗|健康状况|过敏|怀孕|残疾",
    "religion": "religio|faith|宗教|信仰",
    "ethnic origin": r"ethnic|\brace\b|民族|种族",
    "political opinion": "politic|政治",
    "trade union": "trade_?union|工会",
    "biometrics": "biometr|fingerprint|face_?(id|print|image|data)|voice_?print|指纹|人脸|声纹",
    "sex life or orientation": "sexual|orientation|性取向",
    "financial account": "bank|iban|account_?(no|number)|credit_?card|salary|银行|账户号|账号|工资",
    "whereabouts": r"\bgps\b|latitude|longitude|\bl(at|on|ng)\b|geo_?loc|经度|纬度|定位|行踪",
    "genetic data": r"genetic|\bdna\b|基因",
}
SENSITIVE = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}


def duties() -> pd.DataFrame:
    """List the duties that no look at the data can show to be met.

    Returns
    -------
    pandas.DataFrame
        ``duty``, ``pipl`` and ``gdpr`` (articles).

    Notes
    -----
    A list to ask a lawyer with, and no legal advice.

    Examples
    --------
    >>> duties()["duty"].iloc[0]
    'notice'

    Taught in: 08 Outlook
    """
    return pd.DataFrame(_DUTIES, columns=["duty", "pipl", "gdpr"])
