"""The brand's voice across platforms, as a figure."""

from __future__ import annotations

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.groups import capital
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, Picture


def message_consistency(audit: pd.DataFrame) -> Picture:
    """Draw the share of the brand's posts that carry its key terms, on each platform.

    Parameters
    ----------
    audit : DataFrame
        From `consistency.audit`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(audit)
    n = int(audit.groupby("message")["n"].sum().max()) if len(audit) else 0
    if n < 10:
        return style.too_little(audit, n=n)
    if audit["place"].nunique() < 2:
        return style.too_little(audit, title=_("There is one place only: nothing to compare"))
    drifting = audit[audit["drifts"]].sort_values("difference")
    if len(drifting):
        worst = drifting.iloc[0]
        title = _("{place} drifts: {share} of its posts carry the message, {others} elsewhere").format(
            place=capital(term(_, worst["place"])),
            share=numbers.percent(worst["estimate"]),
            others=numbers.percent(worst["others"]),
        )
    else:
        title = _("No place carries the message less often than the others, beyond chance")
    subtitle = _(
        "Share of the brand's own posts with the key terms; lines are 95 % intervals, n on the right"
    )
    messages = list(dict.fromkeys(audit["message"]))
    places = audit["place"].nunique()
    with style.canvas(
        audit,
        title=title,
        subtitle=subtitle,
        n=n,
        rows=len(messages),
        squeeze=False,
        sharex=True,
        height=1.2 + len(messages) * (0.45 + 0.28 * places),
    ) as (figure, panels):
        for axes, name in zip(panels.flat, messages, strict=True):
            own = audit[audit["message"] == name].reset_index(drop=True)
            dot_list(
                axes,
                [term(_, place) for place in own["place"]],
                own["estimate"],
                own["low"],
                own["high"],
                colours=[COLOURS["negative"] if drifts else COLOURS["highlight"] for drifts in own["drifts"]],
                said=[f"n = {numbers.count(many)}" for many in own["n"]],
                middle=own["count"].sum() / own["n"].sum(),
            )
            axes.set_xlim(0, 1.05 * float(audit["high"].max()))
            marks.percent_axis(axes, which="x")
            if len(messages) > 1:
                axes.set_title(term(_, name))
    return style.picture(
        figure, audit, alt=_("Dots by place and message. {sentence}.").format(sentence=title)
    )
