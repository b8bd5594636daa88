"""Name new ideas, what they are measured by, and the trends of the field."""

from __future__ import annotations

from helpers.present.language import Translate


def option_name(_: Translate, name: object) -> str:
    """Return the name of an idea as a figure shows it.

    Parameters
    ----------
    _ : callable
        The translator.
    name : str
        A value of the column ``option`` of `options.weigh`.

    Returns
    -------
    str
        Its name; unknown ones as they are.

    Taught in: 08 Outlook
    """
    names = {
        "personalisation": _("personalisation"),
        "chat assistant": _("chat assistant"),
        "big data": _("big data"),
        "VR and AR": _("VR and AR"),
        "new forms of community": _("new forms of community"),
        "partners of other trades": _("partners of other trades"),
        "sharing among members": _("sharing among members"),
    }
    return names.get(str(name), str(name))


def measure_name(_: Translate, measure: object) -> str:
    """Return the name of what an idea is measured by as a figure shows it.

    Parameters
    ----------
    _ : callable
        The translator.
    measure : str
        A value of the column ``measure`` of `options.weigh`.

    Returns
    -------
    str
        Its name; unknown ones as they are.

    Taught in: 08 Outlook
    """
    texts = {
        "wanted new posts that a list of ten finds beyond popularity": _(
            "wanted new posts that a list of ten finds beyond popularity"
        ),
        "questions without a reply within an hour": _("questions without a reply within an hour"),
        "campaigns without anybody held out": _("campaigns without anybody held out"),
        "orders paid back, in part or whole": _("orders paid back, in part or whole"),
        "active members who only looked on": _("active members who only looked on"),
        "repeat buyers of one single category": _("repeat buyers of one single category"),
        "replies within three days that came from members": _(
            "replies within three days that came from members"
        ),
    }
    return texts.get(str(measure), str(measure))


def trend_name(_: Translate, name: object) -> str:
    """Return the name of a trend as a figure shows it.

    Parameters
    ----------
    _ : callable
        The translator.
    name : str
        A value of the column ``trend`` of `field_trends.monthly`.

    Returns
    -------
    str
        Its name; unknown ones as they are.

    Taught in: 08 Outlook
    """
    names = {
        "private traffic": _("private traffic (days in own places)"),
        "short video": _("short video (of all views)"),
        "live": _("live (active members in a show)"),
        "several places": _("several places (of active members)"),
        "data-driven work": _("data-driven (campaigns with control)"),
    }
    return names.get(str(name), str(name))
