"""Points and rewards, as figures: the books, and what a reward changed against a control."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, Picture


def points_ledger(ledger: pd.DataFrame) -> Picture:
    """Draw points earned, spent and expired by period, and what members could still spend.

    Parameters
    ----------
    ledger : DataFrame
        From `incentives.ledger`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(ledger)
    if ledger.empty or ledger["earned"].sum() <= 0:
        return style.too_little(ledger, n=0)
    used = ledger["spent"].sum() / ledger["earned"].sum()
    title = _("Of the points earned, {share} were spent; {n} are outstanding").format(
        share=numbers.percent(used), n=numbers.count(ledger["outstanding"].iloc[-1])
    )
    subtitle = _(
        "Bars: points earned (up), spent and expired (down); line: outstanding at the end of the period"
    )
    with style.canvas(ledger, title=title, subtitle=subtitle, height=3.5) as (figure, axes):
        days = pd.to_datetime(ledger["period"])
        width = 0.75 * (days.diff().dt.days.median() if len(days) > 1 else 28)
        middle = days + (pd.to_datetime(ledger["last_day"]) - days) / 2
        axes.bar(middle, ledger["earned"], width=width, color=COLOURS["highlight"], label=_("earned"))
        axes.bar(middle, -ledger["spent"], width=width, color=COLOURS["positive"], label=_("spent"))
        axes.bar(
            middle,
            -ledger["expired"],
            bottom=-ledger["spent"],
            width=width,
            color=COLOURS["muted"],
            label=_("expired"),
        )
        axes.plot(
            pd.to_datetime(ledger["last_day"]),
            ledger["outstanding"],
            color=COLOURS["negative"],
            label=_("outstanding"),
        )
        axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
        marks.count_axis(axes)
        marks.date_axis(axes, _)
        axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(
        figure,
        ledger,
        alt=_("Bars up and down with a rising or falling line. {sentence}.").format(sentence=title),
    )


def incentive_effect(effect: pd.DataFrame) -> Picture:
    """Draw the difference to the control before, during and after a reward, plain and adjusted.

    Parameters
    ----------
    effect : DataFrame
        From `incentives.effect`; the first campaign and arm are drawn.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(effect)
    if effect.empty or (effect["n"] + effect["other_n"]).max() < 20:
        return style.too_little(effect, title=_("No reward has a control to compare with"), n=0)
    first = effect.iloc[0]
    shown = effect[(effect["campaign_id"] == first["campaign_id"]) & (effect["arm"] == first["arm"])]
    outcomes = list(dict.fromkeys(shown["outcome"]))
    during = shown[shown["stage"] == "during"].set_index("outcome")["adjusted_low"]
    sure = [name for name in outcomes if during.get(name, np.nan) > 0]
    title = (
        _("{name} raised {what} while it ran").format(
            name=first["name"], what=", ".join(term(_, name) for name in sure)
        )
        if sure
        else _("{name}: no rise beyond chance while it ran").format(name=first["name"])
    )
    subtitle = _(
        "Difference per member, treated less control, 95 % interval; filled: measured by what each did before"
    )
    n = int((shown["n"] + shown["other_n"]).max())
    with style.canvas(
        effect, title=title, subtitle=subtitle, n=n, cols=len(outcomes), height=2.9, squeeze=False
    ) as (figure, panels):
        for axes, outcome in zip(panels[0], outcomes, strict=True):
            part = shown[shown["outcome"] == outcome].reset_index(drop=True)
            at = np.arange(len(part))
            marks.whiskers(axes, at - 0.1, part["low"], part["high"], colour=COLOURS["neutral"])
            axes.plot(
                at - 0.1,
                part["estimate"],
                "o",
                color=COLOURS["neutral"],
                markerfacecolor="white",
                label=_("plain"),
            )
            marks.whiskers(
                axes, at + 0.1, part["adjusted_low"], part["adjusted_high"], colour=COLOURS["highlight"]
            )
            axes.plot(at + 0.1, part["adjusted"], "o", color=COLOURS["highlight"], label=_("adjusted"))
            axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
            axes.set_xticks(at, [term(_, stage) for stage in part["stage"]])
            axes.set_xlim(-0.6, len(part) - 0.4)
            axes.set_title(term(_, outcome))
        panels[0][-1].legend(loc="best")
        panels[0][0].set_ylabel(_("per member"))
    return style.picture(
        figure,
        effect,
        alt=_("Differences with intervals in three stages. {sentence}.").format(sentence=title),
    )
