"""Figures of attribution: credit and cost by channel under every rule, and credit beside what was caused."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.groups import capital
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.rules import COLOUR, MARKER, channel_name, rule_name
from helpers.present.style import COLOURS, Picture

MOST = 10
FEW = 10


def _offsets(
    axes: Axes, _: Translate, table: pd.DataFrame, names: list[str], columns: tuple[str, str, str]
) -> None:
    # One line a channel; on it one dot a rule, a little below the other.
    rules = [rule for rule in COLOUR if rule in set(table["rule"])]
    steps = np.linspace(-0.3, 0.3, len(rules)) if len(rules) > 1 else np.zeros(1)
    value, low, high = columns
    for step, rule in zip(steps, rules, strict=True):
        mine = table[table["rule"] == rule].set_index("channel").reindex(names)
        at = np.arange(len(names)) + step
        marks.whiskers(axes, at, mine[low], mine[high], horizontal=True, colour=COLOUR[rule])
        axes.plot(mine[value], at, MARKER[rule], color=COLOUR[rule], markersize=4.5, label=rule_name(_, rule))
    axes.set_yticks(range(len(names)), [capital(channel_name(_, name)) for name in names], parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    for row in range(1, len(names)):
        axes.axhline(row - 0.5, color=COLOURS["muted"], linewidth=0.6)
    axes.legend(ncols=5, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2,
                columnspacing=1.0, handletextpad=0.3)  # fmt: skip


def _goal(_: Translate, goal: object) -> str:
    return {"join": _("joining"), "first_order": _("first orders")}.get(str(goal), _("orders"))


def channel_credit(table: pd.DataFrame) -> Picture:
    """Draw the share of the conversions that each rule credits to each channel.

    Parameters
    ----------
    table : DataFrame
        From `attribution.credits`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < FEW:
        return style.too_little(table, n=n)
    share = table.pivot(index="channel", columns="rule", values="share")
    names = share.mean(axis=1).sort_values(ascending=False).index[:MOST].tolist()
    gap = (share.max(axis=1) - share.min(axis=1)).loc[names]
    widest = str(gap.idxmax())
    title = _("The rule decides: {channel} gets {low} to {high} of the credit").format(
        channel=channel_name(_, widest),
        low=numbers.percent(share.loc[widest].min(), 0),
        high=numbers.percent(share.loc[widest].max(), 0),
    )
    subtitle = _(
        "Share of {goal} after contacts of up to {days} days before; 95 % interval by members"
    ).format(goal=_goal(_, about.get("goal")), days=about.get("days", 14))
    with style.canvas(
        table, title=title, subtitle=subtitle, n=n, height=1.7 + 0.48 * len(names)
    ) as (figure, axes):  # fmt: skip
        _offsets(axes, _, table, names, ("share", "share_low", "share_high"))
        marks.percent_axis(axes, which="x")
    return style.picture(
        figure, table, alt=_("Dots of credit by channel and rule. {sentence}.").format(sentence=title)
    )


