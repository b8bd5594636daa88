"""Who comes back, as figures: the cohort triangle, curves, day-N by segment, survival and a change of mix."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from helpers.metrics.mix import mix_effect, standardise
from helpers.metrics.survival import stay
from helpers.present import marks, numbers, style
from helpers.present.groups import days_meant, grouping
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture

MOST_COHORTS = 14


def _name(_: Translate, start: pd.Timestamp, every: str) -> str:
    return f"{start:%Y-%m}" if every == "month" else numbers.day(start)


def cohort_triangle(cohorts: pd.DataFrame) -> Picture:
    """Draw the share of each cohort that was active in each period after it began.

    Parameters
    ----------
    cohorts : DataFrame
        From `retention.cohorts`. The latest cohorts are drawn where there are too many for a page.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(cohorts)
    about = about_of(cohorts)
    every = about.get("every", "week")
    # From the first finished period on: earlier cohorts began before anything was recorded.
    own = cohorts[cohorts["index"] == 0] if len(cohorts) else cohorts
    starts = sorted(own["cohort"].unique())[-MOST_COHORTS:] if len(own) else []
    shown = cohorts[cohorts["cohort"].isin(starts) & (cohorts["index"] <= MOST_COHORTS)]
    if len(starts) < 2 or shown["n"].sum() < 30:
        return style.too_little(cohorts, n=int(own["n"].sum()) if len(own) else 0)
    wide = shown.pivot(index="cohort", columns="index", values="estimate")
    size = shown.groupby("cohort")["n"].first()
    edge = shown.groupby("cohort")["left_edge"].first()
    wide.index = [
        f"{_name(_, start, every)}{' *' if edge[start] else ''}   n = {numbers.count(size[start])}"
        for start in wide.index
    ]
    title = _triangle_title(_, cohorts, every)
    subtitle = _("Share of each cohort that was active, by months after the month of joining")
    if every == "week":
        subtitle = _("Share of each cohort that was active, by weeks after the week of joining")
    if about.get("basis") == "orders":
        subtitle = _("Share of each cohort that bought, by months after the month of the first order")
        if every == "week":
            subtitle = _("Share of each cohort that bought, by weeks after the week of the first order")
    text = wide.map(lambda share: "" if pd.isna(share) else numbers.decimal(100 * share, 0))
    later = wide.drop(columns=0, errors="ignore").to_numpy(dtype=float)
    top = float(np.nanmax(later)) if later.size and np.isfinite(later).any() else 1.0
    with style.canvas(
        cohorts, title=title, subtitle=subtitle, n=int(size.sum()), height=1.7 + 0.25 * len(wide)
    ) as (figure, axes):
        marks.heat_map(axes, wide, text=text, low=0.0, high=max(top, 0.05))
        unfinished = shown[shown["open_period"]]
        rows = {start: row for row, start in enumerate(sorted(shown["cohort"].unique()))}
        columns = {step: column for column, step in enumerate(wide.columns)}
        for line in unfinished.itertuples():
            corner = (columns[line.index] - 0.5, rows[line.cohort] - 0.5)
            _hatch(axes, corner)
        axes.xaxis.tick_top()
        axes.set_xlabel(
            _notes(_, bool(len(unfinished)), bool(edge.any())), fontsize=8, loc="left", labelpad=6
        )
    return style.picture(
        figure, cohorts, alt=_("Heat map of cohorts by period. {sentence}.").format(sentence=title)
    )


def _hatch(axes: Axes, corner: tuple[float, float]) -> None:
    axes.add_patch(Rectangle(corner, 1, 1, facecolor="none", edgecolor="#7d8793", hatch="////", linewidth=0))


def _notes(_: Translate, unfinished: bool, edge: bool) -> str:
    notes = [_("Numbers are per cent.")]
    if unfinished:
        notes.append(_("Hatched: the period is not finished."))
    if edge:
        notes.append(_("* may hold members from before the records."))
    return "  ".join(notes)


def _triangle_title(_: Translate, cohorts: pd.DataFrame, every: str) -> str:
    closed = cohorts[~cohorts["open_period"] & (cohorts["index"] == 1)]
    closed = closed if closed["left_edge"].all() else closed[~closed["left_edge"]]
    if closed.empty:
        return _("No cohort has a finished period after its own yet")
    share = numbers.percent(closed["count"].sum() / closed["n"].sum(), 0)
    if every == "month":
        return _("{share} of a cohort come back in the month after joining").format(share=share)
    return _("{share} of a cohort come back in the week after joining").format(share=share)


