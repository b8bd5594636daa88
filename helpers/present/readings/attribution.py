"""Sentences about attribution: how much the rule decides, and how far credit lies from what was caused."""

from __future__ import annotations

import pandas as pd

from helpers.models.attribution import removal
from helpers.present import numbers
from helpers.present.groups import capital
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.readings.base import Reading, reading, too_little
from helpers.present.rules import channel_name, rule_name

FEW = 10


def channel_credit(table: pd.DataFrame) -> Reading:
    """Say which channels the rules agree on, and where the rule decides.

    Parameters
    ----------
    table : DataFrame
        From `attribution.credits`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < FEW:
        return too_little(_, _("credit by channel"), n)
    share = table.pivot(index="channel", columns="rule", values="share")
    tops = share.idxmax()
    gap = (share.max(axis=1) - share.min(axis=1)).idxmax()
    low, high = share.loc[gap].idxmin(), share.loc[gap].idxmax()
    sentences = []
    if tops.nunique() == 1:
        sentences.append(
            _("All {k} rules put {channel} first among the {n} with a contact.").format(
                k=len(tops), channel=channel_name(_, tops.iloc[0]), n=numbers.count(n)
            )
        )
    else:
        names = _("; ").join(f"{rule_name(_, rule)}: {channel_name(_, name)}" for rule, name in tops.items())
        sentences.append(
            _(
                "The rules disagree on which channel comes first among the {n} with a contact: {names}."
            ).format(n=numbers.count(n), names=names)
        )
    parts = table.set_index(["rule", "channel"])
    ends = ["share", "share_low", "share_high"]
    sentences.append(
        _("{channel} gets {least} by “{one}” and {most} by “{other}”: a choice, not a finding.").format(
            channel=capital(channel_name(_, gap)),
            least=numbers.percent_interval(*parts.loc[(low, gap), ends]),
            one=rule_name(_, low),
            most=numbers.percent_interval(*parts.loc[(high, gap), ends]),
            other=rule_name(_, high),
        )
    )
    direct = about.get("direct")
    if direct:
        sentences.append(
            _(
                "{direct} more had no contact in the days before, and no rule says to whom they are due."
            ).format(direct=numbers.count(direct))
        )
    sentences.append(
        _("Fix one rule before the budget is spent, and move money only where all of them agree.")
    )
    return reading(_, sentences)


def credited_and_caused(table: pd.DataFrame) -> Reading:
    """Say how many orders are credited, how many were caused, and whether the advertisement paid.

    Parameters
    ----------
    table : DataFrame
        From `credited.against`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < FEW:
        return too_little(_, _("credit and effect"), n)
    rows = table.set_index("rule")
    true, last = rows.loc["holdout"], rows.loc["last"]
    rules = rows.drop(index="holdout")
    sentences = [
        _(
            "The rules credit {low} to {high} orders of {n} members to {channel}; against the hold-out it "
            "added {caused}."
        ).format(
            low=numbers.count(rules["estimate"].min()),
            high=numbers.count(rules["estimate"].max()),
            n=numbers.count(n),
            channel=channel_name(_, about.get("channel", "")),
            caused=numbers.interval(true["estimate"], true["low"], true["high"], places=0),
        )
    ]
    if true["estimate"] > 0 and last["low"] > true["high"]:
        sentences.append(
            _(
                "Most of the credited orders would have come anyway: {times} credited for each one added."
            ).format(times=numbers.decimal(last["estimate"] / true["estimate"]))
        )
    elif last["low"] > true["high"]:
        sentences.append(_("The credited orders would have come anyway."))
    else:
        sentences.append(_("The test is too small to tell credit and effect apart."))
    if not numbers.is_missing(true["returned"]):
        money = _("margin") if about.get("money") == "margin" else _("revenue")
        sentences.append(
            _(
                "A unit of cost is credited with {credited} of {money} by the last contact; it added {added}."
            ).format(
                credited=numbers.decimal(last["returned"]),
                money=money,
                added=numbers.interval(
                    true["returned"], true["returned_low"], true["returned_high"], places=1
                ),
            )
        )
        sentences.append(_advice(_, true))
    else:
        sentences.append(_("Book what it cost, and judge it by what was added."))
    return reading(_, sentences)


def _advice(_: Translate, true: pd.Series) -> str:
    if true["returned_low"] > 1:
        return _("It pays: go on, and keep a small hold-out.")
    if true["returned_high"] < 1:
        return _("It does not pay: stop it.")
    return _(
        "Whether it pays is open: hold out again, longer or with more members, before it becomes permanent."
    )


