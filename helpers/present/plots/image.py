"""How members rate the brand and its rivals, survey after survey."""

from __future__ import annotations

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, translator
from helpers.present.readings.image import named, own, steps
from helpers.present.style import COLOURS, SERIES, Picture


def image_trend(rated: pd.DataFrame) -> Picture:
    """Draw the mean rating of each brand over time with its interval.

    Parameters
    ----------
    rated : DataFrame
        From `image.by_period`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(rated)
    n = int(rated["n"].sum()) if len(rated) else 0
    if len(rated) < 2 or rated["n"].max() < 10:
        return style.too_little(rated, n=n)
    brand = own(rated)
    change = steps(rated, brand)
    if change is None:
        title = _("The rating of {brand} is {score}").format(
            brand=named(_, brand),
            score=numbers.decimal(rated.loc[rated["subject"] == brand, "estimate"].iloc[-1], 2),
        )
    elif change[1] <= 0 <= change[2]:
        title = _("The rating of {brand} has not clearly changed").format(brand=named(_, brand))
    else:
        title = _("The rating of {brand} changed by {points} points").format(
            brand=named(_, brand), points=numbers.points(change[0] / 100, 2)
        )
    subtitle = _(
        "Mean rating by {period}, points of the scale, 95 % interval; each time other members answer"
    )
    subtitle = subtitle.format(period=_("week") if about_of(rated).get("every") == "week" else _("month"))
    names = sorted(rated["subject"].unique(), key=lambda name: (name != brand, str(name)))
    rest = iter(SERIES[1:] * (1 + len(names) // len(SERIES)))
    with style.canvas(rated, title=title, subtitle=subtitle, n=n, height=3.0) as (figure, axes):
        ends = []
        for name in names:
            rows = rated[rated["subject"] == name]
            colour = COLOURS["highlight"] if name == brand else next(rest)
            axes.plot(rows["period"], rows["estimate"], "o-", color=colour, markersize=4)
            marks.whiskers(axes, rows["period"], rows["low"], rows["high"], colour=colour)
            ends.append((rows["period"].iloc[-1], rows["estimate"].iloc[-1], named(_, name), colour))
        axes.margins(x=0.04, y=0.12)
        marks.date_axis(axes, _)
        marks.label_ends(axes, ends)
    return style.picture(figure, rated, alt=_("Lines over time by brand. {sentence}.").format(sentence=title))