def retention_curve(curve: pd.DataFrame) -> Picture:
    """Draw the average of the cohorts, how sure it is, and how far single cohorts lie apart.

    Parameters
    ----------
    curve : DataFrame
        From `retention.average_curve`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(curve)
    about = about_of(curve)
    later = curve[curve["index"] > 0]
    if later.empty or later["n"].max() < 30:
        return style.too_little(curve, n=int(curve["n"].max()) if len(curve) else 0)
    last = later.iloc[-1]
    month = about.get("every") == "month"
    message = (
        _("After {k} months {share} of the members are still active")
        if month
        else _("After {k} weeks {share} of the members are still active")
    )
    if about.get("basis") == "orders":
        message = (
            _("In month {k} after their first order {share} buy again")
            if month
            else _("In week {k} after their first order {share} buy again")
        )
    title = message.format(k=numbers.count(last["index"]), share=numbers.percent(last["estimate"], 0))
    subtitle = _(
        "Average of all finished cohorts with 95 % interval; pale lines: lowest and highest single cohort"
    )
    with style.canvas(curve, title=title, subtitle=subtitle, n=int(curve["n"].max())) as (figure, axes):
        for edge in ("lowest", "highest"):
            axes.plot(later["index"], later[edge], color=COLOURS["muted"], linewidth=1.2)
        axes.plot(later["index"], later["estimate"], color=COLOURS["highlight"], marker="o", markersize=3.5)
        marks.band(axes, later["index"], later["low"], later["high"])
        axes.set_ylim(0)
        marks.percent_axis(axes)
        marks.count_axis(axes, which="x")
        axes.set_xlabel(_("months since joining") if month else _("weeks since joining"))
        for line in later[later["cohorts"] == later["cohorts"].min()].head(1).itertuples():
            axes.annotate(
                _("{n} cohorts").format(n=line.cohorts) if line.cohorts > 1 else _("one cohort only"),
                (line.index, line.high), xytext=(0, 8), textcoords="offset points", ha="right", fontsize=8,
                color=COLOURS["grey"],
            )  # fmt: skip
    return style.picture(figure, curve, alt=_("Falling line with a band. {sentence}.").format(sentence=title))


def day_n(table: pd.DataFrame) -> Picture:
    """Draw day-N retention with its intervals: one row per segment, or per N when there is one segment.

    Parameters
    ----------
    table : DataFrame
        From `retention.day_n`. With several N and segments, the last N orders the rows.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    by = grouping(table)
    seen = table[table["n"] > 0]
    if seen.empty or seen["n"].max() < 10:
        return style.too_little(table, n=int(seen["n"].sum()) if len(seen) else 0)
    days = sorted(seen["day"].unique())
    if by is None:
        rows = [(day, _("day {n}").format(n=day), seen[seen["day"] == day]) for day in days]
        groups = [(label, part) for _day, label, part in rows]
    else:
        order = seen[seen["day"] == days[-1]].sort_values("estimate", ascending=False)
        groups = [(term(_, name), seen[seen[by] == name]) for name in order[by]]
    title = _day_title(_, seen, by, days)
    with style.canvas(
        table,
        title=title,
        subtitle=_day_subtitle(_, table),
        n=int(seen.groupby("day")["n"].sum().max()),
        height=1.75 + 0.34 * len(groups),
    ) as (figure, axes):
        shifts = np.linspace(-0.18, 0.18, len(days)) if by and len(days) > 1 else np.zeros(len(days))
        for number, day in enumerate(days):
            part = [
                (row, line)
                for row, (_label, group) in enumerate(groups)
                for line in group[group["day"] == day].itertuples()
            ]
            at = np.array([row for row, _line in part]) + (shifts[number] if by else 0)
            colour = SERIES[number % len(SERIES)] if by else COLOURS["highlight"]
            shares = [line.estimate for _row, line in part]
            marks.whiskers(
                axes, at, [line.low for _row, line in part], [line.high for _row, line in part],
                horizontal=True, colour=colour,
            )  # fmt: skip
            axes.plot(shares, at, "o", color=colour, markersize=6, label=_("day {n}").format(n=day))
        axes.set_yticks(range(len(groups)), [label for label, _part in groups], parse_math=False)
        axes.set_ylim(len(groups) - 0.5, -0.5)
        axes.set_xlim(0)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        marks.percent_axis(axes, which="x")
        if by and len(days) > 1:
            axes.legend(
                ncols=len(days), loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2
            )
    return style.picture(figure, table, alt=_("Dots with intervals. {sentence}.").format(sentence=title))


