"""Look through the loaded community for what the law on personal data asks about, and name the articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.community.contract import TABLES
from helpers.community.engine import identifier
from helpers.community.privacy import scan
from helpers.models.privacy_rules import CHECKS, SENSITIVE

if TYPE_CHECKING:
    from helpers.community import Community

SCANNED = 20_000  # rows of each table whose texts are read
QUASI = ("gender", "age_band", "region", "city_tier")
HIGH = ("sensitive columns", "minors", "consent missing", "ids in the clear", "contact data in columns")
_AGE = re.compile(r"(?<!\d)(\d{1,3})(?!\d)")


def check(community: Community, *, smallest: int = 10, keep_days: int = 365) -> pd.DataFrame:
    """Run every check on the loaded tables.

    Parameters
    ----------
    community : Community
        The opened community.
    smallest : int, default 10
        Members from which a cell of a table may be shown.
    keep_days : int, days, default 365
        How long records of somebody who left may be kept: a setting, for the laws name no number.

    Returns
    -------
    pandas.DataFrame
        ``check``, ``table``, ``column``, ``kind`` (what was found), ``count``, ``n`` (rows or members looked
        at), ``estimate`` (count / n), ``state`` (found, clean, cannot tell), ``severity`` (high, medium, or
        empty), ``pipl`` and ``gdpr`` (the articles touched). One row a finding; a check that found nothing
        has one row.

    Notes
    -----
    No legal advice. A clean row says that these patterns were not seen in these rows. Staff, bots and
    customers who never joined are not among the members. Never holds the data itself.

    Examples
    --------
    >>> from helpers.community import Community
    >>> members = pd.DataFrame({"member_id": ["a", "b"], "joined_at": "2026-01-01", "phone": "-"})
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": "like", "occurred_at": "2026-02-01"})
    >>> found = check(Community.open({"members": members, "events": events}))
    >>> found.loc[found["state"] == "found", "check"].tolist()
    ['contact data in columns', 'consent missing', 'ids in the clear']

    Taught in: 08 Outlook
    """
    rows = [
        *_texts(community),
        *_columns(community),
        *_minors(community),
        *_consent(community),
        *_cells(community, smallest),
        *_old(community, keep_days),
        *_ids(community),
    ]
    columns = ["check", "table", "column", "kind", "count", "n", "state"]
    table = pd.DataFrame(rows, columns=columns)
    seen = set(table["check"])
    clean = [(name, "", "", "", 0, 0, "clean") for name in CHECKS if name not in seen]
    table = pd.concat([table, pd.DataFrame(clean, columns=columns)], ignore_index=True)
    table["place"] = table["check"].map(list(CHECKS).index)
    table = table.sort_values(["place", "count"], ascending=[True, False], kind="stable", ignore_index=True)
    table["estimate"] = table["count"] / table["n"].where(table["n"] > 0)
    found = table["state"] == "found"
    table["severity"] = table["check"].isin(HIGH).map({True: "high", False: "medium"}).where(found, "")
    table["pipl"] = table["check"].map(lambda name: CHECKS[name][0])
    table["gdpr"] = table["check"].map(lambda name: CHECKS[name][1])
    order = [*columns[:6], "estimate", "state", "severity", "pipl", "gdpr"]
    return community.describe(
        table[order],
        "privacy check",
        population="rows of the loaded tables",
        smallest=smallest,
        keep_days=keep_days,
        scanned=SCANNED,
        n=len(table),
    )


Row = tuple[str, str, str, str, int, int, str]


def _further(community: Community, table: str) -> list[str]:
    # Columns that came in beside those of the contract.
    known = {column.name for column in TABLES[table].columns} | {"day", "joined_day", "left_day", "net"}
    known |= {"is_purchase", "starts_day", "ends_day"}
    return [name for name in community.query(f"select * from {table} limit 0").columns if name not in known]


def _texts(community: Community) -> Iterable[Row]:
    looked = False
    for table, spec in TABLES.items():
        if not community.has(table):
            continue
        texts = [c.name for c in spec.columns if c.kind == "text" and community.has(table, c.name)]
        columns = texts + (_further(community, table) if table != "members" else [])
        if not columns:
            continue
        looked = True
        listed = ", ".join(identifier(name) for name in columns)
        sample = community.query(f"select {listed} from {table} limit {SCANNED}")
        hits = scan(sample)
        for hit in hits[hits["found_in"] == "text"].itertuples():
            n = int(sample[hit.column].notna().sum())
            yield "personal data in texts", table, hit.column, hit.kind, int(hit.rows), n, "found"
    if not looked:
        yield "personal data in texts", "contents", "text", "", 0, 0, "cannot tell"


def _columns(community: Community) -> Iterable[Row]:
    for table in TABLES:
        if not community.has(table):
            continue
        further = _further(community, table)
        if not further:
            continue
        listed = ", ".join(identifier(name) for name in further)
        sample = community.query(f"select {listed} from {table} limit {SCANNED}")
        known = scan(sample if table == "members" else sample.head(0))
        for hit in known.drop_duplicates(["column", "kind"]).itertuples():
            count = int(hit.rows) if hit.found_in == "text" else int(sample[hit.column].notna().sum())
            yield "contact data in columns", table, hit.column, hit.kind, count, len(sample), "found"
        for name in further:
            for kind, shape in SENSITIVE.items():
                if shape.search(name):
                    count = int(sample[name].notna().sum())
                    yield "sensitive columns", table, name, kind, count, len(sample), "found"


def _minors(community: Community) -> Iterable[Row]:
    if not community.has("members", "age_band"):
        yield "minors", "members", "age_band", "", 0, 0, "cannot tell"
        return
    bands = community.query(
        "select age_band, count(*) as n from members where age_band is not null group by age_band order by 1"
    )
    total = int(bands["n"].sum())
    for limit, below in ((14, "under 14"), (18, "14 to 17")):
        at = bands["age_band"].map(_youngest).between(0 if limit == 14 else 14, limit - 1)
        if at.any():
            yield "minors", "members", "age_band", below, int(bands.loc[at, "n"].sum()), total, "found"


def _youngest(band: str) -> int:
    found = _AGE.findall(str(band))
    lowest = int(found[0]) if found else 99
    under = re.search(r"(?i)<|under|below|以下|未满", str(band))
    return lowest - 1 if under and found else lowest


def _consent(community: Community) -> Iterable[Row]:
    listed = (
        "select count(*) as n, count(consent_at) as agreed from members "
        "where coalesce(role, 'member') not in ('customer', 'bot', 'staff') order by n"
    )
    if not community.has("members"):
        yield "consent missing", "members", "consent_at", "not recorded", 0, 0, "cannot tell"
        yield "data before consent", "members", "consent_at", "", 0, 0, "cannot tell"
        return
    n, agreed = (int(value) for value in community.query(listed).iloc[0])
    if not community.has("members", "consent_at"):
        yield "consent missing", "members", "consent_at", "not recorded", n, n, "found"
        yield "data before consent", "members", "consent_at", "", 0, 0, "cannot tell"
        return
    if agreed < n:
        yield "consent missing", "members", "consent_at", "empty", n - agreed, n, "found"
    community.people()
    early = community.query(
        """
