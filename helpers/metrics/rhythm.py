"""Read a community's own rhythm: how long members pause between active days before they come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.metrics import returns

if TYPE_CHECKING:
    from helpers.community import Community

# Used where fewer than this many pauses were seen to end, so that there is no rhythm to read off.
_ENOUGH = 30
_DEFAULTS = (14, 60)
SHORT = 56  # days of log in which only short pauses can have ended


def pauses(community: Community) -> pd.DataFrame:
    """Count the pauses between active days that ended in a return, by length.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    DataFrame
        ``gap`` (days from one active day to the next), ``pauses`` (how many), ``weight`` (the same with
        every member counting once, however many pauses the member made) and ``share`` of the weight in
        pauses of at most that length.

    Examples
    --------
    >>> from helpers.community import Community
    >>> days = ["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-01", "2026-05-11"]
    >>> events = pd.DataFrame({"member_id": list("aaabb"), "event_type": "like", "occurred_at": days})
    >>> pauses(Community.open({"events": events}))
       gap  pauses  weight  share
    0    1       2     1.0    0.5
    1   10       1     1.0    1.0

    Taught in: 06 Evaluation
    """
    if not community.engine.exists("pauses"):
        community.engine.run(f"""
create table pauses as
with gaps as (
    select date_diff('day', past.before, past.day) as gap, spans.days - 1 as made
    from {returns.active_days(community)} as past
    join {returns.spans(community)} as spans on spans.member_no = past.member_no
    where past.before is not null
)
select gap, made, count(*) as pauses
from gaps
group by gap, made""")
    table = community.query("select gap, made, pauses from pauses order by gap, made")
    table["weight"] = table["pauses"] / table.pop("made")
    table = table.groupby("gap", as_index=False).sum()
    table["share"] = table["weight"].cumsum() / table["weight"].sum()
    return community.describe(
        table, "pauses between active days", population="members seen on two days or more"
    )


def thresholds(community: Community, *, dormant: float = 0.8, lost: float = 0.95) -> dict[str, int]:
    """Read off the community's own rhythm after how many quiet days a member is dormant, and lost.

    Parameters
    ----------
    community : Community
        The community.
    dormant : float, default 0.8
        A pause is unusual when this share of the pauses that ended were no longer.
    lost : float, default 0.95
        The same share for calling a member lost.

    Returns
    -------
    dict
        ``dormant_after`` and ``lost_after`` in days, the second larger than the first, and what they rest
        on: ``pauses``, how many, in ``watched`` days. With fewer than 30 pauses they are 14 and 60 days.

    Notes
    -----
    Every member counts once; otherwise the few who come daily would set the clock for everybody. Only
    pauses that ended can be measured, so in a short history (``SHORT`` days) both numbers are too small.

    Taught in: 06 Evaluation
    """
    table = pauses(community)
    seen = int(table["pauses"].sum())
    rest = {"pauses": seen, "watched": (community.as_of - community.active_from).days + 1}
    if seen < _ENOUGH:
        return {"dormant_after": _DEFAULTS[0], "lost_after": _DEFAULTS[1], **rest}
    gaps, share = table["gap"].to_numpy(int), table["share"].to_numpy()
    # An active day is followed by the next one at the earliest: less than two days is no pause at all.
    first = max(2, int(gaps[np.searchsorted(share, dormant)]))
    last = max(first + 1, int(gaps[min(np.searchsorted(share, lost), len(gaps) - 1)]))
    return {"dormant_after": first, "lost_after": last, **rest}