def _day_subtitle(_: Translate, table: pd.DataFrame) -> str:
    window = about_of(table).get("window", 1)
    if window == "after":
        return _("Share active on day N or any later day; can still rise for young members; 95 % interval")
    if window == 1:
        return _(
            "Share active on exactly day N after they began; members old enough to be seen; 95 % interval"
        )
    message = _("Share active at least once in the {k} days from day N; members old enough; 95 % interval")
    return message.format(k=window)


def _day_title(_: Translate, seen: pd.DataFrame, by: str | None, days: list[int]) -> str:
    last = seen[seen["day"] == days[-1]]
    # Segments of a few members are drawn, but the finding does not rest on them.
    last = last if last["small"].all() else last[~last["small"]]
    when = days_meant(_, days[-1], about_of(seen).get("window", 1))
    if by is None or len(last) < 2:
        line = last.iloc[0]
        message = (
            _("{share} of buyers buy again {when}")
            if about_of(seen).get("basis") == "orders"
            else _("{share} of new members are active {when}")
        )
        return message.format(share=numbers.percent(line["estimate"], 0), when=when)
    best, worst = last.loc[last["estimate"].idxmax()], last.loc[last["estimate"].idxmin()]
    if best["low"] <= worst["high"]:
        return _("No segment clearly keeps more members {when} than another").format(when=when)
    return _("{best} keeps {high} {when}, {worst} {low}").format(
        when=when,
        best=term(_, best[by]),
        worst=term(_, worst[by]),
        high=numbers.percent(best["estimate"], 0),
        low=numbers.percent(worst["estimate"], 0),
    )


