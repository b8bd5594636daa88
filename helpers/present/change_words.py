"""What moved since the last report, in words: names of the figures, their values, reasons of the list."""

from __future__ import annotations

from typing import Any

from helpers.present import numbers
from helpers.present.features import action_name
from helpers.present.language import Translate, term


def figure_name(_: Translate, about: dict[str, Any], metric: str) -> str:
    """Name a figure that reports follow; an unknown one keeps its own name.

    Taught in: all
    """
    buying = {
        "active_week": _("Bought in the last whole week"),
        "active_month": _("Bought in the last 28 days"),
        "kept_week": _("Bought again the week after"),
        "active_days": _("Purchase days in 28, for a buyer"),
        "comeback": _("Bought again 30–36 days after the first purchase"),
    }
    names = {
        "active_week": _("Active in the last whole week"),
        "active_month": _("Active in the last 28 days"),
        "kept_week": _("Active again the week after"),
        "active_days": _("Active days in 28, for an active member"),
        "joined": _("New in the last 28 days"),
        "comeback": _("Back 30–36 days after joining"),
        "interaction_rate": _("Likes, comments and shares a view"),
        "bought": _("Bought in the last 28 days"),
        "viewers_bought": _("Bought, of those who looked"),
        "bought_again": _("Bought again within 60 days"),
        "revenue_per_member": _("Revenue a member in 28 days"),
        "nps": _("Net promoter score in 91 days"),
    }
    if about.get("basis") == "orders" and metric in buying:
        return buying[metric]
    return names.get(metric, term(_, metric))


def figure(about: dict[str, Any], unit: str, value: Any) -> str:
    """Write a figure in its unit.

    Examples
    --------
    >>> figure({}, "share", 0.312).replace("\u00a0", " "), figure({}, "points", 9.4)
    ('31.2 %', '9.4')

    Taught in: all
    """
    if unit == "share":
        return numbers.percent(value)
    if unit == "money":
        return numbers.money(value, about.get("currency"))
    return numbers.decimal(value, 1 if unit == "points" else 2)


def figure_interval(about: dict[str, Any], unit: str, row: dict[str, Any]) -> str:
    """Write a figure with its interval: `estimate`, `low` and `high` of a row.

    Taught in: all
    """
    triple = row["estimate"], row["low"], row["high"]
    if unit == "share":
        return numbers.percent_interval(*triple)
    if unit == "money":
        return numbers.money_interval(*triple, about.get("currency"))
    return numbers.interval(*triple, places=1 if unit == "points" else 2)


def change(_: Translate, about: dict[str, Any], unit: str, value: Any) -> str:
    """Write a change with its sign: of shares in percentage points.

    Examples
    --------
    >>> change(lambda text: text, {}, "share", -0.021)
    '−2.1 points'

    Taught in: all
    """
    if numbers.is_missing(value):
        return numbers.MISSING
    if unit == "share":
        return _("{change} points").format(change=numbers.points(value))
    if unit == "points":  # of a score from -100 to 100, not of a percentage
        return numbers.points(value / 100)
    text = figure(about, unit, abs(value))
    nothing = not text.strip("0.,¥$£€₩₹HK ")
    return text if nothing else f"{'+' if value > 0 else '−'}{text}"


def change_interval(about: dict[str, Any], unit: str, low: Any, high: Any) -> str:
    """Write the interval of a change, with signs.

    Examples
    --------
    >>> change_interval({}, "share", -0.01, 0.02)
    '−1.0 … +2.0'

    Taught in: all
    """
    if numbers.is_missing(low) or numbers.is_missing(high):
        return numbers.MISSING
    scale = {"share": 1.0, "points": 0.01}.get(unit)
    if scale:
        return f"{numbers.points(low * scale)} … {numbers.points(high * scale)}"
    ends = [figure(about, unit, abs(end)) for end in (low, high)]
    return " … ".join(f"{'−' if end < 0 else '+'}{text}" for end, text in zip((low, high), ends, strict=True))


def verdict(_: Translate, row: dict[str, Any]) -> str:
    """Say in a word or two what a row of `movement.judge` means.

    Taught in: all
    """
    if row["clear"]:
        return _("up") if row["change"] > 0 else _("down")
    if row["moved"]:
        return _("up, perhaps by chance") if row["change"] > 0 else _("down, perhaps by chance")
    if row["compared"]:
        return _("no more than chance")
    if numbers.is_missing(row["change"]):
        ends = (row["last_earlier"], row["estimate_earlier"])
        same = not any(map(numbers.is_missing, ends))
        return _("the same week as last time") if same else _("not known last time")
    return _("too few to compare")


