"""Privacy as a figure: how members come to stand out, attribute by attribute."""

from __future__ import annotations

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import Translate, join, term, translator
from helpers.present.style import COLOURS, Picture

SHOWN = 10


def small_cells(table: pd.DataFrame) -> Picture:
    """Draw the share of members in small cells for the combinations that expose most.

    Parameters
    ----------
    table : DataFrame
        From `privacy_check.cells`.

    Returns
    -------
    Picture

    Taught in: 08 Outlook
    """
    _ = translator(table)
    if not len(table) or not table["n"].max():
        return style.too_little(table, n=0)
    smallest = numbers.count(table.attrs["about"].get("smallest", 0))
    alone = table[table["attributes"] == 1]
    most = table.sort_values(["count", "attributes"], kind="stable").tail(SHOWN - len(alone))
    rows = pd.concat([alone, most[~most.index.isin(alone.index)]]).reset_index(drop=True)
    worst = rows.loc[rows["count"].idxmax()]
    title = _("Nobody stands out in groups of {smallest}").format(smallest=smallest)
    if worst["count"]:
        title = _("{share} of members stand out by {n} attributes together").format(
            share=numbers.percent(worst["estimate"]), n=numbers.count(worst["attributes"])
        )
    subtitle = _("Members in cells of fewer than {smallest}, alone and in combination").format(
        smallest=smallest
    )
    height = 1.6 + 0.3 * len(rows)
    with style.canvas(table, title=title, subtitle=subtitle, n=int(worst["n"]), height=height) as (
        figure,
        axes,
    ):
        colours = [COLOURS["neutral"] if one == 1 else COLOURS["highlight"] for one in rows["attributes"]]
        axes.barh(rows.index, rows["estimate"], color=colours, height=0.6)
        top = max(float(rows["estimate"].max()), 0.01)
        for at, row in rows.iterrows():
            label = _("{share}, smallest cell {k}").format(
                share=numbers.percent(row["estimate"]), k=numbers.count(row["k"])
            )
            axes.text(row["estimate"] + 0.01 * top, at, label, va="center", fontsize=8.5)
        axes.set_yticks(rows.index, [attribute_names(_, row) for row in rows["columns"]])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, top * 1.35)
        marks.percent_axis(axes, which="x")
        axes.grid(visible=False, axis="y")
    alt = _("Bars of how many stand out, by attributes. {sentence}.").format(sentence=title)
    return style.picture(figure, table, alt=alt)


def attribute_names(_: Translate, columns: str) -> str:
    """Name the attributes of a combination.

    Taught in: 08 Outlook
    """
    names = [term(_, name) for name in columns.split(", ")]
    return join(_, [_(", ").join(names)])