def survival_curves(curve: pd.DataFrame) -> Picture:
    """Draw the share of members still here by time since joining, with the number still watched.

    Parameters
    ----------
    curve : DataFrame
        From `survival.kaplan_meier`. With more than five groups, the best and the worst stand out.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(curve)
    by = grouping(curve)
    lengths = stay(curve, by=by)
    if lengths.empty or lengths["n"].max() < 10:
        return style.too_little(curve, n=int(lengths["n"].sum()) if len(lengths) else 0)
    lengths = lengths.sort_values("estimate", ascending=False)
    names = [None] if by is None else list(lengths[by])
    colours = _group_colours(names)
    title = _survival_title(_, lengths, by)
    threshold = about_of(curve).get("threshold")
    subtitle = _("Share not yet lost, by days since joining; 95 % interval")
    if threshold is not None:
        message = _(
            "Share not yet lost, by days since joining; lost = {k} days without activity, or "
            "left; 95 % interval"
        )
        subtitle = message.format(k=threshold)
    until = float(lengths["until"].iloc[0])
    with style.canvas(
        curve, title=title, subtitle=subtitle, n=int(lengths["n"].sum()), rows=2, cols=1,
        height=3.7 + 0.17 * len(names), sharex=True, height_ratios=[10, 0.7 + 0.62 * len(names)],
    ) as (figure, (axes, table)):  # fmt: skip
        ends = []
        for name in names:
            part = curve if by is None else curve[curve[by] == name]
            part = part[part["time"] <= until]
            strong = colours[name] != COLOURS["neutral"]
            axes.step(
                part["time"],
                part["estimate"],
                where="post",
                color=colours[name],
                linewidth=2 if strong else 1,
            )
            if strong:
                axes.fill_between(
                    part["time"],
                    part["low"],
                    part["high"],
                    step="post",
                    color=colours[name],
                    alpha=0.14,
                    linewidth=0,
                )
            if by is not None:
                ends.append(
                    (part["time"].iloc[-1], float(part["estimate"].iloc[-1]), term(_, name), colours[name])
                )
        axes.axhline(0.5, color=COLOURS["neutral"], linewidth=0.8, linestyle=(0, (2, 2)))
        axes.set_ylim(0, 1)
        axes.set_xlim(0, until)
        marks.percent_axis(axes)
        _risk_table(_, table, curve, by, names, until)
        table.set_xlabel(_("days since joining"))
        marks.label_ends(axes, ends)
    return style.picture(
        figure, curve, alt=_("Falling steps, one line a group. {sentence}.").format(sentence=title)
    )


def _group_colours(names: list[object]) -> dict[object, str]:
    if len(names) <= len(SERIES):
        return {name: SERIES[number] for number, name in enumerate(names)}
    return {
        name: COLOURS["positive"]
        if number == 0
        else COLOURS["negative"]
        if number == len(names) - 1
        else COLOURS["neutral"]
        for number, name in enumerate(names)
    }


def _risk_table(
    _: Translate, axes: Axes, curve: pd.DataFrame, by: str | None, names: list[object], until: float
) -> None:
    ticks = np.linspace(0, until, 7)[:-1].round()
    for row, name in enumerate(names):
        part = curve if by is None else curve[curve[by] == name]
        for tick in ticks:
            later = part.loc[part["time"] >= tick, "n"]
            axes.text(
                tick, row, numbers.count(later.iloc[0] if len(later) else 0),
                ha="left" if tick == 0 else "center",
                va="center", fontsize=7.5, color=COLOURS["grey"],
            )  # fmt: skip
    axes.set_ylim(len(names) - 0.5, -0.5)
    labels = ["" if name is None else term(_, name) for name in names]
    axes.set_yticks(range(len(names)), labels, fontsize=7.5, parse_math=False)
    axes.set_title(_("members still watched and not lost"), fontsize=7.5, color=COLOURS["grey"])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _survival_title(_: Translate, lengths: pd.DataFrame, by: str | None) -> str:
    best, worst = lengths.iloc[0], lengths.iloc[-1]
    if by is None:
        if numbers.is_missing(best["median"]):
            return _("Fewer than half of the members were lost in the time watched")
        return _("Half of the members are lost within {k} days").format(k=numbers.count(best["median"]))
    if best["low"] <= worst["high"]:
        return _("No group clearly stays longer than another")
    message = _("{best}: {long} days on average out of the first {until}; {worst}: {short}")
    return message.format(
        best=term(_, best[by]),
        worst=term(_, worst[by]),
        long=numbers.count(best["estimate"]),
        short=numbers.count(worst["estimate"]),
        until=numbers.count(best["until"]),
    )


def mix_shift(mix: pd.DataFrame) -> Picture:
    """Draw retention as it was beside what it would have been with one mix of members, and what moved it.

    Parameters
    ----------
    mix : DataFrame
        From `mix.by_mix`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(mix)
    whole = standardise(mix)[lambda table: ~table["open_period"]] if len(mix) else mix
    if len(whole) < 2 or whole["n"].min() < 10:
        return style.too_little(mix, n=int(whole["n"].sum()) if len(whole) else 0)
    parts = mix_effect(mix).sort_values("total", ignore_index=True)
    by, day = about_of(mix).get("by", mix.columns[1]), about_of(mix).get("day", 30)
    change, moved = parts["total"].sum(), parts["mix"].sum()
    title = _("Retention changed by {change} points; {mix} of them are a change of mix").format(
        change=numbers.points(change), mix=numbers.points(moved)
    )
    subtitle = _(
        "Day-{day} retention by joining period, as it was and with the mix of all periods; 95 % interval"
    )
    with style.canvas(
        mix, title=title, subtitle=subtitle.format(day=day), n=int(whole["n"].sum()), cols=2,
        width_ratios=[3, 2],
        height=3.7,
    ) as (figure, (axes, bars)):  # fmt: skip
        lines = (("estimate", "low", "high", _("as it was"), COLOURS["highlight"]),
                 ("standardised", "standardised_low", "standardised_high", _("same mix"),
                  COLOURS["negative"]))  # fmt: skip
        for value, low, high, _label, colour in lines:
            axes.plot(whole["cohort"], whole[value], color=colour)
            marks.band(axes, whole["cohort"], whole[low], whole[high], colour=colour)
        axes.set_ylim(0)
        marks.percent_axis(axes)
        marks.date_axis(axes, _)
        at = np.arange(len(parts))
        bars.barh(
            at - 0.19,
            100 * parts["mix"],
            height=0.36,
            color=COLOURS["highlight"],
            label=_("its share changed"),
        )
        bars.barh(
            at + 0.19,
            100 * parts["within"],
            height=0.36,
            color=COLOURS["neutral"],
            label=_("its own rate changed"),
        )
        bars.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        bars.set_yticks(at, [term(_, name) for name in parts[by]], parse_math=False)
        bars.set_ylim(len(parts) - 0.5, -0.5)
        bars.grid(axis="x")
        bars.grid(visible=False, axis="y")
        bars.set_xlabel(_("percentage points, first to last period"))
        bars.legend(loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
        last = whole.iloc[-1]
        marks.label_ends(
            axes, [(last["cohort"], last[value], label, colour) for value, _l, _h, label, colour in lines]
        )
    return style.picture(
        figure, mix, alt=_("Two lines over time and bars by segment. {sentence}.").format(sentence=title)
    )
