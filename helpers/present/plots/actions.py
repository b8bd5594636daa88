"""The contact list as a figure: how many contacts of which kind, and what they are expected to bring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.features import action_name
from helpers.present.language import about_of, translator
from helpers.present.style import COLOURS, Picture


def contact_summary(summary: pd.DataFrame) -> Picture:
    """Draw the contacts and the control by action.

    Parameters
    ----------
    summary : DataFrame
        From `actions.summary`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(summary)
    about = about_of(summary)
    if not len(summary):
        return style.too_little(summary, n=0)
    contacts, gain = int(summary["contacts"].sum()), float(summary["gain"].sum())
    title = _("{contacts} contacts this week, expected to keep {gain} members").format(
        contacts=numbers.count(contacts), gain=numbers.decimal(gain)
    )
    if about.get("in_money"):
        title = _("{contacts} contacts this week, expected to bring {gain} after their cost").format(
            contacts=numbers.count(contacts), gain=numbers.money(gain, about.get("currency"), 0)
        )
    subtitle = _("Members chosen by next best action; the control is drawn at random and not contacted")
    rows = summary.iloc[::-1].reset_index(drop=True)
    height = 1.7 + 0.32 * len(rows)
    with style.canvas(rows, title=title, subtitle=subtitle, n=int(rows["n"].sum()), height=height) as (
        figure,
        axes,
    ):
        at = np.arange(len(rows))
        axes.barh(at, rows["contacts"], color=COLOURS["highlight"], height=0.64, label=_("contact"))
        axes.barh(
            at,
            rows["controls"],
            left=rows["contacts"],
            color=COLOURS["muted"],
            height=0.64,
            label=_("control"),
        )
        for place, row in rows.iterrows():
            said = numbers.money(row["gain"], about.get("currency"), 0) if about.get("in_money") else ""
            axes.annotate(
                said, (row["n"], place), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8.5,
                parse_math=False,
            )  # fmt: skip
        axes.set_yticks(at, [action_name(_, name) for name in rows["action"]])
        axes.set_ylim(-0.6, len(rows) - 0.4)
        marks.count_axis(axes, which="x")
        axes.set_xlabel(_("members"))
        axes.grid(visible=False, axis="y")
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(figure, summary, alt=_("Bars by action. {sentence}.").format(sentence=title))
