"""The manager's week as a table to print: each duty, its question, this week's number and where to look."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers, tables
from helpers.present.language import about_of, term, translator
from helpers.present.table_layout import Table


def week_plan(table: pd.DataFrame) -> Table:
    """Write the routine of a week with the numbers of the last seven days and of the seven before.

    Parameters
    ----------
    table : DataFrame
        From `routine.week`.

    Returns
    -------
    Table

    Examples
    --------
    >>> row = {"weekday": "Wed", "duty": "members", "question": "Did the newcomers find something to do?",
    ...        "measure": "newcomers who did more than look", "unit": "share", "value": 0.4, "before": 0.5,
    ...        "n": 136, "chapter": "04"}
    >>> [cell.replace("\u00a0", " ") for cell in week_plan(pd.DataFrame([row])).cells[0][-4:]]
    ['40.0 %', '136', '50.0 %', '04']

    Taught in: 01 Definition
    """
    _ = translator(table)
    currency = about_of(table).get("currency")
    write = {
        "count": lambda value: numbers.MISSING if numbers.is_missing(value) else numbers.count(round(value)),
        "share": numbers.percent,
        "money": lambda value: numbers.money(value, currency),
    }
    shown = pd.DataFrame(
        {
            "weekday": [term(_, day) for day in table["weekday"]],
            "duty": [term(_, duty) for duty in table["duty"]],
            "question": [term(_, question) for question in table["question"]],
            "measure": [term(_, measure) for measure in table["measure"]],
            "this week": [write[u](v) for u, v in zip(table["unit"], table["value"], strict=True)],
            # What a share of this week rests on; a count or a sum is its own.
            "n": [
                numbers.count(n) if u == "share" else numbers.MISSING
                for u, n in zip(table["unit"], table["n"], strict=True)
            ],
            "week before": [write[u](v) for u, v in zip(table["unit"], table["before"], strict=True)],
            "chapter": table["chapter"].astype(str).to_numpy(),
        }
    )
    return tables.show(shown, about=about_of(table))
