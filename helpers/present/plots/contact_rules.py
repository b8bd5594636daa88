"""Rules held against what came later, as figures: purchases expected and made, and whom each rule finds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture


def purchase_holdout(table: pd.DataFrame) -> Picture:
    """Draw mean purchases after the cut beside what the model expected, by purchases before it.

    Parameters
    ----------
    table : DataFrame
        From `lifetime_checks.holdout`.

    Returns
    -------
    Picture

    Taught in: 07 Case studies
    """
    _ = translator(table)
    if table.empty or table["n"].sum() < 30:
        return style.too_little(table, n=int(table["n"].sum()) if len(table) else 0)
    about = about_of(table)
    title = _("{actual} purchases came later, {expected} were expected").format(
        actual=numbers.count(about["total_actual"]), expected=numbers.count(about["total_expected"])
    )
    subtitle = _(
        "Mean purchase days in the {weeks} weeks after the cut, by repeat purchases before it"
    ).format(weeks=numbers.count(about["weeks"]))
    with style.canvas(table, title=title, subtitle=subtitle, n=int(table["n"].sum()), height=3.3) as (
        figure,
        axes,
    ):
        at = np.arange(len(table))
        marks.whiskers(axes, at, table["low"], table["high"])
        axes.plot(
            at, table["actual"], "o", color=COLOURS["highlight"], zorder=4, label=_("bought, 95 % interval")
        )
        axes.plot(at, table["expected"], "_", color=COLOURS["negative"], markersize=16, markeredgewidth=2.2,
                  zorder=5, label=_("expected by the model"))  # fmt: skip
        most = table["x"].max()
        names = [
            f"{int(row.x)}{'+' if row.x == most else ''}\nn = {numbers.count(row.n)}"
            for row in table.itertuples()
        ]
        axes.set_xticks(at, names)
        axes.set_ylim(0)
        axes.set_xlabel(_("repeat purchases before the cut"))
        axes.legend(loc="upper left")
    return style.picture(
        figure, table, alt=_("A dot and a dash for each group. {sentence}.").format(sentence=title)
    )


def rule_gains(curve: pd.DataFrame, comparison: pd.DataFrame) -> Picture:
    """Draw which share of everything that came later each rule finds with so many people.

    Parameters
    ----------
    curve : DataFrame
        From `contact_rules.gains`.
    comparison : DataFrame
        From `contact_rules.compare`: its budget is marked.

    Returns
    -------
    Picture

    Taught in: 07 Case studies
    """
    _ = translator(comparison)
    about = about_of(comparison)
    if curve.empty or curve["estimate"].isna().all() or about.get("n", 0) < 30:
        return style.too_little(comparison, n=about.get("n", 0))
    best = comparison.loc[comparison["total"].idxmax()]
    found = best["total"] / (comparison["total"].iloc[0] / _share_at(curve, comparison.iloc[0]))
    title = _("{rule} finds {share} of what came later in the first {n}").format(
        rule=_capital(term(_, best["rule"])), share=numbers.percent(found, 0), n=numbers.count(best["n"])
    )
    subtitle = _("Share of later spending by share of buyers chosen; grey: who knew the future")
    with style.canvas(comparison, title=title, subtitle=subtitle, height=3.7) as (figure, axes):
        for place, (name, part) in enumerate(curve.groupby("rule", sort=False)):
            future = name == "best possible"
            axes.plot(
                part["share"],
                part["estimate"],
                color=COLOURS["muted"] if future else SERIES[place % len(SERIES)],
                linewidth=1.4 if future else 2,
                linestyle=("-", "--", "-.", ":")[place % 4] if not future else "-",
                label=term(_, name),
            )
        axes.axvline(about["budget"] / about["n"], color=COLOURS["neutral"], linewidth=1)
        axes.annotate(
            _("budget: {n}").format(n=numbers.count(about["budget"])),
            (about["budget"] / about["n"], 0.02),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=8.5,
            color=COLOURS["grey"],
        )
        marks.percent_axis(axes)
        marks.percent_axis(axes, which="x")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel(_("share of buyers chosen"))
        axes.legend(loc="lower right")
    alt = _("Rising lines that end in one corner. {sentence}.").format(sentence=title)
    return style.picture(figure, comparison, alt=alt)


def _share_at(curve: pd.DataFrame, row: pd.Series) -> float:
    """Return the share of the outcome that a rule found at its budget, read off its curve."""
    part = curve[curve["rule"] == row["rule"]]
    return float(np.interp(row["n"], part["chosen"], part["estimate"]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
