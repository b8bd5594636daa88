"""Whether those who take part and those who buy are known by the same ids."""

from __future__ import annotations

from typing import Any

from helpers.community.checks import Checked
from helpers.community.engine import Engine
from helpers.community.quarantine import finding
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

FEWEST = 5  # people on either side from which it can be told
SHARE = 0.01  # of the smaller side: less in common is chance


def on_overlap(engine: Engine, tables: dict[str, Checked]) -> list[dict[str, Any]]:
    """Remark on buyers of whom none takes part, because the shop and the chat name people differently.

    Parameters
    ----------
    engine : Engine
        Where the counts by member are.
    tables : dict of str to Checked
        The tables.

    Returns
    -------
    list of dict
        Rows of the findings; the rows are used.
    """
    if not {"events", "orders"} <= set(tables):
        return []
    used = "where _rule is null and member_id is not null"
    ids = {
        name: f"select distinct member_id from {tables[name].seen} {used}" for name in ("events", "orders")
    }
    active, buyers = (int(engine.value(f"select count(*) from ({sql}) as ids")) for sql in ids.values())
    if min(active, buyers) < FEWEST:
        return []
    common = int(engine.value(f"select count(*) from ({ids['events']} intersect {ids['orders']}) as ids"))
    if common > SHARE * min(active, buyers):
        return []
    text = _(
        "{orders}, column {column}: of {buyers} buyers {common} are among the {active} who take part "
        "({events}). The shop and the community name people by different ids, so nobody can be matched: what "
        "members do and what they buy is counted apart, and figures that join the two say nothing. To join "
        "them, put the community's ids into a column of the orders and name it under "
        "tables.orders.columns.member_id."
    )
    orders = tables["orders"].parts[0]
    message = Sentence(
        text,
        orders=orders.raw.file,
        column=orders.readings["member_id"].label,
        events=tables["events"].parts[0].raw.file,
        buyers=f"{buyers:,}",
        active=f"{active:,}",
        common=common,
    )
    return [finding("orders", "member_id", "buyers not matched", "note", buyers, [], message)]
