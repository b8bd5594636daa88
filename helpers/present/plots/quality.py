"""The data-quality account as a figure: how many rows came in, and what became of them."""

from __future__ import annotations

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, Picture

_PARTS = ("used", "set_aside", "excluded")
_FILL = {"used": COLOURS["highlight"], "set_aside": COLOURS["negative"], "excluded": COLOURS["muted"]}


def data_quality(account: pd.DataFrame) -> Picture:
    """Draw, for each table, the shares of rows used, set aside and excluded.

    Parameters
    ----------
    account : DataFrame
        From `community.quality()`: one row a file with table, rows_in, used, set_aside, excluded.

    Returns
    -------
    Picture

    Taught in: all
    """
    _ = translator(account)
    tables = account.groupby("table", sort=False)[["rows_in", *_PARTS]].sum() if len(account) else account
    total = int(tables["rows_in"].sum()) if len(tables) else 0
    if not total:
        return style.too_little(account, title=_("No rows were read"), n=0)
    names = {"used": _("used"), "set_aside": _("set aside"), "excluded": _("excluded")}
    share = numbers.percent(tables["used"].sum() / total)
    title = _("{share} of {n} rows are used").format(share=share, n=numbers.count(total))
    subtitle = _(
        "Rows read, by table: used, set aside as faulty, or excluded (staff, bots, after the as-of date)"
    )

    with style.canvas(account, title=title, subtitle=subtitle, n=total, height=1.7 + 0.3 * len(tables)) as (
        figure,
        axes,
    ):
        rows = range(len(tables))
        left = tables["used"] * 0.0
        for part in _PARTS:
            width = tables[part] / tables["rows_in"].where(tables["rows_in"] > 0)
            axes.barh(rows, width, left=left, height=0.66, color=_FILL[part], label=names[part])
            left = left + width.fillna(0)
        for row, (_table, line) in enumerate(tables.iterrows()):
            said = _("{n} rows, {kept} used").format(
                n=numbers.count(line["rows_in"]), kept=numbers.percent(line["used"] / line["rows_in"])
            ) if line["rows_in"] else _("no rows")  # fmt: skip
            axes.annotate(
                said, (1, row), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8.5
            )
        axes.set_yticks(rows, [term(_, name) for name in tables.index])
        axes.set_ylim(len(tables) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        marks.percent_axis(axes, which="x")
        axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)

    alt = _("Bars by table. {sentence}; {aside} are set aside and {excluded} excluded.").format(
        sentence=title,
        aside=numbers.count(tables["set_aside"].sum()),
        excluded=numbers.count(tables["excluded"].sum()),
    )
    return style.picture(figure, account, alt=alt)
