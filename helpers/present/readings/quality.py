"""The data-quality account in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, reading, too_little


def data_quality(account: pd.DataFrame, *, findings: pd.DataFrame | None = None) -> Reading:
    """Say how many rows the results rest on, and what to mend first.

    Parameters
    ----------
    account : DataFrame
        From `community.quality()`.
    findings : DataFrame, optional
        From `community.findings()`; names the rule that cost the most rows.

    Returns
    -------
    Reading

    Taught in: all
    """
    _ = translator(account)
    total = int(account["rows_in"].sum()) if len(account) else 0
    if not total:
        return too_little(_, _("the data"), 0)
    used, aside, excluded = (int(account[part].sum()) for part in ("used", "set_aside", "excluded"))
    first = _(
        "Of {total} rows read, {used} ({share}) are used, {aside} are set aside and {excluded} excluded."
    )
    return reading(
        _,
        [
            first.format(
                total=numbers.count(total),
                used=numbers.count(used),
                share=numbers.percent(used / total),
                aside=numbers.count(aside),
                excluded=numbers.count(excluded),
            ),
            _worst(account, findings),
            "" if aside else _("Nothing has to be mended."),
        ],
    )


def _worst(account: pd.DataFrame, findings: pd.DataFrame | None) -> str:
    _ = translator(account)
    if findings is None or not len(faults := findings[findings["severity"] == "set_aside"]):
        return ""
    worst = faults.sort_values("rows", ascending=False, kind="stable").iloc[0]
    message = _("Most of what is set aside is in {table}, column {column} ({rows} rows): mend that first.")
    return message.format(
        table=term(_, worst["table"]), column=worst["column"], rows=numbers.count(worst["rows"])
    )
