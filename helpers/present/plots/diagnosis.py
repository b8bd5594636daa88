"""The diagnosis as a figure: how sure each challenge is, and on what evidence."""

from __future__ import annotations

import pandas as pd

from helpers.models.diagnosis import SURE, summary
from helpers.present import marks, style
from helpers.present.language import translator
from helpers.present.outlook_words import challenge_name, evidence, measure_name
from helpers.present.readings.diagnosis import named
from helpers.present.style import COLOURS, Picture


def challenges(found: pd.DataFrame) -> Picture:
    """Draw how sure each challenge is, with the evidence beside it.

    Parameters
    ----------
    found : DataFrame
        From `diagnosis.diagnose`.

    Returns
    -------
    Picture

    Taught in: 08 Outlook
    """
    _ = translator(found)
    short = summary(found)
    if not short["judged"].sum():
        return style.too_little(found, n=0)
    trouble = short[short["verdict"] == "trouble"]
    title = _("No challenge shows for sure")
    if len(trouble):
        title = _("What shows for sure: {names}").format(names=named(_, trouble))
    subtitle = _(
        "Probability that the worst measure (filled) lies beyond its threshold; last {days} days"
    ).format(days=found.attrs["about"].get("days", ""))
    colours = {"trouble": COLOURS["negative"], "fine": COLOURS["positive"], "unclear": COLOURS["neutral"]}
    with style.canvas(
        found,
        title=title,
        subtitle=subtitle,
        n=int(found["n"].max()),
        height=1.6 + 0.52 * len(short),
        width=8.2,
    ) as (
        figure,
        axes,
    ):
        beside = []
        for at, row in enumerate(short.to_dict("records")):
            if row["verdict"] == "cannot tell":
                beside.append(_("cannot tell: {missing}").format(missing=_short(row["missing"])))
                continue
            others = found.loc[
                (found["challenge"] == row["challenge"]) & (found["measure"] != row["measure"])
            ]
            hollow = others["probability"].dropna()
            axes.plot(hollow, [at] * len(hollow), "o", mfc="white", mec=COLOURS["neutral"], markersize=5)
            axes.hlines(at, 0, row["probability"], color=colours[row["verdict"]], linewidth=2)
            axes.plot(row["probability"], at, "o", color=colours[row["verdict"]], markersize=8)
            name = measure_name(_, row["measure"])
            beside.append(f"{name}\n{evidence(row)}")
        axes.axvspan(SURE, 1, color=COLOURS["negative"], alpha=0.08, linewidth=0)
        axes.axvspan(0, 1 - SURE, color=COLOURS["positive"], alpha=0.08, linewidth=0)
        axes.set_yticks(range(len(short)), [challenge_name(_, name) for name in short["challenge"]])
        axes.set_ylim(len(short) - 0.5, -0.5)
        axes.set_xlim(-0.03, 1.03)
        marks.percent_axis(axes, which="x")
        axes.grid(visible=False, axis="y")
        right = axes.twinx()
        right.set_ylim(axes.get_ylim())
        right.set_yticks(range(len(short)), beside, fontsize=8.5)
        right.tick_params(length=0)
        right.grid(visible=False)
    alt = _("Six challenges with how sure each is. {sentence}.").format(sentence=title)
    return style.picture(figure, found, alt=alt)


def _short(missing: str, most: int = 34) -> str:
    return missing if len(missing) <= most else missing[: missing.rfind(",", 0, most)] + " …"
