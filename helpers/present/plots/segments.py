"""Segments and personas as figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.groups import placed
from helpers.present.language import Translate, term, translator
from helpers.present.style import COLOURS, Picture
from helpers.present.table_layout import Table
from helpers.present.tables import show


def _value(_: Translate, table: pd.DataFrame) -> str:
    return _("money") if table.attrs.get("about", {}).get("value") != "actions" else _("actions")


def rfm_segments(table: pd.DataFrame) -> Picture:
    """Draw for each segment its share of the members beside its share of the money.

    Parameters
    ----------
    table : DataFrame
        From `rfm.segments`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(table)
    shown = table[table["count"] > 0].reset_index(drop=True)
    total = int(table["n"].max()) if len(table) else 0
    if total < 10 or table["money_share"].isna().all():
        return style.too_little(table, n=total)
    best = shown.loc[shown["money_share"].idxmax()]
    title = _("{share} of the members, {segment}, make {money} of the {value}").format(
        share=numbers.percent(best["estimate"]),
        segment=term(_, best["segment"]),
        money=numbers.percent(best["money_share"]),
        value=_value(_, table),
    )
    subtitle = _("Members and {value} by segment of recency, frequency and money; lines are 95 % intervals")
    with style.canvas(
        table,
        title=title,
        subtitle=subtitle.format(value=_value(_, table)),
        n=total,
        height=1.5 + 0.33 * len(shown),
    ) as (figure, axes):
        rows = np.arange(len(shown))
        axes.barh(
            rows - 0.19, shown["estimate"], height=0.36, color=COLOURS["muted"], label=_("share of members")
        )
        marks.whiskers(axes, rows - 0.19, shown["low"], shown["high"], horizontal=True)
        axes.barh(
            rows + 0.19,
            shown["money_share"],
            height=0.36,
            color=COLOURS["highlight"],
            label=_("share of the {value}").format(value=_value(_, table)),
        )
        marks.whiskers(axes, rows + 0.19, shown["money_low"], shown["money_high"], horizontal=True)
        axes.set_yticks(rows, [term(_, name) for name in shown["segment"]], parse_math=False)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        marks.percent_axis(axes, which="x")
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(
        figure, table, alt=_("Two bars for each segment. {sentence}.").format(sentence=title)
    )


def rfm_grid(grid: pd.DataFrame) -> Picture:
    """Draw how many members have each pair of recency and frequency scores.

    Parameters
    ----------
    grid : DataFrame
        From `rfm.grid`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(grid)
    total = int(grid["n"].max()) if len(grid) else 0
    if total < 10:
        return style.too_little(grid, n=total)
    top = grid[(grid["r"] >= 4) & (grid["f"] >= 4)]["estimate"].sum()
    title = _("{share} are both recent and frequent").format(share=numbers.percent(top))
    subtitle = _("Share of the members with scores, by recency and frequency; 5 is best")
    wide = grid.pivot(index="r", columns="f", values="estimate").sort_index(ascending=False)
    with style.canvas(grid, title=title, subtitle=subtitle, n=total, height=3.8) as (figure, axes):
        marks.heat_map(axes, wide, low=0)
        axes.set_xlabel(_("frequency score"))
        axes.set_ylabel(_("recency score"))
    return style.picture(
        figure, grid, alt=_("Heat map of five by five scores. {sentence}.").format(sentence=title)
    )


def persona_choice(choice: pd.DataFrame) -> Picture:
    """Draw how clear and how stable each number of personas is.

    Parameters
    ----------
    choice : DataFrame
        `personas.choice`, or from `persona_choice.choose`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(choice)
    if not len(choice):
        return style.too_little(choice, n=0)
    best = choice[choice["recommended"]].iloc[0]
    if best["stable"]:
        title = _("{k} personas: the most that are found again in resampled members")
    else:
        title = _("No number of personas is stable; {k} comes nearest")
    title = title.format(k=int(best["k"]))
    names = {
        "silhouette": _("silhouette (clear)"),
        "gap": _("gap to chance"),
        "stability": _("stability (Rand index)"),
    }
    subtitle = _(
        "By number of groups: how well apart, how far from chance, how often found again (95 % of resamples)"
    )
    with style.canvas(choice, title=title, subtitle=subtitle, n=int(best["n"]), cols=3, height=3.1) as (
        figure,
        panels,
    ):
        for axes, (name, label) in zip(panels, names.items(), strict=True):
            axes.axvline(best["k"], color=COLOURS["muted"], linewidth=8, zorder=0)
            axes.plot(choice["k"], choice[name], color=COLOURS["highlight"], marker="o", markersize=4)
            if name == "stability":
                marks.band(axes, choice["k"], choice["low"], choice["high"])
                axes.set_ylim(min(0, choice["low"].min()), 1.02)
            if name == "gap":
                error = choice["gap_error"]
                marks.band(axes, choice["k"], choice["gap"] - error, choice["gap"] + error)
            axes.set_title(label)
            axes.set_xticks(choice["k"].tolist())
            axes.set_xlabel(_("number of personas"))
    return style.picture(
        figure, choice, alt=_("Three lines by number of personas. {sentence}.").format(sentence=title)
    )


