"""What a community is, in words: steps of trust, ways of marketing, traits, objectives, week and trends."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, join, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def trust_funnel(table: pd.DataFrame) -> Reading:
    """Say where trust is lost, and how far the steps are a ladder at all.

    Parameters
    ----------
    table : DataFrame
        From `trust.funnel`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 30 or len(table) < 2:
        return too_little(_, _("the steps of trust"), n)
    steps = table.set_index("step")
    drop = (table["estimate"].shift() - table["estimate"]).fillna(0)
    at = int(drop.to_numpy().argmax())
    if drop.max() <= 0:
        message = _("Nobody of {n} newcomers was lost on the way to “{step}”.")
        return reading(_, [message.format(n=numbers.count(n), step=term(_, table["step"].iloc[-1]))])
    above, below = table.iloc[at - 1], table.iloc[at]
    first = _(
        "Of {n} newcomers {rate} reached “{step}”; the largest loss lies before it, after “{above}”."
    ).format(
        n=numbers.count(n),
        rate=numbers.percent_interval(below["estimate"], below["low"], below["high"]),
        step=term(_, below["step"]),
        above=term(_, above["step"]),
    )
    sentences = [first]
    if "bought" in steps.index and "took_part" in steps.index and steps.loc["bought", "count"] >= 30:
        skipped = steps.loc["bought", "skipped"]
        sentences.append(
            _(
                "{share} of those who bought had left out a step above it: the steps are a picture, not "
                "a law."
            ).format(share=numbers.percent(skipped, 0))
        )
    if "bought_again" in steps.index and at != len(table) - 1:
        again = steps.loc["bought_again"]
        sentences.append(
            _("{rate} of all newcomers bought a second time.").format(rate=rate_phrase(_, again))
        )
    advice = {
        "read": _("Begin with the welcome: they came and saw nothing that was meant for them."),
        "took_part": _(
            "Begin with an invitation to take part that costs a minute: a question, a vote, a check-in."
        ),
        "bought": _("Begin with the first purchase: a sample, a tasting, an offer that only members get."),
        "bought_again": _("Begin with the weeks after the first purchase, not with more first purchases."),
        "invited": _("Begin with what members would be proud to pass on; few steps are as cheap."),
    }
    sentences.append(advice.get(str(below["step"]), ""))
    return reading(_, sentences)


def ways_of_marketing(table: pd.DataFrame) -> Reading:
    """Compare what the ways cost and whom they bring, and warn of what the comparison cannot say.

    Parameters
    ----------
    table : DataFrame
        From `ways.side_by_side`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    rows = table.set_index("way")
    n = int(table["n"].sum()) if len(table) else 0
    if not {"community", "advertising"} <= set(rows.index) or n < 30:
        return too_little(_, _("the community beside advertising"), n)
    own, bought = rows.loc["community"], rows.loc["advertising"]
    currency = about_of(table).get("currency")
    sentences = []
    if not numbers.is_missing(own["cost_per_member"]) and not numbers.is_missing(bought["cost_per_member"]):
        sentences.append(
            _("A member won through the community cost {own} of recruiting (n = {n}), one from advertising "
              "{bought} (n = {m}).").format(
                own=numbers.money(own["cost_per_member"], currency), n=numbers.count(own["n"]),
                bought=numbers.money(bought["cost_per_member"], currency), m=numbers.count(bought["n"]),
            )
        )  # fmt: skip
    if own["first_buyers"] >= 10 and bought["first_buyers"] >= 10:
        phrases = [
            _("{estimate} ({interval}, n = {n})").format(
                estimate=numbers.percent(row["estimate"]),
                interval=numbers.percent_interval(row["estimate"], row["low"], row["high"])
                .partition("(")[2]
                .rstrip(")"),
                n=numbers.count(row["first_buyers"]),
            )
            for row in (own, bought)
        ]
        sentences.append(
            _("Of their first-time buyers {own} bought again in time, against {bought}.").format(
                own=phrases[0], bought=phrases[1]
            )
        )
    if not numbers.is_missing(own["reach"]) and not numbers.is_missing(bought["reach"]):
        sentences.append(
            _("A member's post was seen by {own} members on average, a sponsored one by {bought}.").format(
                own=numbers.interval(own["reach"], own["reach_low"], own["reach_high"]),
                bought=numbers.interval(bought["reach"], bought["reach_low"], bought["reach_high"]),
            )
        )
    sentences.append(
        _("Before money moves: who is invited by a friend differs from who clicks on an advertisement, "
          "and the "
          "running cost of the community is not in this table.")
    )  # fmt: skip
    return reading(_, sentences)


def recruiting_cost(table: pd.DataFrame) -> Reading:
    """Set the three costs of a new member beside each other, and say which decision each is for.

    Parameters
    ----------
    table : DataFrame
        From `ways.recruiting_cost`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    rows = table.set_index("what") if len(table) else table
    if not len(table) or not rows["n"].max() or rows["cost"].max() <= 0:
        return too_little(_, _("the cost of a new member"), 0)
    currency = about_of(table).get("currency")
    sentences = [
        _("A new member cost {blended} of recruiting over all ways and {loaded} with the running cost of the "
          "community (n = {n}).").format(
            blended=numbers.money(rows.loc["blended", "estimate"], currency),
            loaded=numbers.money(rows.loc["loaded", "estimate"], currency),
            n=numbers.count(rows.loc["blended", "n"]),
        )
    ]  # fmt: skip
    if rows.loc["paid", "n"] > 0:
        sentences.append(
            _("The next one from a paid channel costs {paid} (n = {n}).").format(
                paid=numbers.money(rows.loc["paid", "estimate"], currency),
                n=numbers.count(rows.loc["paid", "n"]),
            )
        )
        if rows.loc["paid", "estimate"] > rows.loc["blended", "estimate"]:
            sentences.append(
                _(
                    "Decide on advertising with that figure: the blended one is lower only because "
                    "others came cheaply."
                )
            )
    return reading(_, sentences)


