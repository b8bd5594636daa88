"""Members by their state of the life cycle, from counts of who came when and when again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community import member_days
from helpers.metrics import returns

if TYPE_CHECKING:
    from helpers.community import Community

STATES = ("silent", "new", "active", "dormant", "lost", "returning")
GONE = "(left_day is not null and (last_seen is null or left_day >= last_seen))"


def gone(community: Community) -> int:
    """Count the members who left after all that was seen of them, whom :func:`present` does not count.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    int
        How many they are.

    Taught in: 06 Evaluation
    """
    return int(community.engine.value(f"select count(*) from {returns.spans(community)} where {GONE}"))


def present(community: Community, *, dormant: int, lost: int) -> dict[str, np.ndarray]:
    """Count the members in each state on every day, without those who left for good.

    Parameters
    ----------
    community : Community
        The community.
    dormant, lost : int
        Quiet days after which a member is dormant, and lost.

    Returns
    -------
    dict of str to numpy.ndarray
        For each state the number of members on every day from the first to the as-of date.

    Notes
    -----
    A member's state on a day follows from the active days on both sides of a pause and from the first and
    the last one. How many members share them stands in small tables, so nobody's life is put together: a
    pause of `dormant` days or more ends one run and begins another, which is new or returning for as long
    as a pause is, and active from then on.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": list("aab"), "event_type": "like",
    ...                        "occurred_at": ["2026-05-01", "2026-05-04", "2026-05-04"]})
    >>> counts = present(Community.open({"events": events}), dormant=2, lost=9)
    >>> {state: days.tolist() for state, days in counts.items() if days.any()}
    {'new': [1, 1, 0, 1], 'dormant': [0, 0, 1, 0], 'returning': [0, 0, 0, 1]}

    Taught in: 06 Evaluation
    """
    first, last = (np.datetime64(day, "D") for day in (community.active_from, community.as_of))
    size = int((last - first).astype(int)) + 1
    found = _Days(size)

    def number(days: pd.Series) -> np.ndarray:
        given = days.to_numpy("datetime64[D]")
        return np.where(np.isnat(given), size, (given - first).astype(int))

    spans, stayed = returns.spans(community), f"not {GONE}"
    begun = community.query(
        f"select joined_day, first_seen, count(*) as members from {spans} where {stayed} "
        "group by joined_day, first_seen order by joined_day, first_seen"
    )
    joined, seen, members = number(begun["joined_day"]), number(begun["first_seen"]), begun["members"]
    silent, came = joined < seen, seen < size
    found.stay("silent", joined[silent], seen[silent], members[silent])
    is_new, is_old = came & (joined >= 0), came & (joined < 0)  # who joined before the data begin is not new
    found.stay("new", seen[is_new], seen[is_new] + dormant, members[is_new])
    found.stay("active", seen[is_new] + dormant, size, members[is_new])
    found.stay("active", seen[is_old], size, members[is_old])

    pauses = _pauses(community, dormant)
    since, again, members = pauses["since"].to_numpy(int), pauses["at"].to_numpy(int), pauses["members"]
    found.fall_quiet(since, again, members, dormant, lost)
    found.stay("returning", again, again + dormant, members)
    found.stay("active", again + dormant, size, members)

    ended = community.query(
        f"select last_seen, count(*) as members from {spans} where {stayed} and last_seen is not null "
        "group by last_seen order by last_seen"
    )
    never = np.full(len(ended), size + lost)
    found.fall_quiet(number(ended["last_seen"]), never, ended["members"], dormant, lost)
    return {state: changes[:size].cumsum() for state, changes in found.changes.items()}


class _Days:
    # On which days how many members come into a state, less those who go out of it.
    def __init__(self, size: int) -> None:
        self.size = size
        self.changes = {state: np.zeros(size + 1, dtype=np.int64) for state in STATES}

    def stay(self, state: str, since: np.ndarray, until: np.ndarray | int, members: pd.Series) -> None:
        counts = members.to_numpy(np.int64)
        until = np.broadcast_to(until, since.shape)
        np.add.at(self.changes[state], np.clip(since, 0, self.size), counts)
        np.add.at(self.changes[state], np.clip(until, 0, self.size), -counts)

    def fall_quiet(
        self, since: np.ndarray, again: np.ndarray, members: pd.Series, dormant: int, lost: int
    ) -> None:
        quiet, missed, far = since + dormant, since + lost, np.full(len(since), self.size)
        self.stay("active", far, quiet, members)
        self.stay("dormant", quiet, np.minimum(again, missed), members)
        late = again > missed
        self.stay("lost", missed[late], again[late], members[late])


def _pauses(community: Community, least: int) -> pd.DataFrame:
    # Active days and the one before, counted in members: without those who left, where anybody did.
    if not gone(community):
        table = _sorted(community, least)
        if table is None:
            table = returns.pairs(community)
            table = table[table["since"] >= 0]
    else:
        first = pd.Timestamp(community.active_from)
        table = community.query(
            f"select day, before, count(*) as members from {returns.active_days(community)} "
            f"where before is not null and member_no not in "
            f"(select member_no from {returns.spans(community)} where {GONE}) group by day, before"
        )
        table = table.assign(
            at=(pd.to_datetime(table["day"]) - first).dt.days,
            since=(pd.to_datetime(table["before"]) - first).dt.days,
        )
    return table[table["at"] - table["since"] >= least]


def _sorted(community: Community, least: int) -> pd.DataFrame | None:
    # Where nobody has put the days beside each other yet, this is quicker: a member's fingerprint and the day
    # make one number, and numbers are soon sorted. There must be as many fingerprints as there are members.
    engine, first = community.engine, community.active_from
    if engine.kind != "duckdb" or engine.exists("active_days"):
        return None
    bits = (community.as_of - first).days.bit_length()
    size = 1 << bits
    key = (
        f"(cast({engine.fingerprint('member_id')} as ubigint) & cast({(1 << 64) - size} as ubigint)) "
        "+ cast(date_diff('day', cast($first_day as date), day) as ubigint)"
    )
    query = f"select {key} as key from {member_days.base(community)}"
    keys = engine.connection.execute(query, {"first_day": first}).fetchnumpy()["key"]
    keys.sort()
    again = (keys[1:] ^ keys[:-1]) < size
    if len(keys) - np.count_nonzero(again) != engine.value("select count(*) from members_seen"):
        return None
    ends = 1 + np.flatnonzero(again & (keys[1:] - keys[:-1] >= least))
    since, at = ((keys[which] & (size - 1)).astype(int) for which in (ends - 1, ends))
    pairs, members = np.unique(since * size + at, return_counts=True)
    return pd.DataFrame({"since": pairs // size, "at": pairs % size, "members": members})