def credited_and_caused(table: pd.DataFrame) -> Picture:
    """Draw the orders credited to an advertisement by each rule, and those that a hold-out finds.

    Parameters
    ----------
    table : DataFrame
        From `credited.against`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < FEW:
        return style.too_little(table, n=n)
    rows = table.set_index("rule")
    caused = rows.loc["holdout"]
    title = _("The last contact is credited with {credited} orders, the hold-out finds {caused}").format(
        credited=numbers.count(rows.at["last", "estimate"]),
        caused=numbers.interval(caused["estimate"], caused["low"], caused["high"], places=0),
    )
    subtitle = _("Orders of those meant to see “{campaign}”, {period}; at the right money over cost").format(
        campaign=about.get("campaign", ""), period=about.get("period", "")
    )
    said = [
        "" if numbers.is_missing(a) else numbers.interval(a, b, c)
        for a, b, c in zip(*(table[f"returned{end}"] for end in ("", "_low", "_high")), strict=True)
    ]
    colours = [COLOURS["highlight"] if rule == "holdout" else COLOURS["negative"] for rule in table["rule"]]
    with style.canvas(
        table, title=title, subtitle=subtitle, n=n, height=1.6 + 0.34 * len(table)
    ) as (figure, axes):  # fmt: skip
        names = [rule_name(_, rule) for rule in table["rule"]]
        dot_list(
            axes, names, table["estimate"], table["low"], table["high"], colours=colours, said=said, middle=0
        )
        marks.count_axis(axes, which="x")
        axes.set_xlabel(_("orders"))
    return style.picture(
        figure,
        table,
        alt=_("Dots of credited orders far from those caused. {sentence}.").format(sentence=title),
    )


def channel_costs(table: pd.DataFrame) -> Picture:
    """Draw what a credited conversion cost by channel, under every rule.

    Parameters
    ----------
    table : DataFrame
        From `ad_returns.by_channel`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < FEW or table["estimate"].isna().all():
        return style.too_little(table, n=n)
    cost = table.pivot(index="channel", columns="rule", values="estimate")
    names = cost.mean(axis=1).sort_values(ascending=False).index[:MOST].tolist()
    times = (cost.max(axis=1) / cost.min(axis=1)).loc[names]
    widest = str(times.idxmax())
    currency = about.get("currency")
    title = _("{channel} costs {low} or {high} each, by the rule").format(
        channel=capital(channel_name(_, widest)),
        low=numbers.money(cost.loc[widest].min(), currency),
        high=numbers.money(cost.loc[widest].max(), currency),
    )
    subtitle = _("Cost of the channel over what is credited to it ({goal}); 95 % interval by members").format(
        goal=_goal(_, about.get("goal"))
    )
    with style.canvas(
        table, title=title, subtitle=subtitle, n=n, height=1.7 + 0.48 * len(names)
    ) as (figure, axes):  # fmt: skip
        _offsets(axes, _, table, names, ("estimate", "low", "high"))
        marks.money_axis(axes, currency, which="x")
    return style.picture(
        figure, table, alt=_("Dots of cost by channel and rule. {sentence}.").format(sentence=title)
    )


def audience(table: pd.DataFrame) -> Picture:
    """Draw the kinds of newcomers who bought more or less often than all others.

    Parameters
    ----------
    table : DataFrame
        From `ad_returns.audience`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    known = table.dropna(subset=["estimate"]) if len(table) else table
    known = known[~known["small"]] if len(known) else known
    if known.empty:
        return style.too_little(table, n=int(about.get("n", 0)))
    far = np.log(known["estimate"].clip(lower=0.01)).abs()
    shown = known.loc[far.sort_values(ascending=False).index[:12]].sort_values("estimate", ascending=False)
    clear = int(known["significant"].sum())
    hidden = int(table["suppressed"].sum())
    title = _("{clear} of {n} kinds of newcomers buy clearly more or less often than the others").format(
        clear=clear, n=len(known)
    )
    subtitle = _(
        "Share who bought within {days} days over that of all others; {hidden} small kinds hidden"
    ).format(days=about.get("days", 90), hidden=hidden)
    names = [f"{term(_, row.value)} ({term(_, row.attribute)})" for row in shown.itertuples()]
    colours = [COLOURS["highlight"] if clear else COLOURS["neutral"] for clear in shown["significant"]]
    with style.canvas(table, title=title, subtitle=subtitle, height=1.5 + 0.26 * len(shown)) as (
        figure,
        axes,
    ):
        said = [numbers.percent(share, 0) for share in shown["share"]]
        dot_list(
            axes, names, shown["estimate"], shown["low"], shown["high"], colours=colours, said=said, middle=1
        )
        axes.set_xlabel(_("times as often as all others; at the right the share who bought"))
    return style.picture(
        figure, table, alt=_("Dots of lift by kind of newcomer. {sentence}.").format(sentence=title)
    )