def community_traits(table: pd.DataFrame) -> Reading:
    """Name the strongest and the weakest trait, and what the weakest asks for.

    Parameters
    ----------
    table : DataFrame
        From `traits.signatures`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    shown = table[table["estimate"].notna() & (table["n"] >= 10)]
    rates = shown[shown["trait"] != "platform dependence"]
    if rates.empty:
        return too_little(_, _("the traits of a community"), int(table["n"].max()) if len(table) else 0)
    best, weak = rates.loc[rates["estimate"].idxmax()], rates.loc[rates["estimate"].idxmin()]
    first = (
        _("The highest signature is “{trait}” ({signature}): {rate}.")
        if len(rates) > 1
        else _("“{trait}” ({signature}): {rate}.")
    )
    named = [
        {"trait": term(_, row["trait"]), "signature": term(_, row["signature"]), "rate": rate_phrase(_, row)}
        for row in (best, weak)
    ]
    sentences = [first.format(**named[0])]
    if len(rates) > 1:
        sentences.append(_("The lowest is “{trait}” ({signature}): {rate}.").format(**named[1]))
    aim = shown[(shown["trait"] == "precise targeting") & shown["baseline"].notna()]
    if len(aim):
        row = aim.iloc[0]
        message = (
            _("Members see their own topic more often than chance would show it ({now} against {chance}).")
            if row["low"] > row["baseline"]
            else _(
                "Members see their own topic no more often than chance would show it ({now} against "
                "{chance})."
            )
        )
        sentences.append(
            message.format(now=numbers.percent(row["estimate"]), chance=numbers.percent(row["baseline"]))
        )
    lean = shown[shown["trait"] == "platform dependence"]
    if len(lean):
        row = lean.iloc[0]
        alike = numbers.decimal(1 / row["estimate"])
        sentences.append(
            _("On its platforms the community leans as if there were {alike} of equal size.").format(
                alike=alike
            )
        )
        if row["estimate"] > 0.5:
            sentences.append(
                _(
                    "More than half of the weight is on one platform: agree with members where to meet "
                    "if it closes."
                )
            )
    sentences.append(_("Compare each with its own past; high in one trait does not make up for another."))
    return reading(_, sentences)


def objectives(table: pd.DataFrame) -> Reading:
    """Say which metrics moved beyond chance, and which objective to look at first.

    Parameters
    ----------
    table : DataFrame
        From `objectives.tree`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    shown = table[table["n"] >= 10]
    if shown.empty:
        return too_little(_, _("the objectives"), int(table["n"].max()) if len(table) else 0)
    if shown["change"].isna().all():
        return reading(
            _,
            [
                _(
                    "The data are too short to compare these weeks with earlier ones: note the values "
                    "as a start."
                )
            ],
        )
    sentences = []
    for moved, message in (
        (shown[shown["change_low"] > 0], _("Up beyond chance: {metrics}.")),
        (shown[shown["change_high"] < 0], _("Down beyond chance: {metrics}.")),
    ):
        if len(moved):
            listed = _(", ").join(
                _("{metric} ({before} → {now}, n = {n})").format(
                    metric=term(_, row.metric),
                    before=_said(row.before, row.unit, table),
                    now=_said(row.estimate, row.unit, table),
                    n=numbers.count(row.n),
                )
                for row in moved.itertuples()
            )
            sentences.append(message.format(metrics=listed))
    down = shown[shown["change_high"] < 0]
    if not sentences:
        sentences.append(
            _("None of the {all} metrics moved beyond chance in these weeks (n = {n} members).").format(
                all=len(shown), n=numbers.count(shown["n"].max())
            )
        )
        sentences.append(_("Choose the objective for the next weeks by plan, not by the latest wobble."))
    elif len(down):
        sentences.append(
            _(
                "Begin with “{objective}”, the first in the tree that fell: what stands below it lives on it."
            ).format(objective=term(_, down["objective"].iloc[0]))
        )
    else:
        sentences.append(_("Nothing fell beyond chance: ask what was done differently, and keep doing it."))
    return reading(_, sentences)


