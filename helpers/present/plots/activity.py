"""Activity as figures: active members, the active share, stickiness."""

from __future__ import annotations

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture


def active_members(rolling: pd.DataFrame) -> Picture:
    """Draw the members active in the last 1, 7 and 28 days, day by day.

    Parameters
    ----------
    rolling : DataFrame
        From `activity.rolling`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(rolling)
    if rolling["day"].nunique() < 7 if len(rolling) else True:
        return style.too_little(rolling, n=int(rolling["count"].max()) if len(rolling) else 0)
    windows = sorted(rolling["window"].unique())
    last = rolling["day"].max()
    now = rolling.loc[rolling["day"] == last].set_index("window")["count"]
    buying = about_of(rolling).get("basis") == "orders"
    title = (
        _("{count} members bought in the last {window} days")
        if buying
        else _("{count} members were active in the last {window} days")
    ).format(count=numbers.count(now[windows[-1]]), window=numbers.count(windows[-1]))
    subtitle = _(
        "Members active in a window that ends with the day; dotted: the window began before the data"
    )
    names = {1: _("DAU (1 day)"), 7: _("WAU (7 days)"), 28: _("MAU (28 days)")}
    ends = []
    with style.canvas(rolling, title=title, subtitle=subtitle, n=int(now[windows[-1]])) as (figure, axes):
        for window, colour in zip(reversed(windows), SERIES * len(windows), strict=False):
            part = rolling.loc[rolling["window"] == window]
            early, full = part.loc[part["left_edge"]], part.loc[~part["left_edge"]]
            axes.plot(early["day"], early["count"], color=colour, linewidth=1.2, linestyle=(0, (1, 2)))
            axes.plot(full["day"], full["count"], color=colour, linewidth=1.2 if window == 1 else 2)
            name = names.get(window, _("{window} days").format(window=numbers.count(window)))
            ends.append((last, now[window], f"{name} {numbers.count(now[window])}", colour))
        axes.set_ylim(0)
        axes.margins(x=0.01)
        marks.count_axis(axes)
        marks.date_axis(axes, _)
        marks.label_ends(axes, ends)
    alt = _("Lines by day. {sentence}; {daily} on the last day.").format(
        sentence=title, daily=numbers.count(now[windows[0]])
    )
    return style.picture(figure, rolling, alt=alt)


def active_share(panel: pd.DataFrame) -> Picture:
    """Draw the share of members who were active in each period, with its interval.

    Parameters
    ----------
    panel : DataFrame
        From `activity.panel`; split by at most five groups.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(panel)
    by = about_of(panel).get("by")
    seen = ~panel["open_period"] & ~panel["left_edge"] & (panel["n"] > 0)
    whole = panel.loc[seen] if len(panel) else panel
    if whole["period"].nunique() < 2:
        return style.too_little(panel, n=int(panel["n"].max()) if len(panel) else 0)
    last = whole.loc[whole["period"] == whole["period"].max()]
    groups = last.sort_values("n", ascending=False)[by].head(5).tolist() if by else [None]
    # A handful of members is no group to crown.
    best = (last if last["small"].all() else last.loc[~last["small"]]).sort_values("estimate").iloc[-1]
    if by:
        title = _("{group} is the most active: {share} in the last whole period").format(
            group=term(_, best[by]).capitalize(), share=numbers.percent(best["estimate"])
        )
    else:
        title = (
            _("{share} of members bought in the last whole period")
            if about_of(panel).get("basis") == "orders"
            else _("{share} of members were active in the last whole period")
        ).format(share=numbers.percent(best["estimate"]))
    subtitle = (
        _("Members who bought, as a share of all who belonged to the community by then")
        if about_of(panel).get("basis") == "orders"
        else _("Active members as a share of all who belonged to the community, silent ones included")
    )
    ends = []
    with style.canvas(panel, title=title, subtitle=subtitle, n=int(best["n"])) as (figure, axes):
        for group, colour in zip(groups, SERIES, strict=False):
            part = panel if group is None else panel.loc[panel[by] == group]
            part = part.loc[~part["left_edge"]]
            closed = part.loc[~part["open_period"]]
            axes.plot(part["period"], part["estimate"], color=colour, linestyle=(0, (3, 2)), linewidth=1.2)
            axes.plot(closed["period"], closed["estimate"], color=colour)
            marks.band(axes, part["period"], part["low"], part["high"], colour=colour)
            end = part.iloc[-1]
            said = numbers.percent(end["estimate"]) if group is None else term(_, group)
            ends.append((end["period"], end["estimate"], said, colour))
        opened = panel.loc[panel["open_period"]]
        if len(opened):
            marks.mark_open(axes, whole["period"].max(), opened["period"].max(), label=_("unfinished"))
        axes.set_ylim(0)
        axes.margins(x=0.01)
        marks.percent_axis(axes)
        marks.date_axis(axes, _)
        marks.label_ends(axes, ends)
    return style.picture(figure, panel, alt=_("Lines by period. {sentence}.").format(sentence=title))


def stickiness(result: pd.DataFrame) -> Picture:
    """Draw stickiness, DAU over MAU, for windows that follow each other.

    Parameters
    ----------
    result : DataFrame
        From `activity.stickiness`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(result)
    whole = result.loc[~result["left_edge"]] if len(result) else result
    if not len(whole) or whole["n"].max() < 10:
        return style.too_little(result, n=int(result["n"].sum()) if len(result) else 0)
    window = int(about_of(result).get("window", 28))
    end = whole.iloc[-1]
    title = (
        _("Who buys at all buys on {days} of {window} days")
        if about_of(result).get("basis") == "orders"
        else _("An active member is there on {days} of {window} days")
    ).format(days=numbers.decimal(end["estimate"] * window), window=numbers.count(window))
    subtitle = _("Stickiness: mean DAU over MAU in windows of {window} days, with 95 % interval").format(
        window=numbers.count(window)
    )
    with style.canvas(result, title=title, subtitle=subtitle, n=int(end["n"]), height=3.0) as (figure, axes):
        marks.whiskers(axes, whole["last_day"], whole["low"], whole["high"], colour=COLOURS["neutral"])
        axes.plot(
            whole["last_day"], whole["estimate"], color=COLOURS["highlight"], marker="o", markersize=4.5
        )
        axes.set_ylim(0)
        marks.percent_axis(axes)
        marks.date_axis(axes, _)
        axes.set_xlabel(_("last day of the window"))
        said = numbers.percent(end["estimate"])
        marks.label_ends(axes, [(end["last_day"], end["estimate"], said, COLOURS["highlight"])])
    alt = _("Line by window. {sentence}, a stickiness of {share}.").format(
        sentence=title, share=numbers.percent_interval(end["estimate"], end["low"], end["high"])
    )
    return style.picture(figure, result, alt=alt)
