"""Name the rules by which credit is shared out, and the channels that share it."""

from __future__ import annotations

from helpers.present.language import Translate, term
from helpers.present.style import SERIES

MARKER = {"first": "<", "last": ">", "linear": "o", "position": "s", "markov": "D"}
COLOUR = dict(zip(("first", "last", "linear", "position", "markov"), SERIES, strict=True))


def rule_name(_: Translate, rule: str) -> str:
    """Return the name of a rule as a figure shows it.

    Parameters
    ----------
    _ : callable
        The translator.
    rule : str
        One of first, last, linear, position, markov and holdout.

    Returns
    -------
    str
        Its name; other texts unchanged.

    Taught in: 05 Conversion
    """
    names = {
        "first": _("first contact"),
        "last": _("last contact"),
        "linear": _("equal shares"),
        "position": _("position (40-20-40)"),
        "markov": _("Markov removal"),
        "holdout": _("hold-out"),
    }
    return names.get(rule, rule)


def channel_name(_: Translate, channel: object) -> str:
    """Return the name of a channel that met members, as a figure shows it.

    Parameters
    ----------
    _ : callable
        The translator.
    channel : str
        A value of the column ``channel`` of touches.

    Returns
    -------
    str
        Its name; unknown ones as they are.

    Taught in: 05 Conversion
    """
    names = {
        "group": _("group message"),
        "push": _("push message"),
        "retargeting": _("retargeting"),
        "feed_ad": _("feed advertising"),
        "search_ad": _("search advertising"),
    }
    return names.get(str(channel)) or term(_, str(channel))
