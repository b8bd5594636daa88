"""What a 95 % interval promises, as a figure: how many of many intervals hold the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import Translate, join, translator
from helpers.present.style import COLOURS, Picture


def interval_coverage(samples: pd.DataFrame, *, truth: float) -> Picture:
    """Draw repeated samples of one or two sizes with their intervals, misses picked out, beside the truth.

    Parameters
    ----------
    samples : DataFrame
        One row a sample: ``n``, ``estimate``, ``low`` and ``high``. One panel for each ``n``.
    truth : float
        The share that was sampled from.

    Returns
    -------
    Picture

    Taught in: 00 Start here
    """
    _ = translator(samples)
    if not len(samples):
        return style.too_little(samples, n=0)
    title = join(_, [*coverage_phrases(samples, truth, _)])
    subtitle = _("One line a sample, with its 95 % interval; dashed: the true share, {truth}").format(
        truth=numbers.percent(truth)
    )
    sizes = sorted(samples["n"].unique())
    with style.canvas(samples, title=title, subtitle=subtitle, cols=len(sizes), sharey=True, height=4.2) as (
        figure,
        axes,
    ):
        for size, axis in zip(sizes, np.atleast_1d(axes), strict=True):
            part = samples.loc[samples["n"] == size].reset_index(drop=True)
            holds = part["low"].le(truth) & part["high"].ge(truth)
            for kind, colour in ((holds, COLOURS["highlight"]), (~holds, COLOURS["negative"])):
                some = part.loc[kind]
                marks.whiskers(axis, some.index, some["low"], some["high"], horizontal=True, colour=colour)
                shape = "o" if kind is holds else "X"
                axis.plot(some["estimate"], some.index, shape, color=colour, markersize=4 + (shape == "X"))
            axis.axvline(truth, color=COLOURS["ink"], linewidth=1, linestyle=(0, (4, 3)))
            axis.set_xlim(-0.02, 1.02)
            axis.set_xticks([0.2, 0.4, 0.6, 0.8])  # the ends would run into the next panel
            axis.set_yticks([])
            marks.percent_axis(axis, which="x")
            axis.set_xlabel(_("share in a sample of {n}").format(n=numbers.count(size)))
    return style.picture(
        figure, samples, alt=_("Intervals of many samples. {sentence}").format(sentence=title)
    )


def coverage_phrases(samples: pd.DataFrame, truth: float, _: Translate) -> list[str]:
    """Say, for each size of sample, how many intervals hold the truth.

    Taught in: 00 Start here
    """
    said = []
    for size, part in samples.groupby("n"):
        right = int((part["low"].le(truth) & part["high"].ge(truth)).sum())
        message = _("Samples of {n}: {right} of {all} intervals hold the truth.")
        said.append(
            message.format(n=numbers.count(size), right=numbers.count(right), all=numbers.count(len(part)))
        )
    return said
