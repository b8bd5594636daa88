"""Names of recommending methods in words that a reader understands."""

from __future__ import annotations

from helpers.present.language import Translate


def method_name(_: Translate, method: str) -> str:
    """Give a recommending method its name in the language of a result.

    Parameters
    ----------
    _ : callable
        From `translator`.
    method : str
        As `recommendation.compare` names it.

    Returns
    -------
    str

    Taught in: 03 Content
    """
    names = {
        "popular": _("popular lately"),
        "item": _("read by the same readers"),
        "factor": _("hidden factors"),
        "topic": _("popular in favourite topics"),
    }
    return names.get(method, method)