select count(*) as n
from members
join members_seen on members_seen.member_id = members.member_id
where members.consent_at is not null and members_seen.first_seen < cast(members.consent_at as date)
    and coalesce(members.role, 'member') not in ('customer', 'bot', 'staff')
order by n"""
    )["n"].iloc[0]
    if early:
        yield "data before consent", "members", "consent_at", "active before", int(early), agreed, "found"


def _cells(community: Community, smallest: int) -> Iterable[Row]:
    given = [name for name in QUASI if community.has("members", name)]
    if not given:
        yield "small cells", "members", ", ".join(QUASI), "", 0, 0, "cannot tell"
        return
    table = cells(community, smallest=smallest)
    whole = table.iloc[-1]
    if whole["count"]:
        yield "small cells", "members", whole["columns"], "", int(whole["count"]), int(whole["n"]), "found"


def cells(community: Community, *, columns: Sequence[str] | None = None, smallest: int = 10) -> pd.DataFrame:
    """Count members who stand out by a combination of attributes, for every combination.

    Parameters
    ----------
    community : Community
        The opened community.
    columns : sequence of str, optional
        Attributes an outsider may know. Default: gender, age_band, region and city_tier, where supplied.
    smallest : int, default 10
        A cell of fewer members is small.

    Returns
    -------
    pandas.DataFrame
        One row a combination, those of few attributes first: ``columns``, ``attributes`` (how many),
        ``cells``, ``k`` (members in the smallest cell), ``n`` (members), ``count`` (in small cells),
        ``estimate``, ``unique`` (alone in theirs). Counts of everybody, so no interval.

    Notes
    -----
    A table is k-anonymous when every combination that occurs is shared by k people: Sweeney (2002),
    "k-anonymity: a model for protecting privacy", *International Journal of Uncertainty, Fuzziness and
    Knowledge-Based Systems* 10(5), 557-570. It does not help where all of a cell share the secret. A missing
    value counts as a value.

    Examples
    --------
    >>> from helpers.community import Community
    >>> members = pd.DataFrame({"member_id": list("abcd"), "gender": ["f", "f", "m", "m"],
    ...                         "region": ["north", "north", "north", "south"]})
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    >>> found = cells(Community.open({"events": events, "members": members}), smallest=2)
    >>> found[["columns", "k", "count", "unique"]].to_numpy().tolist()
    [['gender', 2, 0, 0], ['region', 1, 1, 1], ['gender, region', 1, 2, 2]]

    Taught in: 08 Outlook
    """
    given = [name for name in QUASI if community.has("members", name)] if columns is None else list(columns)
    community.require("members", *given)
    listed = ", ".join(given)
    groups = community.query(
        f"""
