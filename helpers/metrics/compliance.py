"""Go through the posts for what lawyers ask first: disclosure, claims, personal data, copies."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from helpers.community import Community
from helpers.community.privacy import mask
from helpers.metrics.content import author_sql
from helpers.metrics.intervals import wilson

DISCLOSURE = r"广告|赞助|推广|合作|\bads?\b|\badvert|\bsponsor|\bpaid partnership|\bin cooperation with"
SUPERLATIVE = (
    r"国家级|最高级|最佳|最好的|全国第一|世界第一|销量第一|顶级"
    r"|\bthe (?:very )?best\b|\bnumber one\b|\bno\. ?1\b|\bworld'?s (?:best|first)\b"
)
HEALING = (
    r"治疗|治愈|根治|疗效|防癌|抗癌|降血压|降血糖|降血脂|预防疾病"
    r"|\bcures?\b|\bheals?\b|\btreats? (?:disease|illness)|\bprevents? (?:disease|illness|cancer)"
    r"|\blowers? (?:blood|your blood)"
)
RULES = pd.DataFrame(
    [
        ("disclosure", "Advertising Law of the PRC, art. 14", "sponsored posts"),
        ("superlative", "Advertising Law of the PRC, art. 9", "posts of the brand and sponsored posts"),
        ("healing", "Advertising Law of the PRC, art. 17", "posts of the brand and sponsored posts"),
        ("personal data", "PIPL, art. 13; GDPR, art. 6", "posts with text"),
        ("copies", "Copyright Law of the PRC, art. 10", "posts of 20 letters or more"),
    ],
    columns=["rule", "source", "applies_to"],
)


LONG = 20  # letters from which the same words are hardly said twice by themselves


def _plain(text: pd.Series) -> pd.Series:
    return text.str.lower().str.replace(r"[\W\d_]+", "", regex=True)


def flags(community: Community, *, copies: Iterable[str] | None = None) -> pd.DataFrame:
    """Flag the posts that somebody has to look at, rule by rule.

    Parameters
    ----------
    community : Community
        The community.
    copies : iterable of str, optional
        Ids of posts known to repeat an earlier one, such as from an index of similarity; by default the
        posts whose text equals, up to case, digits and punctuation, an earlier post of somebody else (the
        brand's people count as one).

    Returns
    -------
    DataFrame
        ``content_id``, ``author``, ``rule``, ``broken`` (true or false), one row for each post and rule that
        applies to it.

    Raises
    ------
    TableMissing
        When the contents have no text.

    Notes
    -----
    A list of words finds what is written plainly and misses what is hinted at; it also flags a sentence
    such as "tea does not cure anything". It sorts the pile for a person, and decides nothing.

    Taught in: 03 Content
    """
    community.require("contents", "text")
    table = community.query(f"""
select
    contents.content_id, contents.author_id, contents.is_sponsored, {author_sql()} as author,
    concat(coalesce(contents.title, ''), ' ', coalesce(contents.text, '')) as words, contents.text
from contents
left join members as authors on authors.member_id = contents.author_id
where coalesce(contents.purpose, 'post') <> 'notice'
order by contents.published_at, contents.content_id""")
    said = table["words"].astype(str)
    sponsored = table["is_sponsored"].fillna(False).astype(bool)
    selling = sponsored | table["author"].eq("brand")
    with_text = table["text"].notna() & table["text"].astype(str).str.strip().ne("")
    plain = _plain(table["text"].fillna("").astype(str))
    if copies is None:
        owner = table["author_id"].where(table["author"] != "brand", "brand")
        first = plain.map(table.assign(plain=plain, owner=owner).groupby("plain")["owner"].first())
        copied = plain.duplicated() & plain.ne("") & first.ne(owner)
    else:
        copied = table["content_id"].isin(set(copies))
    found = {
        "disclosure": (sponsored, ~said.str.contains(DISCLOSURE, flags=re.I)),
        "superlative": (selling, said.str.contains(SUPERLATIVE, flags=re.I)),
        "healing": (selling, said.str.contains(HEALING, flags=re.I)),
        "personal data": (with_text, mask(said) != said),
        "copies": (with_text & plain.str.len().ge(LONG), copied),
    }
    parts = [
        table.loc[applies, ["content_id", "author"]].assign(rule=rule, broken=broken[applies].astype(bool))
        for rule, (applies, broken) in found.items()
    ]
    return community.describe(
        pd.concat(parts, ignore_index=True), "posts to look at", population="posts", period="whole history"
    )


def checklist(table: pd.DataFrame, *, examples: int = 3) -> pd.DataFrame:
    """Sum the flags up to a list that can be signed off.

    Parameters
    ----------
    table : DataFrame
        From :func:`flags`.
    examples : int, default 3
        Ids named for each rule, the latest posts first.

    Returns
    -------
    DataFrame
        One row a rule: ``rule``, ``source`` (where it stands), ``applies_to``, ``n`` (posts it applies to),
        ``count`` (flagged), ``estimate``, ``low``, ``high``, ``examples`` (ids), ``small``.

    Taught in: 03 Content
    """
    sums = table.groupby("rule")["broken"].agg(n="size", count="sum").reindex(RULES["rule"], fill_value=0)
    result = RULES.assign(n=sums["n"].to_numpy(int), count=sums["count"].to_numpy(int))
    low, high = wilson(result["count"], result["n"])
    ids = (
        table[table["broken"]]
        .groupby("rule")["content_id"]
        .agg(lambda found: ", ".join(found.astype(str).iloc[::-1][:examples]))
    )
    result = result.assign(
        estimate=result["count"] / result["n"].where(result["n"] > 0),
        low=low,
        high=high,
        examples=result["rule"].map(ids).fillna(""),
        small=result["n"] < 30,
    )
    result.attrs["about"] = table.attrs.get("about", {}) | {"metric": "checks of posts"}
    return result
