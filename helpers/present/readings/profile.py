"""Who the members are, when they are there and what they buy by, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.groups import placed
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def member_profile(table: pd.DataFrame, *, segment: str = "all") -> Reading:
    """Say which values are commonest in a segment, where it differs from the community, and what is hidden.

    Parameters
    ----------
    table : DataFrame
        From `profile.table`.
    segment : str, default "all"
        Segment to speak of.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(table)
    shown = table[(table["segment"] == segment) & (table["value"] != "unknown")]
    n = int(shown["n"].max()) if shown["n"].notna().any() else 0
    known = shown.dropna(subset="estimate")
    if n < 10 or not len(known):
        return too_little(_, _("who the members are"), n)
    parts = []
    for name, own in known.groupby("attribute", sort=False):
        best = own.loc[own["estimate"].idxmax()]
        message = _("{attribute} {value}, {rate}")
        parts.append(
            message.format(attribute=term(_, name), value=term(_, best["value"]), rate=rate_phrase(_, best))
        )
    sentences = [
        (
            _("Commonest among all members: {parts}.")
            if segment == "all"
            else _("Commonest in “{segment}”: {parts}.")
        ).format(segment=term(_, segment), parts=_("; ").join(parts))
    ]
    if segment != "all":
        everyone = table[table["segment"] == "all"].set_index(["attribute", "value"])["estimate"]
        gap = known.assign(
            gap=known["estimate"]
            - everyone.reindex(pd.MultiIndex.from_frame(known[["attribute", "value"]])).to_numpy()
        )
        gap = gap.dropna(subset="gap")
        if len(gap):
            far = gap.loc[gap["gap"].abs().idxmax()]
            message = _("It differs most from the community in {value}: {points} percentage points.")
            sentences.append(message.format(value=term(_, far["value"]), points=numbers.points(far["gap"])))
    hidden = int(table["suppressed"].sum())
    if hidden:
        message = _(
            "{hidden} cells of the table are hidden, so that no small group can be recognised or worked out."
        )
        sentences.append(message.format(hidden=numbers.count(hidden)))
    return reading(_, sentences)


def active_week(week: pd.DataFrame) -> Reading:
    """Say when in the week the members are there.

    Parameters
    ----------
    week : DataFrame
        From `habits.week`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(week)
    n = int(week.drop_duplicates("weekday")["n"].sum()) if len(week) else 0
    if n < 50:
        return too_little(_, _("active hours"), n)
    by_hour = week.groupby("hour")["count"].sum() / n
    best = by_hour.nlargest(3)
    days = [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ]
    by_day = week.drop_duplicates("weekday").set_index("weekday")["n"]
    message = _(
        "The busiest hours begin at {hours}; at the first of them something happens on {share} of {n} active "
        "member-days. {weekday} is the busiest day. Post and answer a little before."
    )
    hours = _(", ").join(f"{int(hour):02d}:00" for hour in best.index)
    return reading(
        _,
        [
            message.format(
                hours=hours,
                share=numbers.percent(best.iloc[0]),
                n=numbers.count(n),
                weekday=days[int(by_day.idxmax())],
            )
        ],
    )


def active_hours(hours: pd.DataFrame) -> Reading:
    """Say when each segment is there.

    Parameters
    ----------
    hours : DataFrame
        From `habits.hours`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(hours)
    enough = placed(hours[hours["members"] >= 10])
    if not len(enough):
        return too_little(_, _("active hours"), int(hours["members"].max()) if len(hours) else 0)
    parts = []
    for name, own in enough.groupby("segment"):
        best = own.loc[own["estimate"].idxmax()]
        message = _("{segment} at {hour}, {share}, n = {n} members")
        parts.append(
            message.format(
                segment=term(_, name),
                hour=f"{int(best['hour']):02d}:00",
                n=numbers.count(best["members"]),
                share=numbers.percent_interval(best["estimate"], best["low"], best["high"]),
            )
        )
    return reading(
        _, [_("Share of active days in the busiest hour: {parts}.").format(parts=_("; ").join(parts))]
    )


def purchase_factors(table: pd.DataFrame) -> Reading:
    """Say what purchases go by: discount, category, channel.

    Parameters
    ----------
    table : DataFrame
        From `profile.purchase_factors`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 10:
        return too_little(_, _("purchases"), n)
    sentences = []
    for factor, message in (
        ("discount", _("A discount is used in {rate} of the purchases.")),
        ("campaign_id", _("{rate} belong to a campaign.")),
        ("category", _("The commonest category is {value}: {rate}.")),
        ("channel", _("The commonest channel is {value}: {rate}.")),
    ):
        own = table[table["factor"] == factor]
        if len(own):
            best = own.loc[own["estimate"].idxmax()]
            sentences.append(message.format(value=term(_, best["value"]), rate=rate_phrase(_, best)))
    sentences.append(_("What goes with a purchase need not have caused it; an experiment tells."))
    return reading(_, sentences)