select {listed}, count(*) as n
from members
where coalesce(role, 'member') not in ('customer', 'bot', 'staff')
group by {listed}
order by {listed}"""
    )
    return community.describe(
        combine(groups, given, smallest), "k-anonymity", population="listed members", smallest=smallest
    )


def combine(groups: pd.DataFrame, columns: Sequence[str], smallest: int) -> pd.DataFrame:
    """Count small cells of every combination of attributes, from the counts of the finest one."""
    rows: list[dict[str, Any]] = []
    for number in range(1, len(columns) + 1):
        for chosen in combinations(columns, number):
            sizes = groups.groupby(list(chosen), dropna=False)["n"].sum()
            rows.append(
                {
                    "columns": ", ".join(chosen),
                    "attributes": number,
                    "cells": len(sizes),
                    "k": int(sizes.min()) if len(sizes) else 0,
                    "n": int(sizes.sum()),
                    "count": int(sizes[sizes < smallest].sum()),
                    "unique": int((sizes == 1).sum()),
                }
            )
    names = ["columns", "attributes", "cells", "k", "n", "count", "unique"]
    table = pd.DataFrame(rows, columns=names)
    table.insert(6, "estimate", table["count"] / table["n"].where(table["n"] > 0))
    return table


def _old(community: Community, keep_days: int) -> Iterable[Row]:
    if not community.has("members", "left_at"):
        yield "kept too long", "members", "left_at", "", 0, 0, "cannot tell"
        return
    gone = community.query(
        """
select count(*) as n, coalesce(sum(case when date_diff('day', left_day, cast($last as date)) > $days
    then 1 else 0 end), 0) as old
from members where left_day is not null order by n""",
        last=community.as_of,
        days=keep_days,
    ).iloc[0]
    if gone["old"]:
        yield "kept too long", "members", "left_at", "", int(gone["old"]), int(gone["n"]), "found"


def _ids(community: Community) -> Iterable[Row]:
    if community.simulated:
        return
    ids = community.query(f"select member_id from people order by member_id limit {SCANNED}")
    hits = scan(ids)
    telling = hits[hits["found_in"] == "text"]
    for hit in telling.itertuples():
        yield "ids in the clear", "members", "member_id", hit.kind, int(hit.rows), len(ids), "found"
    hidden = ids["member_id"].str.fullmatch(r"m[0-9a-f]{12,28}").all()
    if telling.empty and not hidden:
        yield "ids in the clear", "members", "member_id", "as in the source", len(ids), len(ids), "found"
