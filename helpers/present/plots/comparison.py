"""Members beside outside customers, as figures: how unlike they are, where they overlap, and the gap."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture

LIMIT = 0.1


def covariate_balance(table: pd.DataFrame, *, rows: int = 12) -> Picture:
    """Draw how unlike members and outsiders are in each value, before and after weighting.

    Parameters
    ----------
    table : DataFrame
        From `member_comparison.balance`.
    rows : int, default 12
        The most unlike values, so many of them.

    Returns
    -------
    Picture

    Taught in: 01 Definition
    """
    _ = translator(table)
    if table.empty or table["naive"].isna().all() or about_of(table).get("n", 0) < 30:
        return style.too_little(table, n=about_of(table).get("n", 0))
    beyond = int((table["naive"].abs() > LIMIT).sum())
    after = int((table["like_members"].abs() > LIMIT).sum())
    title = _("{beyond} of {all} values are unbalanced before weighting, {after} after it").format(
        beyond=beyond, all=len(table), after=after
    )
    shown = table.head(rows)
    subtitle = _("Standardised difference, members less outsiders, at the first purchase; most unlike values")
    with style.canvas(table, title=title, subtitle=subtitle, height=1.5 + 0.25 * len(shown)) as (
        figure,
        axes,
    ):
        at = np.arange(len(shown))
        axes.axvspan(-LIMIT, LIMIT, color=COLOURS["muted"], alpha=0.5, linewidth=0, zorder=0)
        axes.axvline(0, color=COLOURS["neutral"], linewidth=1)
        axes.hlines(at, shown["like_members"], shown["naive"], color=COLOURS["muted"], linewidth=1.4)
        axes.plot(
            shown["naive"], at, "o", markerfacecolor="white", markeredgecolor=COLOURS["negative"],
            label=_("before weighting"),
        )  # fmt: skip
        axes.plot(shown["like_members"], at, "o", color=COLOURS["highlight"], label=_("after weighting"))
        names = [f"{term(_, line.covariate)}: {_value(_, line)}" for line in shown.itertuples()]
        axes.set_yticks(at, names, fontsize=8)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(figure, table, alt=_("Two dots for each value. {sentence}.").format(sentence=title))


def _value(_: Translate, line: object) -> str:
    value = str(line.value)  # type: ignore[attr-defined]
    if line.covariate == "amount":  # type: ignore[attr-defined]
        return _("fifth {n} of 5").format(n=value)
    return term(_, value)


def propensity_overlap(table: pd.DataFrame) -> Picture:
    """Draw both groups along the probability of being a member.

    Parameters
    ----------
    table : DataFrame
        From `member_comparison.overlap`.

    Returns
    -------
    Picture

    Taught in: 01 Definition
    """
    _ = translator(table)
    about = about_of(table)
    if min(table["inside"].sum(), table["outside"].sum()) < 30:
        return style.too_little(table, n=int(table[["inside", "outside"]].sum().min()))
    shared = float(np.minimum(table["inside_share"], table["outside_share"]).sum())
    title = _("Members and outsiders overlap by {share}").format(share=numbers.percent(shared, 0))
    effective = about["effective"]["like_members"]
    subtitle = _(
        "Probability of being a member, given what is known at the first purchase; after weighting the "
        "{n} outsiders tell as much as {effective}"
    ).format(n=numbers.count(about["n_outside"]), effective=numbers.count(round(effective)))
    with style.canvas(table, title=title, subtitle=subtitle, height=3.2) as (figure, axes):
        middle = (table["start"] + table["end"]) / 2
        width = float(table["end"].iloc[0] - table["start"].iloc[0]) * 0.94
        axes.bar(middle, table["inside_share"], width=width, color=COLOURS["highlight"], label=_("members"))
        axes.bar(middle, -table["outside_share"], width=width, color=SERIES[4], label=_("outside customers"))
        axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
        seen = table[(table["inside"] + table["outside"]) > 0]
        axes.set_xlim(float(seen["start"].min()) - 0.03, float(seen["end"].max()) + 0.03)
        marks.percent_axis(axes, which="x")
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.set_xlabel(_("probability of being a member"))
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(
        figure, table, alt=_("Bars upwards and downwards. {sentence}.").format(sentence=title)
    )


def member_gap(table: pd.DataFrame, *, marks_at: Mapping[str, float] | None = None) -> Picture:
    """Draw the gap between members and outsiders by method.

    Parameters
    ----------
    table : DataFrame
        From `member_comparison.gap`.
    marks_at : mapping of str to float, optional
        Named values to draw as lines, such as the truth of a simulated community.

    Returns
    -------
    Picture

    Taught in: 01 Definition
    """
    _ = translator(table)
    shown = table[table["estimate"].notna()]
    fewest = int(shown[["n_inside", "n_outside"]].min().min()) if len(shown) else 0
    if fewest < 30:
        return style.too_little(table, n=fewest)
    by_method = shown.set_index("method")["estimate"]
    title = _("Gap in buying again: {naive} points as they are, {like} among like people").format(
        naive=numbers.points(by_method["naive"]), like=numbers.points(by_method["like_members"])
    )
    subtitle = _(
        "Second purchase within {days} days of the first: share of members less share of outsiders, "
        "95 % interval"
    ).format(days=about_of(table)["within"])
    with style.canvas(table, title=title, subtitle=subtitle, height=2.7) as (figure, axes):
        names = {
            "naive": _("as they are"),
            "like_members": _("outsiders weighted to be like members"),
            "overlap": _("both weighted to where they overlap"),
        }
        dot_list(
            axes,
            [names[method] for method in shown["method"]],
            100 * shown["estimate"], 100 * shown["low"], 100 * shown["high"],
            colours=[COLOURS["negative"], COLOURS["highlight"], COLOURS["highlight"]], middle=0,
            said=[
                numbers.interval(100 * line.estimate, 100 * line.low, 100 * line.high)
                for line in shown.itertuples()
            ],
        )  # fmt: skip
        for name, value in (marks_at or {}).items():
            axes.axvline(100 * value, color=COLOURS["positive"], linestyle=(0, (4, 2)), linewidth=1.4)
            axes.annotate(
                term(_, name), (100 * value, 0), xycoords=("data", "axes fraction"), xytext=(4, 4),
                textcoords="offset points", fontsize=8, color=COLOURS["positive"],
            )  # fmt: skip
        axes.set_xlabel(_("percentage points"))
    return style.picture(
        figure, table, alt=_("Three dots with intervals. {sentence}.").format(sentence=title)
    )
