"""The plan of an event as a sheet to print: what the data fill, what a person has to write."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.present import numbers, tables
from helpers.present.language import about_of, term, translator
from helpers.present.table_layout import Table


def event_sheet(plan: pd.DataFrame) -> Table:
    """Write the plan of an event as one line a decision, each with what it rests on.

    Parameters
    ----------
    plan : DataFrame
        From `event_plan.plan`.

    Returns
    -------
    Table

    Examples
    --------
    >>> row = {"step": "plan", "line": "theme", "choice": "brewing", "value": 0.25, "low": 0.2, "high": 0.3,
    ...        "n": 400}
    >>> event_sheet(pd.DataFrame([row])).cells[0][:3]
    ['plan', 'theme', 'brewing']

    Taught in: 04 Interaction
    """
    _ = translator(plan)
    about = about_of(plan)
    rows = [_line(_, row, about) for row in plan.to_dict("records")]
    shown = pd.DataFrame(rows, columns=["phase", "decision", "entry", "rests on"])
    return tables.show(shown, about=about)


def _line(_: Any, row: dict[str, Any], about: dict[str, Any]) -> list[str]:
    value, n = row["value"], numbers.count(row["n"])
    known = not (numbers.is_missing(value) and numbers.is_missing(row["choice"]))
    choice = "" if numbers.is_missing(row["choice"]) else term(_, str(row["choice"]))
    share = numbers.percent_interval(value, row["low"], row["high"])
    money = numbers.money(value, about.get("currency"))
    entry = {
        "theme": choice,
        "groups": _("{hosts} groups, drawn by lot; the others are the comparison").format(
            hosts=numbers.count(value)
        ),
        "reward": _("at most {money} a member taking part").format(money=money),
        "measure": _("messages a week in a group; now {value}").format(
            value=numbers.interval(value, row["low"], row["high"])
        ),
        "goal": _("messages × {value} in four weeks; less cannot be told from chance").format(
            value=numbers.decimal(value, 2)
        ),
        "promotion": choice,
        "time": choice if not choice else _day(_, choice),
        "look back": _("{weeks} weeks after, on this measure only").format(weeks=numbers.count(value)),
    }
    evidence = {
        "theme": _("{rate} of posts read were liked, kept or shared, n = {n}").format(rate=share, n=n),
        "groups": _("{n} groups with enough messages").format(n=n),
        "reward": _("median of {n} earlier events").format(n=n),
        "measure": _("{n} groups, last four weeks").format(n=n),
        "goal": _("last twelve weeks of {n} groups").format(n=n),
        "promotion": _("{rate} of invitations read were answered, n = {n}").format(rate=share, n=n),
        "time": _("{n} members wrote then in the last 90 days").format(n=n),
    }
    line = row["line"]
    if line == "house rules":
        told = _("____ (who may come, what is photographed, what is not sold)"), _("yours to write")
    elif not known:
        told = "____", _("the data do not tell")
    else:
        told = entry[line], evidence.get(line, "")
    return [term(_, row["step"]), term(_, line), *told]


def _day(_: Any, choice: str) -> str:
    day, _space, hours = choice.partition(" ")
    return f"{term(_, day)} {hours}"
