"""The life cycle as figures: shares of the states over time, and moves between them."""

from __future__ import annotations

import pandas as pd

from helpers.metrics import lifecycle, rhythm
from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture

_FILL = {
    "active": SERIES[0],
    "returning": SERIES[3],
    "new": SERIES[2],
    "dormant": SERIES[4],
    "lost": COLOURS["negative"],
    "silent": COLOURS["muted"],
}


def life_cycle(states: pd.DataFrame) -> Picture:
    """Stack the shares of members in each state at the end of every period.

    Parameters
    ----------
    states : DataFrame
        From `lifecycle.states`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(states)
    if not len(states) or states["n"].max() < 30:
        return style.too_little(states, n=int(states["n"].max()) if len(states) else 0)
    about = about_of(states)
    if until := about.get("as_of"):  # a period that goes on is drawn as far as it is known
        states = states.assign(last_day=states["last_day"].clip(upper=pd.Timestamp(until)))
    share = states.pivot(index="last_day", columns="state", values="estimate")[list(_FILL)].fillna(0)
    flags = states.drop_duplicates("last_day").set_index("last_day")
    now = states.loc[states["last_day"] == share.index[-1]].set_index("state")
    awake = now.loc[["new", "active", "returning"]]
    title = _("{share} of everybody who ever joined is active now, {lost} is lost").format(
        share=numbers.percent(awake["count"].sum() / awake["n"].iloc[0]),
        lost=numbers.percent(now.loc["lost", "estimate"]),
    )
    subtitle = _(
        "Members by state at the end of each period; dormant after {dormant} quiet days, lost after {lost}"
    )
    if about.get("pauses", 0) >= 30 and about.get("watched", rhythm.SHORT) < rhythm.SHORT:
        subtitle = _(
            "Members by state at the end of each period; dormant after {dormant} quiet days, lost after "
            "{lost}: too few, for they rest on {days} days of data"
        )
    subtitle = subtitle.format(
        dormant=numbers.count(about.get("dormant_after")),
        lost=numbers.count(about.get("lost_after")),
        days=numbers.count(about.get("watched")),
    )
    ends = []
    with style.canvas(states, title=title, subtitle=subtitle, n=int(now["n"].iloc[0]), height=4.0) as (
        figure,
        axes,
    ):
        below = share.iloc[:, 0] * 0.0
        for state, colour in _FILL.items():
            above = below + share[state]
            axes.fill_between(share.index, below, above, color=colour, linewidth=0.6, edgecolor="white")
            if share[state].iloc[-1] > 0:
                said = f"{term(_, state)} {numbers.percent(share[state].iloc[-1], 0)}"
                ends.append((share.index[-1], float(below.iloc[-1] + above.iloc[-1]) / 2, said, colour))
            below = above
        early = flags.index[flags["left_edge"]]
        if len(early) and len(early) < len(flags):
            marks.mark_left_edge(axes, early[-1], label=_("too early to know who is lost"))
        if flags["open_period"].iloc[-1] and len(flags) > 1:
            marks.mark_open(axes, flags.index[-2], flags.index[-1])
        axes.set_ylim(0, 1)
        axes.set_xlim(share.index[0], share.index[-1])
        marks.percent_axis(axes)
        marks.date_axis(axes, _)
        marks.label_ends(axes, ends)
    return style.picture(
        figure, states, alt=_("Stacked shares by period. {sentence}.").format(sentence=title)
    )


def life_cycle_transitions(transitions: pd.DataFrame) -> Picture:
    """Draw the moves between states as a heat map, with the steady state they lead to.

    Parameters
    ----------
    transitions : DataFrame
        From `lifecycle.transitions`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(transitions)
    about = about_of(transitions)
    if not len(transitions) or transitions["count"].sum() < 30:
        return style.too_little(transitions, n=int(transitions["count"].sum()) if len(transitions) else 0)
    order = list(_FILL)
    chance = transitions.pivot(index="from", columns="to", values="estimate").loc[order, order]
    n = transitions.drop_duplicates("from").set_index("from")["n"]
    chance.index = pd.Index([f"{term(_, state)} (n = {numbers.count(n[state])})" for state in order])
    chance.columns = pd.Index([term(_, state) for state in order])
    steady = lifecycle.steady_state(transitions).set_index("state").loc[order]
    lost = transitions[transitions["from"] == "lost"]
    rate = numbers.percent(lost.loc[lost["to"].isin(["active", "returning"]), "estimate"].sum())
    titles = {
        "day": _("{rate} of lost members return from one day to the next"),
        "week": _("{rate} of lost members return from one week to the next"),
        "month": _("{rate} of lost members return from one month to the next"),
    }
    title = titles[about.get("period", "month")].format(rate=rate)
    subtitle = _(
        "Left: where members of each state are one period later. Right: if this goes on for long and "
        "nobody joins"
    )
    with style.canvas(
        transitions,
        title=title,
        subtitle=subtitle,
        n=int(n.sum()),
        cols=2,
        height=3.9,
        gridspec_kw={"width_ratios": [2.6, 1]},
    ) as (figure, axes):
        marks.heat_map(axes[0], chance, low=0, high=1)
        axes[0].set_title(_("from (rows) to (columns)"))
        rows = range(len(order))
        axes[1].barh(rows, steady["now"], height=0.36, color=COLOURS["muted"], label=_("now"))
        below = [row + 0.38 for row in rows]
        colour = COLOURS["highlight"]
        axes[1].barh(below, steady["estimate"], height=0.36, color=colour, label=_("in the long run"))
        marks.whiskers(axes[1], below, steady["low"], steady["high"], horizontal=True)
        axes[1].set_ylim(len(order) - 0.3, -0.5)
        axes[1].set_yticks([row + 0.19 for row in rows], [term(_, state) for state in order])
        axes[1].grid(axis="x")
        axes[1].grid(visible=False, axis="y")
        marks.percent_axis(axes[1], which="x")
        axes[1].legend(loc="lower left", bbox_to_anchor=(-0.2, 1), ncols=2, borderpad=0, borderaxespad=0.2)
    alt = _(
        "Heat map of moves and bars of the steady state. {sentence}; in the long run {lost} would be lost."
    ).format(sentence=title, lost=numbers.percent(steady.loc["lost", "estimate"]))
    return style.picture(figure, transitions, alt=alt)
