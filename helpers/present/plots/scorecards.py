"""Scorecards as figures: one community, one mechanism on and off, and the signatures of all mechanisms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from helpers.present import marks, numbers, scorecards, style
from helpers.present.dots import dot_list
from helpers.present.language import about_of, translator
from helpers.present.style import COLOURS, Picture

_SIGNS = {"up": "▲", "down": "▼", "same": "="}
_MORE_LESS = LinearSegmentedColormap.from_list(
    "more and less", [COLOURS["negative"], "#f3c9b3", "#ffffff", "#a9c8e6", COLOURS["highlight"]]
)
_STRONG = 0.5  # relative differences from here on have the full colour


def community_scorecard(card: pd.DataFrame) -> Picture:
    """Draw the shares of a scorecard with their intervals; the other lines stand beside them as text.

    Parameters
    ----------
    card : DataFrame
        From `scorecard.measure`.

    Returns
    -------
    Picture

    Taught in: 07 Case studies
    """
    _ = translator(card)
    if card.empty or card["n"].max() < 30:
        return style.too_little(card, n=int(card["n"].max()) if len(card) else 0)
    currency, basis = about_of(card).get("currency"), about_of(card).get("basis", "events")
    title = _("One scorecard of {n} lines").format(n=len(card))
    subtitle = _("Shares with 95 % intervals by member; whole history")
    shares, others = card[card["unit"] == "share"], card[card["unit"] != "share"]
    names = [scorecards.label(_, metric, basis) for metric in shares["metric"]]
    said = [f"n = {numbers.count(n)}" for n in shares["n"]]
    height = 1.6 + 0.3 * len(shares) + 0.18 * len(others)
    with style.canvas(card, title=title, subtitle=subtitle, height=height) as (figure, axes):
        dot_list(axes, names, shares["estimate"], shares["low"], shares["high"], said=said)
        axes.set_xlim(0, min(1.0, 1.15 * float(shares["high"].max())))
        marks.percent_axis(axes, which="x")
        beside = [
            f"{scorecards.label(_, row['metric'])}: {scorecards.value_interval(row, currency)}"
            for _at, row in others.iterrows()
        ]
        axes.set_xlabel("\n".join(beside), loc="left", parse_math=False)
    alt = _("A dot with its interval for each share. {sentence}.").format(sentence=title)
    return style.picture(figure, card, alt=alt)


def community_rows(cards: Mapping[str, pd.DataFrame], own: pd.DataFrame) -> Picture:
    """Draw each line of the scorecard with one row a simulated case and one for the reader's own community.

    Parameters
    ----------
    cards : dict of str to DataFrame
        Short name of a case -> its scorecard.
    own : DataFrame
        From `scorecard.measure` of the reader's community.

    Returns
    -------
    Picture

    Taught in: 07 Case studies
    """
    _ = translator(own)
    if own.empty or own["n"].max() < 30:
        return style.too_little(own, n=0)
    metrics = list(own["metric"])
    outside = [metric for metric in metrics if scorecards.is_outside(cards, own, metric)]
    title = _("{k} of {n} lines of your community lie outside all simulated cases").format(
        k=len(outside), n=len(metrics)
    )
    subtitle = _(
        "Dark: your community; pale: simulated cases with their mechanism on, not the companies' data"
    )
    columns = 4
    rows = -(-len(metrics) // columns)
    names = [*cards, _("yours")]
    with style.canvas(
        own, title=title, subtitle=subtitle, rows=rows, cols=columns, height=1.2 + 1.75 * rows, sharey=True
    ) as (figure, axes):
        places = np.atleast_1d(axes).ravel()
        for panel, metric in zip(places, metrics, strict=False):
            row = own.set_index("metric").loc[metric]
            parts = [card.set_index("metric") for card in cards.values()]
            lines = [part.loc[metric] if metric in part.index else None for part in parts] + [row]
            for at, line in enumerate(lines):
                if line is None:
                    continue
                mine = at == len(names) - 1
                shade = COLOURS["highlight"] if mine else COLOURS["neutral"]
                panel.hlines(at, line["low"], line["high"], color=shade, linewidth=2.4 if mine else 1.2)
                panel.plot(line["estimate"], at, "o", color=shade, markersize=5 if mine else 3.5)
            panel.set_title("\n".join(_wrapped(scorecards.label(_, metric), 22)), fontsize=8)
            panel.set_yticks(range(len(names)), names, fontsize=7.5)
            panel.set_ylim(len(names) - 0.5, -0.5)
            panel.tick_params(axis="x", labelsize=7.5)
            panel.grid(axis="x")
            panel.grid(visible=False, axis="y")
            if row["unit"] == "share":
                marks.percent_axis(panel, which="x")
            panel.xaxis.set_major_locator(MaxNLocator(3))
        for panel in places[len(metrics) :]:
            panel.set_visible(False)
    alt = _("A panel for each line of the scorecard, a dot for each community. {sentence}.").format(
        sentence=title
    )
    return style.picture(figure, own, alt=alt)


def _wrapped(text: str, width: int) -> list[str]:
    if not text.isascii():
        return [text[at : at + width // 2] for at in range(0, len(text), width // 2)]
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def case_difference(table: pd.DataFrame) -> Picture:
    """Draw what a simulated mechanism changes in each line of the scorecard, and what was foretold.

    Parameters
    ----------
    table : DataFrame
        The rows of one case, from `workbook.cases.differences`.

    Returns
    -------
    Picture

    Taught in: 07 Case studies
    """
    _ = translator(table)
    shown = table[table["relative"].notna()]
    if shown.empty or shown["n_on"].max() < 30:
        return style.too_little(table, n=0)
    about = about_of(table)
    title = _difference_title(table)
    subtitle = _("{case}: {mechanism}. Simulation of the mechanism, not the company's data").format(
        case=about["case"], mechanism=about["mechanism"]
    )
    shades = [_shade(row) for _at, row in shown.iterrows()]
    names = [
        f"{scorecards.label(_, row['metric'])}  {_SIGNS.get(str(row['expected']), '·')}"
        for _at, row in shown.iterrows()
    ]
    said = [
        f"{scorecards.value(row['off'], row['unit'], about.get('currency'))} → "
        f"{scorecards.value(row['on'], row['unit'], about.get('currency'))}"
        for _at, row in shown.iterrows()
    ]
    with style.canvas(table, title=title, subtitle=subtitle, height=1.7 + 0.26 * len(shown)) as (
        figure,
        axes,
    ):
        dot_list(
            axes,
            names,
            shown["relative"],
            shown["relative_low"],
            shown["relative_high"],
            colours=shades,
            said=said,
            middle=0.0,
        )
        marks.percent_axis(axes, which="x")
        axes.xaxis.set_major_locator(MaxNLocator(7))
        measured = _("with the mechanism less without it, as a share of without (net promoter score: points)")
        axes.set_xlabel(f"{measured}\n" + _("▲ ▼ foretold to move, = foretold to stay, · nothing foretold"))
    alt = _("A dot with its interval for each line of the scorecard. {sentence}.").format(sentence=title)
    return style.picture(figure, table, alt=alt)


def _shade(row: pd.Series) -> str:
    if row["verdict"] == "not foretold":
        return COLOURS["highlight"] if row["clear"] else COLOURS["muted"]
    return {"as expected": COLOURS["positive"], "against": COLOURS["negative"]}.get(
        row["verdict"], COLOURS["neutral"]
    )


def _difference_title(table: pd.DataFrame) -> str:
    """Say the clearest change among those foretold, else that none of them shows."""
    _ = translator(table)
    moved = table[table["expected"].isin(["up", "down"]) & table["clear"]]
    if moved.empty:
        return _("None of the changes foretold is clear")
    most = moved.loc[moved["relative"].abs().idxmax()]
    currency = about_of(table).get("currency")
    return _("{metric}: {on} with the mechanism, {off} without").format(
        metric=_capital(scorecards.label(_, most["metric"])),
        on=scorecards.value(most["on"], most["unit"], currency),
        off=scorecards.value(most["off"], most["unit"], currency),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def case_signatures(table: pd.DataFrame) -> Picture:
    """Draw the signatures of all mechanisms: lines of the scorecard by case, coloured where clear.

    Parameters
    ----------
    table : DataFrame
        All cases, from `workbook.cases.differences`.

    Returns
    -------
    Picture

    Taught in: 07 Case studies
    """
    _ = translator(table)
    if table.empty:
        return style.too_little(table, n=0)
    metrics, cases = list(table["metric"].unique()), list(table["case"].unique())
    grid = table.set_index(["metric", "case"])
    moved = table["expected"].isin(["up", "down"])
    right = moved & (table["verdict"] == "as expected")
    title = _("{right} of {foretold} changes foretold show clearly").format(
        right=int(right.sum()), foretold=int(moved.sum())
    )
    subtitle = _(
        "Simulated mechanisms, not the companies' data. With less without, as a share of without (net "
        "promoter score: points). Coloured: clear among {n} comparisons. Frame: foretold to move"
    ).format(n=int(table["p_value"].notna().sum()))
    height = 1.9 + 0.34 * len(metrics)
    with style.canvas(table, title=title, subtitle=subtitle, height=height) as (figure, axes):
        shades = np.zeros((len(metrics), len(cases)))
        for (metric, case), row in grid.iterrows():
            at, place = metrics.index(metric), cases.index(case)
            shades[at, place] = row["relative"] if row["clear"] else 0.0
        image = axes.imshow(shades, cmap=_MORE_LESS, vmin=-_STRONG, vmax=_STRONG, aspect="auto")
        for (metric, case), row in grid.iterrows():
            at, place = metrics.index(metric), cases.index(case)
            dark = abs(shades[at, place]) > 0.6 * _STRONG
            faint = COLOURS["ink"] if row["clear"] else COLOURS["neutral"]
            axes.text(
                place, at, _change(row), ha="center", va="center", fontsize=8,
                color="white" if dark else faint,
            )  # fmt: skip
            if row["expected"] in ("up", "down"):
                axes.add_patch(
                    Rectangle((place - 0.47, at - 0.44), 0.94, 0.88, fill=False, edgecolor=COLOURS["ink"])
                )
        names = table.drop_duplicates("case").set_index("case")
        titles = [f"{names.loc[case, 'concept']}\n{_short(names.loc[case, 'title'])}" for case in cases]
        axes.set_xticks(range(len(cases)), titles, fontsize=7.5)
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(metrics)), [scorecards.label(_, metric) for metric in metrics])
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        image.set_clip_on(False)
    alt = _("A table of cases and lines of the scorecard with coloured cells. {sentence}.").format(
        sentence=title
    )
    return style.picture(figure, table, alt=alt)


def _change(row: pd.Series) -> str:
    if row["unit"] == "points":
        return numbers.points(row["relative"], 0)
    return f"{100 * row['relative']:+.0f} %".replace("-", "−").replace("+0 %", "0 %").replace("−0 %", "0 %")


def _short(title: str) -> str:
    """Break a title into lines that fit over a column."""
    return "\n".join(_wrapped(title.replace("-", "- "), 12)).replace("- ", "-")