def _said(value: float, unit: str, table: pd.DataFrame) -> str:
    return (
        numbers.money(value, about_of(table).get("currency")) if unit == "money" else numbers.percent(value)
    )


def manager_week(table: pd.DataFrame) -> Reading:
    """Say which duty's number moved most since the week before.

    Parameters
    ----------
    table : DataFrame
        From `routine.week`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    known = table[
        table["value"].notna() & table["before"].notna() & (table["before"] > 0) & (table["n"] >= 30)
    ]
    if known.empty:
        return too_little(_, _("the week"), int(table["n"].max()) if len(table) else 0)
    ratio = known["value"] / known["before"]
    row = known.loc[(ratio - 1).abs().idxmax()]
    first = _("Compared with the week before, “{measure}” moved most: {before} → {now} (n = {n}).").format(
        measure=term(_, row["measure"]),
        before=_week_value(row["before"], row["unit"], table),
        now=_week_value(row["value"], row["unit"], table),
        n=numbers.count(row["n"]),
    )
    second = _("One week is one observation: put it down, and act when the next one says the same.")
    return reading(_, [first, second])


def _week_value(value: float, unit: str, table: pd.DataFrame) -> str:
    return numbers.count(round(value)) if unit == "count" else _said(value, unit, table)


def growth_curve(table: pd.DataFrame) -> Reading:
    """Say how the three counts of members stand to each other, and which one flatters.

    Parameters
    ----------
    table : DataFrame
        From `trends.curve`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    whole = table[~table["open_period"] & ~table["left_edge"]]
    if len(whole) < 2 or whole["n"].max() < 30:
        return too_little(_, _("growth"), int(table["n"].max()) if len(table) else 0)
    first, last = whole.iloc[0], whole.iloc[-1]
    orders = about_of(table).get("basis") == "orders"
    message = (
        _("{ever} members ever came, {n} belonged in the last whole period, and {rate} of these bought.")
        if orders
        else _(
            "{ever} members ever came, {n} belonged in the last whole period, and {rate} of these were "
            "active."
        )
    )
    sentences = [
        message.format(
            ever=numbers.count(last["ever"]),
            n=numbers.count(last["n"]),
            rate=numbers.percent_interval(last["estimate"], last["low"], last["high"]),
        ),
    ]
    if not about_of(table).get("joined_known", True):
        sentences.append(
            _("Without dates of joining everybody belongs from the first active day: watch the number here, "
              "not the share.")
        )  # fmt: skip
        return reading(_, sentences)
    sentences.append(
        _("In the first whole period that share was {share} (n = {n}).").format(
            share=numbers.percent(first["estimate"]), n=numbers.count(first["n"])
        )
    )
    if last["count"] > first["count"] and last["estimate"] < first["estimate"]:
        sentences.append(
            _("The list grows faster than the room: report the active ones beside the member count.")
        )
    elif last["count"] <= first["count"]:
        sentences.append(
            _("The member count rises and the active ones do not: recruiting more will not mend that.")
        )
    else:
        sentences.append(_("Both grow: look next at who is kept, month by month."))
    return reading(_, sentences)


def trend_signals(table: pd.DataFrame) -> Reading:
    """Say which of the field's trends show in this community.

    Parameters
    ----------
    table : DataFrame
        From `trends.signals`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    if table.empty:
        return reading(
            _,
            [
                _(
                    "None of these signals can be computed from the tables supplied (n = 0): they need "
                    "events, dates of joining, or the channel of an order."
                )
            ],
        )
    shown = table[table["estimate"].notna() & ~table["small"].astype(bool)]
    if shown.empty:
        return too_little(_, _("the trends of the field"), int(table["n"].max()) if len(table) else 0)
    sentences = []
    for row in shown.itertuples():
        if row.change_low > 0:
            message = _("“{signal}” rose from {before} to {now} (n = {n}).")
        elif row.change_high < 0:
            message = _("“{signal}” fell from {before} to {now} (n = {n}).")
        else:
            continue
        sentences.append(
            message.format(
                signal=term(_, row.signal),
                before=numbers.percent(row.before),
                now=numbers.percent(row.estimate),
                n=numbers.count(row.n),
            )
        )
    if not sentences:
        sentences.append(
            _("None of {all} signals changed beyond chance (n = {n}).").format(
                all=len(shown), n=numbers.count(shown["n"].max())
            )
        )
    sentences.append(
        _(
            "Two stretches of one year differ in season too: look at the months between before calling "
            "it a trend."
        )
    )
    return Reading(join(_, sentences))