def persona_traits(traits: pd.DataFrame) -> Picture:
    """Draw what sets each persona apart from the average member.

    Parameters
    ----------
    traits : DataFrame
        From `personas.traits`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(traits)
    if not len(traits):
        return style.too_little(traits, n=0)
    wide = traits.pivot(index="feature", columns="segment", values="estimate")
    wide = wide.reindex(list(dict.fromkeys(traits["feature"]))).astype(float)
    strongest = traits.loc[traits["estimate"].astype(float).abs().idxmax()]
    message = (
        _("Persona {segment} stands out most: {feature} far above average")
        if strongest["estimate"] > 0
        else _("Persona {segment} stands out most: {feature} far below average")
    )
    title = message.format(segment=strongest["segment"], feature=term(_, strongest["feature"]))
    subtitle = _("Difference from the average described member, in standard deviations")
    sizes = traits.drop_duplicates("segment").set_index("segment")["n"]
    with style.canvas(
        traits, title=title, subtitle=subtitle, n=int(sizes.sum()), height=1.6 + 0.32 * len(wide)
    ) as (figure, axes):
        limit = float(max(1.0, wide.abs().max().max()))
        axes.imshow(wide.to_numpy(), cmap=_diverging(), vmin=-limit, vmax=limit, aspect="auto")
        for (row, column), value in np.ndenumerate(wide.to_numpy()):
            # Both ends of the scale are dark, the middle is pale.
            colour = "white" if abs(value) > 0.62 * limit else COLOURS["ink"]
            said = numbers.decimal(value) if value < 0.05 else f"+{numbers.decimal(value)}"
            axes.text(column, row, said, ha="center", va="center", fontsize=8.5, color=colour)
        heads = [f"{name}\nn = {numbers.count(sizes[name])}" for name in wide.columns]
        axes.set_xticks(range(wide.shape[1]), heads, parse_math=False)
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(wide)), [term(_, name) for name in wide.index], parse_math=False)
        axes.grid(False)
        axes.spines[:].set_visible(False)
    return style.picture(
        figure, traits, alt=_("Table of differences by persona. {sentence}.").format(sentence=title)
    )


def _diverging() -> object:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("traits", [COLOURS["negative"], "#fbfbfb", COLOURS["highlight"]])


def _traits(_: Translate, codes: str) -> str:
    return _(", ").join(term(_, code) for code in codes.split(",") if code) or numbers.MISSING


def persona_cards(cards: pd.DataFrame) -> Table:
    """Show the personas as cards: one column each, from size to source.

    Parameters
    ----------
    cards : DataFrame
        From `personas.cards`.

    Returns
    -------
    Table

    Taught in: 02 Positioning
    """
    _ = translator(cards)
    currency = cards.attrs.get("about", {}).get("currency")
    lines: dict[str, list[str]] = {}
    cards = placed(cards)
    for _place, card in cards.iterrows():
        said = {
            _("members"): numbers.count(card["count"]),
            _("share of all"): numbers.percent_interval(card["estimate"], card["low"], card["high"]),
            _("more than average"): _traits(_, card["more"]),
            _("less than average"): _traits(_, card["less"]),
        }
        if not cards["spend"].isna().all():
            said[_("spend a member")] = numbers.money_interval(
                card["spend"], card["spend_low"], card["spend_high"], currency
            )
            said[_("buyers")] = numbers.percent(card["buyers"])
        if "hour" in cards:
            said[_("busiest hour")] = (
                numbers.MISSING if pd.isna(card["hour"]) else f"{int(card['hour']):02d}:00"
            )
        for name, label in (
            ("topic", _("favourite topic")),
            ("platform", _("main platform")),
            ("source", _("came by")),
        ):
            if name in cards:
                missing = pd.isna(card[name])
                share = numbers.percent(card[f"{name}_share"], 0)
                said[label] = numbers.MISSING if missing else f"{term(_, card[name])} {share}"
        for label, text in said.items():
            lines.setdefault(label, []).append(text)
    names = [term(_, name) for name in cards["segment"]]
    frame = pd.DataFrame.from_dict(lines, orient="index", columns=names).rename_axis("trait")
    frame.attrs = dict(cards.attrs)
    return show(frame, rows=len(frame), units=dict.fromkeys(names, "text"))


def persona_recovery(recovery: pd.DataFrame) -> Picture:
    """Draw which of the simulator's personas each persona found consists of.

    Parameters
    ----------
    recovery : DataFrame
        From `personas.recovery`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(recovery)
    about = recovery.attrs.get("about", {})
    if not len(recovery):
        return style.too_little(recovery, n=0)
    wide = recovery.pivot(index="segment", columns="truth", values="estimate").fillna(0.0)
    # Kinds that are nowhere a twentieth would only widen the table.
    wide = wide.loc[:, wide.max() >= 0.05]
    wide = wide[sorted(wide.columns, key=lambda name: (wide[name].to_numpy().argmax(), name))]
    title = _(
        "The personas found agree with the true ones to {score}, where 0 is chance and 1 the same"
    ).format(score=numbers.interval(about["adjusted_rand"], about["low"], about["high"], places=2))
    subtitle = _("Members of each persona found, by the persona the simulator gave them; adjusted Rand index")
    wide.columns = [term(_, name) for name in wide.columns]
    with style.canvas(recovery, title=title, subtitle=subtitle, height=1.6 + 0.36 * len(wide)) as (
        figure,
        axes,
    ):
        marks.heat_map(axes, wide, low=0, high=1)
        axes.set_ylabel(_("persona found"))
    return style.picture(
        figure, recovery, alt=_("Heat map of found by true personas. {sentence}.").format(sentence=title)
    )
