"""Active days that were counted while the rows were checked, opened so that nobody counts them again."""

from __future__ import annotations

import datetime as dt

from helpers.community import member_days
from helpers.community.checks import Checked
from helpers.community.engine import Engine


def open_views(engine: Engine, events: Checked, inside: str, as_of: dt.date, *, hidden: bool) -> None:
    """Open the counts by member and day as ``member_days_found``, and those by member as ``members_found``.

    Parameters
    ----------
    engine : Engine
        Where the counts are; nothing is opened where there are none, or where rows were set aside after they
        were counted.
    events : Checked
        The events.
    inside : str
        Condition on ``s.member_id`` for the members that are not left out.
    as_of : datetime.date
        Last day to count.
    hidden : bool
        Under pseudonyms, for which ``private_ids`` must be there.

    Notes
    -----
    Counts by member hold only where they end by the as-of date and come from one file.

    Taught in: 06 Evaluation
    """
    days = f"{events.seen}_days"
    if events.later or not engine.exists(days) or not member_days.fits(engine, days):
        return
    words = ", ".join(member_days.words(engine.columns(days)))
    rule = "_rule is null and " if "_rule" in engine.columns(days) else ""
    member, join = "s.member_id", ""
    if hidden:
        member, join = "i.member_id", " left join private_ids as i on s.member_id = i.original_id"
    several = len(events.parts) > 1
    last = engine.value(f"select max(last_active) from {events.seen} where _rule is null")
    if not several and last is not None and last <= as_of:
        engine.run(
            f"create view members_found as select {member} as member_id, s.first_active as first_seen, "
            f"s.last_active as last_seen, s.days from {events.seen} as s{join} "
            f"where s._rule is null and s.days > 0 and {inside}"
        )
    name = "member_days_parts" if several else "member_days_found"
    engine.run(
        f"create {'table' if hidden else 'view'} {name} as "
        f"select {member} as member_id, s.day, s.events, {words} from {days} as s{join} "
        f"where {rule}s.events > 0 and s.day <= date '{as_of}' and {inside}"
    )
    if several:
        engine.run(f"create table member_days_found as {member_days.merge(engine, [name])}")
