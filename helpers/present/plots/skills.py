"""The community manager's own levels against the roles, as a figure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.models.skills import HIGHEST, LOWEST, fit
from helpers.present import style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, Picture


def own_levels(table: pd.DataFrame) -> Picture:
    """Draw one's own level in each skill against the level that each role asks.

    Parameters
    ----------
    table : DataFrame
        From `skills.gaps`.

    Returns
    -------
    Picture

    Taught in: 08 Outlook and playbook
    """
    _ = translator(table)
    if table.empty:
        return style.too_little(table, title=_("No level was given"), n=0)
    roles = fit(table)
    closest = roles.loc[roles["missing"].idxmin()]
    title = _("Closest role: {role}, {missing} steps away").format(
        role=term(_, closest["role"]), missing=f"{closest['missing']:g}"
    )
    if not closest["missing"]:
        reached = roles.loc[roles["missing"] == 0, "role"].iloc[-1]
        title = _("Every level of “{role}” is reached").format(role=term(_, reached))
    subtitle = _("Dots: own level; ticks: level that the role asks; bars: its largest gaps; 1 to 5")
    skills = list(dict.fromkeys(table["skill"]))
    at = {skill: place for place, skill in enumerate(reversed(skills))}
    # The ratings are the reader's own: the foot names no community.
    own = pd.DataFrame()
    own.attrs["about"] = {"language": about_of(table).get("language", "en"), "title": _("own rating")}
    with style.canvas(
        own, title=title, subtitle=subtitle, cols=len(roles), height=1.4 + 0.27 * len(skills), sharey=True,
        squeeze=False,
    ) as (figure, panels):  # fmt: skip
        for axes, role in zip(panels[0], roles["role"], strict=True):
            part = table[table["role"] == role]
            y = part["skill"].map(at).to_numpy()
            for row, place in zip(part.itertuples(), y, strict=True):
                if row.gap > 0:
                    axes.plot(
                        [row.own, row.wanted], [place, place], solid_capstyle="butt",
                        color=COLOURS["negative"] if row.marked else COLOURS["muted"],
                        linewidth=5 if row.marked else 2,
                    )  # fmt: skip
            axes.plot(part["wanted"], y, "|", color=COLOURS["ink"], markersize=12, markeredgewidth=2)
            axes.plot(part["own"], y, "o", color=COLOURS["highlight"], markersize=6)
            axes.set_xlim(LOWEST - 0.4, HIGHEST + 0.4)
            axes.set_xticks(np.arange(LOWEST, HIGHEST + 1))
            axes.set_xlabel(_wrapped(term(_, role)))
        panels[0][0].set_yticks(list(at.values()), [term(_, skill) for skill in at])
        panels[0][0].set_ylim(-0.6, len(skills) - 0.4)
    return style.picture(
        figure, own, alt=_("Dots and ticks for each skill and role. {sentence}.").format(sentence=title)
    )


def _wrapped(name: str) -> str:
    """Break a role's name after its first word, so that names of neighbours do not meet."""
    first, _space, rest = name.partition(" ")
    return f"{first}\n{rest}" if rest else name
