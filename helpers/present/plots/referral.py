"""Invitations as figures: a tree, the K-factor step by step and by cohort, cycle time, reward plans."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.branches import places
from helpers.present.dots import dot_list
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, Picture

FEW = 100  # members watched, below which a model of reward plans has nothing to go by


def _below(tree: pd.DataFrame) -> pd.Series:
    # Members at or below each, summed from the last generation up.
    size = pd.Series(1, index=tree["member_id"])
    for generation in range(int(tree["generation"].max()), 0, -1):
        part = tree[tree["generation"] == generation]
        size = size.add(size[part["member_id"]].groupby(part["inviter"].to_numpy()).sum(), fill_value=0)
    return tree["member_id"].map(size).astype(int)


def invitation_tree(tree: pd.DataFrame) -> Picture:
    """Draw one tree of invitations from its root on the left; accounts that were never seen stand out.

    Parameters
    ----------
    tree : DataFrame
        From `referral.tree`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(tree)
    if len(tree) < 3:
        return style.too_little(tree, n=len(tree))
    drawn = tree.assign(below=_below(tree))
    drawn["place"] = places(drawn["member_id"], drawn["inviter"], drawn["below"])
    empty = (drawn["active_days"] == 0).to_numpy()
    title = _("One member, {n} others in {depth} generations; {empty} of them were never seen").format(
        n=numbers.count(len(tree) - 1),
        depth=numbers.count(tree["generation"].max()),
        empty=numbers.count(empty[1:].sum()),
    )
    subtitle = _("One dot a member, larger the more came through it; hollow: never active")
    at = drawn.set_index("member_id")
    with style.canvas(tree, title=title, subtitle=subtitle, n=len(tree), height=4.6) as (figure, axes):
        above = at.loc[drawn["inviter"].dropna()]
        later = drawn[drawn["inviter"].notna()]
        axes.plot(
            [above["generation"], later["generation"]], [above["place"], later["place"]],
            color=COLOURS["muted"], linewidth=0.9, zorder=1,
        )  # fmt: skip
        size = 10 + 160 * np.sqrt((drawn["below"] - 1) / max(int(drawn["below"].max()) - 1, 1))
        axes.scatter(
            drawn["generation"], drawn["place"], s=size, zorder=3, linewidths=1.1,
            facecolors=np.where(empty, "white", COLOURS["highlight"]),
            edgecolors=np.where(empty, COLOURS["negative"], COLOURS["highlight"]),
        )  # fmt: skip
        axes.set_yticks([])
        axes.set_xticks(range(int(drawn["generation"].max()) + 1))
        axes.grid(visible=False)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(_("generation"))
        axes.margins(y=0.06)
    return style.picture(figure, tree, alt=_("Tree of invitations. {sentence}.").format(sentence=title))


def k_steps(steps: pd.DataFrame) -> Picture:
    """Draw the K-factor as each correction leaves it, with the line above which growth feeds itself.

    Parameters
    ----------
    steps : DataFrame
        From `k_factor.steps`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(steps)
    last = steps.iloc[-1] if len(steps) else None
    if last is None or last["n"] < 30 or steps["n"].min() == 0:
        return style.too_little(steps, n=0 if last is None else int(last["n"]))
    window = numbers.count(about_of(steps).get("window"))
    title = _("K is {k}, not {first}").format(
        k=numbers.decimal(last["estimate"], 2), first=numbers.decimal(steps["estimate"].iloc[0], 2)
    )
    subtitle = _(
        "Members brought for each one counted, 95 % interval by member; last line: within {days} days"
    )
    said = [
        _("{k} (n = {n})").format(k=numbers.decimal(row.estimate, 2), n=numbers.count(row.n))
        for row in steps.itertuples()
    ]
    colours = [COLOURS["negative"], *[COLOURS["neutral"]] * (len(steps) - 2), COLOURS["highlight"]]
    with style.canvas(
        steps, title=title, subtitle=subtitle.format(days=window), n=int(last["n"]), height=3.5
    ) as (figure, axes):
        names = [term(_, step) for step in steps["step"]]
        dot_list(axes, names, steps["estimate"], steps["low"], steps["high"], colours=colours, said=said)
        axes.set_xscale("log")
        reach = float(steps["high"].max())
        ticks = [tick for tick in (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30) if 0.5 * steps["low"].min() <= tick]
        ticks = [tick for tick in ticks if tick <= max(2 * reach, 1)]
        axes.set_xticks(ticks, [numbers.decimal(tick, 2 if tick < 0.1 else 1) for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.axvline(1, color=COLOURS["ink"], linewidth=1, linestyle="--", zorder=1)
        axes.annotate(
            _("grows by itself"), (1, 0), xycoords=("data", "axes fraction"), xytext=(4, 5),
            textcoords="offset points", fontsize=8.5, color=COLOURS["grey"],
        )  # fmt: skip
        axes.set_xlabel(_("members brought per member (powers of ten)"))
    return style.picture(figure, steps, alt=_("List of dots. {sentence}.").format(sentence=title))


def k_cohorts(cohorts: pd.DataFrame) -> Picture:
    """Draw K by the month or week in which the inviters joined.

    Parameters
    ----------
    cohorts : DataFrame
        From `k_factor.cohorts`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(cohorts)
    shown = cohorts[~cohorts["small"].astype(bool) & ~cohorts["left_edge"].astype(bool)]
    if len(shown) < 2:
        return style.too_little(cohorts, n=int(cohorts["n"].sum()) if len(cohorts) else 0)
    first, last = shown.iloc[0], shown.iloc[-1]
    title = _("Members who joined first brought {first}, those who joined last {last}").format(
        first=numbers.decimal(first["estimate"], 2), last=numbers.decimal(last["estimate"], 2)
    )
    subtitle = _("Mean number of members brought within {days} days of joining, 95 % interval").format(
        days=numbers.count(about_of(cohorts).get("window"))
    )
    with style.canvas(cohorts, title=title, subtitle=subtitle, n=int(shown["n"].sum())) as (figure, axes):
        axes.plot(shown["period"], shown["estimate"], color=COLOURS["highlight"], marker="o", markersize=4)
        marks.band(axes, shown["period"], shown["low"], shown["high"])
        axes.set_ylim(0)
        marks.date_axis(axes, _)
        axes.set_xlabel(_("joined in"))
        axes.set_ylabel(_("members brought"))
    return style.picture(figure, cohorts, alt=_("Line with a band. {sentence}.").format(sentence=title))