def list_reason(_: Translate, about: dict[str, Any], row: dict[str, Any]) -> str:
    """Say why a member came onto the contact list or left it: a row of `list_changes.compare`.

    Taught in: all
    """
    code = row["reason"]
    if code in ("state", "risk", "segment", "value"):
        return _changed(_, about, row, code)
    if code == "together":
        names = ("state", "risk", "segment", "value")
        said = [_changed(_, about, row, name) for name in names if _differs(row, name)]
        return _("; ").join(said) or _("several small changes together")
    if code == "joined":
        return _("joined on {day}").format(day=numbers.day(row["joined_day"]))
    if code == "left_community":
        return _("left the community on {day}").format(day=numbers.day(row["left_day"]))
    if code in ("room", "list_full"):
        return _place(_, about, row, code)
    if code == "action":
        text = _("{now} instead of {then}")
        then, now = (action_name(_, row[name]) for name in ("action_before", "action"))
        return text.format(then=then, now=now)
    known = {
        "unknown_before": _("not in the community in the last report"),
        "staff": _("is staff or excluded now"),
        "gone_from_data": _("no longer in the data"),
        "settings": _("settings of the list have changed"),
    }
    return known.get(code, "")


def _place(_: Translate, about: dict[str, Any], row: dict[str, Any], code: str) -> str:
    """Say how a member's place among those with an action changed, and what of her changed visibly."""
    then, now = (numbers.count(row[name]) for name in ("place_before", "place"))
    if numbers.is_missing(row["place_before"]):
        return _("list full: place {now}").format(now=now)
    text = _("up from place {then} to {now}") if code == "room" else _("down from place {then} to {now}")
    if code == "room" and row["place"] >= row["place_before"]:
        text = _("room on the list (place {then}, now {now})")
    if code == "list_full" and row["place"] <= row["place_before"]:
        text = _("the list is shorter (place {then}, now {now})")
    said = [
        _changed(_, about, row, name) for name in ("state", "risk", "segment", "value") if _visibly(row, name)
    ]
    return _(": ").join([text.format(then=then, now=now), *([_("; ").join(said)] if said else [])])


def _visibly(row: dict[str, Any], name: str) -> bool:
    if name in ("state", "segment") or not _both(row, name):
        return _differs(row, name)
    now, then = row[name], row[f"{name}_before"]
    return bool(abs(now - then) >= (0.05 if name == "risk" else 0.1 * abs(then)))


def _differs(row: dict[str, Any], name: str) -> bool:
    now, then = row[name], row[f"{name}_before"]
    missing = numbers.is_missing(now), numbers.is_missing(then)
    return missing[0] != missing[1] or (not any(missing) and now != then)


def _changed(_: Translate, about: dict[str, Any], row: dict[str, Any], name: str) -> str:
    if name == "state":
        return _state(_, row)
    if name == "segment":
        then, now = (term(_, row[column]) for column in ("segment_before", "segment"))
        return _("segment changed from {then} to {now}").format(then=then, now=now)
    up = row[name] > row[f"{name}_before"] if _both(row, name) else None
    if name == "risk":
        then, now = (numbers.percent(row[column], 0) for column in ("risk_before", "risk"))
        if up is None:
            text = _("the risk of leaving could not be told before (now {now})")
            if numbers.is_missing(row["risk"]):
                text = _("the risk of leaving can no longer be told (before {then})")
            return text.format(then=then, now=now)
        text = _("risk of leaving rose from {then} to {now}")
        return (text if up else _("risk of leaving fell from {then} to {now}")).format(then=then, now=now)
    money = about.get("in_money", True)
    then, now = (
        numbers.money(row[column], about.get("currency")) if money else numbers.decimal(row[column])
        for column in ("value_before", "value")
    )
    if up is None or then == now:
        return _("the level of the expected value changed ({now})").format(now=now)
    text = _("expected value rose from {then} to {now}")
    return (text if up else _("expected value fell from {then} to {now}")).format(then=then, now=now)


def _both(row: dict[str, Any], name: str) -> bool:
    return not numbers.is_missing(row[name]) and not numbers.is_missing(row[f"{name}_before"])


def _state(_: Translate, row: dict[str, Any]) -> str:
    then, now = row["state_before"], row["state"]
    if now == "active" and then in ("gone", "silent"):
        if numbers.is_missing(row["active_since"]):
            return _("counts as active again")
        return _("active again since {day}").format(day=numbers.day(row["active_since"]))
    if now in ("gone", "silent"):
        if numbers.is_missing(row["days_silent"]):
            return _("never seen active")
        text = _("silent for {days} days: counts as gone now")
        return text.format(days=numbers.count(row["days_silent"]))
    if then == "new":
        return _("no newcomer any more (joined on {day})").format(day=numbers.day(row["joined_day"]))
    return _("counts as a newcomer (joined on {day})").format(day=numbers.day(row["joined_day"]))