def channel_costs(table: pd.DataFrame) -> Reading:
    """Say what a credited conversion cost, and where the ranking rests on the rule.

    Parameters
    ----------
    table : DataFrame
        From `ad_returns.by_channel`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < FEW or table["estimate"].isna().all():
        return too_little(_, _("cost by channel"), n)
    parts = table.set_index(["rule", "channel"])
    cost = table.pivot(index="channel", columns="rule", values="estimate").dropna()
    dearest, cheapest = cost.idxmax(), cost.idxmin()
    rule = "last" if "last" in cost.columns else cost.columns[0]
    currency = about.get("currency")

    def money(channel: object) -> str:
        found = parts.loc[(rule, channel)]
        return numbers.money_interval(found["estimate"], found["low"], found["high"], currency)

    sentences = [
        _("By “{rule}” {dear} cost {high} each and {cheap} {low} (n = {n}).").format(
            rule=rule_name(_, rule),
            dear=channel_name(_, dearest[rule]),
            high=money(dearest[rule]),
            cheap=channel_name(_, cheapest[rule]),
            low=money(cheapest[rule]),
            n=numbers.count(n),
        )
    ]
    times = cost.max(axis=1) / cost.min(axis=1)
    sentences.append(
        _("For {channel} the rule alone changes the cost by a factor of {times}.").format(
            channel=channel_name(_, times.idxmax()), times=numbers.decimal(times.max())
        )
    )
    same = dearest.nunique() == 1 and cheapest.nunique() == 1
    sentences.append(
        _("Dearest and cheapest are the same by every rule, so a trial shift of budget may start there.")
        if same
        else _("Dearest and cheapest depend on the rule: hold one back from some by lot before money moves.")
    )
    free = about.get("free")
    if free:
        sentences.append(
            _("No cost is booked for: {names}.").format(
                names=_("; ").join(channel_name(_, name) for name in free)
            )
        )
    return reading(_, sentences)


def audience(table: pd.DataFrame) -> Reading:
    """Say which kinds of newcomers buy more often, and what may be done with it.

    Parameters
    ----------
    table : DataFrame
        From `ad_returns.audience`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    known = table.dropna(subset=["estimate"]) if len(table) else table
    known = known[~known["small"]] if len(known) else known
    if known.empty:
        return too_little(_, _("kinds of newcomers"), float(about.get("n", 0)))
    clear = known[known["significant"]]
    if clear.empty:
        return reading(
            _,
            [
                _("No kind of newcomer buys clearly more or less often than the others (n = {n}).").format(
                    n=numbers.count(about.get("n", 0))
                ),
                _("Do not pay more for any of them."),
            ],
        )
    best = clear.loc[clear["estimate"].idxmax()]
    sentences = [
        _("{value} ({attribute}) bought {lift} times as often as all others (n = {n}).").format(
            value=capital(term(_, best["value"])),
            attribute=term(_, best["attribute"]),
            lift=numbers.interval(best["estimate"], best["low"], best["high"], places=2),
            n=numbers.count(best["n"]),
        )
    ]
    least = clear.loc[clear["estimate"].idxmin()]
    if least["estimate"] < 1:
        sentences.append(
            _("Least often bought {value} ({attribute}): {lift} times.").format(
                value=term(_, least["value"]),
                attribute=term(_, least["attribute"]),
                lift=numbers.interval(least["estimate"], least["low"], least["high"], places=2),
            )
        )
    sentences.append(
        _("That says who buys, not whom an advertisement moves: test it on a random part of them first.")
    )
    return reading(_, sentences)


def removal_graph(table: pd.DataFrame, *, without: str) -> Reading:
    """Say what taking a channel out of a small chain costs.

    Parameters
    ----------
    table : DataFrame
        ``path``, ``conversions`` and ``nulls``, as for `attribution.removal`.
    without : str
        The channel that is taken out.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    found = removal(table).set_index("channel")
    n = int((table["conversions"] + table["nulls"]).sum()) if len(table) else 0
    if without not in found.index:
        return too_little(_, _("a removal effect"), n)
    row = found.loc[without]
    return reading(
        _,
        [
            _(
                "Of {n} journeys {before} end with an order; were all lost who come to {channel}, {after}."
            ).format(
                n=numbers.count(n),
                before=numbers.percent(row["chance"]),
                channel=channel_name(_, without),
                after=numbers.percent(row["without"]),
            ),
            _("Its removal effect is {effect}, its share of all removal effects {share}.").format(
                effect=numbers.percent(row["estimate"]), share=numbers.percent(row["share"])
            ),
        ],
    )
