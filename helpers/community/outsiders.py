"""Who is not counted: people left out altogether, customers who never joined, and the brand's own staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers.community.checks import Checked
from helpers.community.engine import Engine, literal
from helpers.community.quarantine import finding
from helpers.community.sentences import Sentence, rows_of
from helpers.community.sentences import mark as _
from helpers.community.settings import Settings

CUSTOMER, STAFF = "customer", "staff"
VIEWS = {"customers": "members", "customer_orders": "orders", "staff_events": "events"}  # view -> table
OUTSIDE = "outside customer"  # the rule of the finding
KEPT = ("members", "orders")  # tables whose rows of customers are used, in views of their own
ANYBODY = "moderation"  # a queue is work, whomever it is about: only ids left out by name are left out of it


@dataclass(frozen=True)
class Outsiders:
    """Say which ids stand outside the community; the ids themselves stay in the engine.

    Parameters
    ----------
    left_out : int
        Ids in the table ``left_out``: excluded by role or by id. Their rows are not used.
    customers : int
        Ids in the table ``outside``: they buy and never joined. Their rows in members and orders go to the
        views ``customers`` and ``customer_orders``; their other rows are excluded.
    staff : int
        Ids in the table ``staff_ids``; their events go to the view ``staff_events``.
    named : int
        Ids in the table ``named_ids``: those excluded by id, who are in no view at all.
    """

    left_out: int = 0
    customers: int = 0
    staff: int = 0
    named: int = 0

    def inside(self, member: str, table: str = "") -> str:
        """Write the condition that a row of a table belongs to the community, or to nobody named."""
        if table == ANYBODY:
            named = f"({member} is null or {member} not in (select member_id from named_ids))"
            return named if self.named else "true"
        if not self.left_out + self.customers:
            return "true"
        return f"({member} is null or {member} not in (select member_id from apart))"

    def used(self, table: str, member: str) -> str:
        """Write the condition that a row is used at all, in the community or beside it."""
        if table not in KEPT:
            return self.inside(member, table)
        if not self.left_out:
            return "true"
        return f"({member} is null or {member} not in (select member_id from left_out))"

    def of_view(self, view: str, member: str) -> str:
        """Write the condition that a row goes to one of the views beside the community."""
        ids, n = ("staff_ids", self.staff) if view == "staff_events" else ("outside", self.customers)
        return f"{member} in (select member_id from {ids})" if n else "false"


def separate(engine: Engine, settings: Settings, members: Checked | None) -> Outsiders:
    """Write the ids that are not counted into the engine, each kind into a table of its own.

    Parameters
    ----------
    engine : Engine
        Gets the tables ``left_out``, ``outside``, ``staff_ids``, ``named_ids`` and ``apart`` (the first two
        together).
    settings : Settings
        Names roles and ids to exclude. Whoever is excluded by id is in no view at all.
    members : Checked or None
        The members, whose column ``role`` tells.

    Returns
    -------
    Outsiders
        How many of each there are.
    """
    nobody = "select cast(null as varchar) as member_id where 1 = 0"
    ids = [f"select cast({literal(one)} as varchar) as member_id" for one in settings.exclude_members]
    named = " union all ".join([nobody, *ids])
    role = {}
    for kind, words in {"out": settings.exclude_roles, "outside": (CUSTOMER,), "staff": (STAFF,)}.items():
        listed = ", ".join(literal(word) for word in words)
        role[kind] = (
            f"select member_id from {members.staged} where {members.good()} and role in ({listed})"
            if members and "role" in members.columns and words
            else nobody
        )
    queries = {
        "left_out": f"select distinct member_id from ({named} union all {role['out']}) as x",
        "outside": f"select distinct member_id from ({role['outside']}) as x "
        "where member_id not in (select member_id from left_out)",
        "staff_ids": f"select distinct member_id from ({role['staff']}) as x "
        f"where member_id not in (select member_id from ({named}) as y)",
        "named_ids": f"select distinct member_id from ({named}) as x where member_id is not null",
        "apart": "select member_id from left_out union all select member_id from outside",
    }
    for name, query in queries.items():
        engine.run(f"create table {name} as {query}")
    return Outsiders(*(int(engine.value(f"select count(*) from {name}")) for name in list(queries)[:4]))


def remark(engine: Engine, checked: Checked, outsiders: Outsiders) -> list[dict[str, Any]]:
    """Say how many rows of a table stand beside the community, and what to do if that is wrong.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    checked : Checked
        The members or the orders.
    outsiders : Outsiders
        Who stands outside.

    Returns
    -------
    list of dict
        Rows of the findings.
    """
    if checked.table.name not in KEPT or not outsiders.customers:
        return []
    theirs = outsiders.of_view("customers", "member_id")
    n = engine.value(f"select sum(n) from {checked.seen} where _rule is null and {theirs}")
    if not n:
        return []
    text = _(
        "{file}, {rows}: of customers who have not joined (role customer). They are kept apart, for "
        "comparison, and are in no count of members. If they did join, set tables.members.values.role to "
        "translate customer into member."
    )
    message = Sentence(text, file=checked.parts[0].raw.file, rows=rows_of(int(n)))
    column = "role" if checked.table.name == "members" else "member_id"
    return [finding(checked.table.name, column, OUTSIDE, "note", int(n), [], message)]