def invitation_cycle(curve: pd.DataFrame) -> Picture:
    """Draw the mean number of members brought by each day after joining.

    Parameters
    ----------
    curve : DataFrame
        From `invitation_cycle.curve`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(curve)
    n = int(curve["n"].iloc[0]) if len(curve) else 0
    if n < 30 or curve["estimate"].iloc[-1] <= 0:
        return style.too_little(curve, n=n)
    last = curve.iloc[-1]
    half = curve.loc[curve["estimate"] >= last["estimate"] / 2].iloc[0]
    title = _("Half of what a member brings in {days} days has come by day {half}").format(
        days=numbers.count(last["day"]), half=numbers.count(half["day"])
    )
    subtitle = _("Mean number of members brought by age of the membership; young members count while watched")
    with style.canvas(curve, title=title, subtitle=subtitle, n=n) as (figure, axes):
        axes.plot(curve["day"], curve["estimate"], color=COLOURS["highlight"])
        marks.band(axes, curve["day"], curve["low"], curve["high"])
        axes.plot([half["day"]] * 2, [0, half["estimate"]], color=COLOURS["neutral"], linestyle="--")
        axes.set_ylim(0)
        axes.set_xlim(0)
        axes.set_xlabel(_("days since joining"))
        axes.set_ylabel(_("members brought"))
        said = numbers.decimal(last["estimate"], 2)
        marks.label_ends(axes, [(last["day"], last["estimate"], said, COLOURS["highlight"])])
    return style.picture(figure, curve, alt=_("Rising curve. {sentence}.").format(sentence=title))


def tier_plans(plans: pd.DataFrame) -> Picture:
    """Draw what each reward plan costs: per account that a report counts, and per member it really adds.

    Parameters
    ----------
    plans : DataFrame
        From `reward_tiers.simulate`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(plans)
    paid = plans[plans["per_additional"].notna()].reset_index(drop=True)
    n = about_of(plans).get("n", FEW) if len(paid) else 0
    if n < FEW:
        return style.too_little(plans, n=n)
    currency = about_of(plans).get("currency")
    cheap, dear = paid.loc[paid["per_account"].idxmin()], paid.loc[paid["per_additional"].idxmin()]
    if cheap["plan"] == dear["plan"]:
        title = _("“{plan}” is cheapest either way: {cost} per member it adds").format(
            plan=term(_, dear["plan"]), cost=numbers.money(dear["per_additional"], currency, 0)
        )
    else:
        title = _("Per account “{cheap}” is cheapest, per member it adds “{best}”").format(
            cheap=term(_, cheap["plan"]), best=term(_, dear["plan"])
        )
    subtitle = _("Rewards paid for each; a model, 95 % of its draws")
    with style.canvas(plans, title=title, subtitle=subtitle, n=None, height=1.6 + 0.42 * len(paid)) as (
        figure,
        axes,
    ):
        rows = np.arange(len(paid))
        high = paid["per_additional_high"].fillna(paid["per_additional"] * 10)
        marks.whiskers(axes, rows - 0.14, paid["per_additional_low"], high, horizontal=True)
        axes.scatter(paid["per_additional"], rows - 0.14, color=COLOURS["highlight"], s=38, zorder=4,
                     label=_("per member it adds"))  # fmt: skip
        marks.whiskers(axes, rows + 0.14, paid["per_account_low"], paid["per_account_high"], horizontal=True)
        axes.scatter(paid["per_account"], rows + 0.14, color=COLOURS["negative"], marker="s", s=30, zorder=4,
                     label=_("per account counted"))  # fmt: skip
        axes.set_xscale("log")
        ends = float(paid["per_account_low"].min()), float(high.max())
        ticks = [
            tick
            for tick in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
            if ends[0] / 2 <= tick <= ends[1] * 1.5
        ]
        axes.set_xticks(ticks, [numbers.money(tick, currency, 0) for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_yticks(rows, [term(_, plan) for plan in paid["plan"]])
        axes.set_ylim(len(paid) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(figure, plans, alt=_("Two dots for each plan. {sentence}.").format(sentence=title))
