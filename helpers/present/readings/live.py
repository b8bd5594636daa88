"""Live shows, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.plots.live import busiest
from helpers.present.readings.base import Reading, reading, too_little


def show_minutes(panel: pd.DataFrame, *, show: str | None = None) -> Reading:
    """Say when a show was fullest, and when it sold.

    Parameters
    ----------
    panel : DataFrame
        From `live.minutes`.
    show : str, optional
        Id of the show; the one with the most viewer-minutes by default.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(panel)
    chosen = (show or busiest(panel)) if len(panel) else None
    part = panel[panel["content_id"] == chosen].reset_index(drop=True) if len(panel) else panel
    if part.empty or part["present"].max() < 3:
        return too_little(_, _("a live show"), int(part["entering"].sum()) if len(part) else 0)
    peak = int(part["present"].idxmax())
    sold = part["orders"].sum() > 0
    facts = {
        "entered": numbers.count(part["entering"].sum()),
        "minute": numbers.count(peak + 1),
        "peak": numbers.count(part["present"][peak]),
        "orders": numbers.count(part["orders"].sum()),
        "clicks": numbers.count(part["clicks"].sum()),
    }
    first = (
        _(
            "{entered} times somebody entered; it was fullest in minute {minute} with {peak} there, and "
            "{orders} orders came out of {clicks} clicks."
        )
        if sold
        else _(
            "{entered} times somebody entered; it was fullest in minute {minute} with {peak} there, and "
            "there were {clicks} clicks."
        )
    ).format(**facts)
    near = (part["minute"] - peak).abs() <= 5
    deeds = part["orders" if sold else "clicks"]
    second = _(
        "In the {minutes} minutes around the peak there were {near} of these {deeds}, where an even spread "
        "would have {even}."
    ).format(
        minutes=numbers.count(near.sum()),
        near=numbers.count(deeds[near].sum()),
        deeds=_("orders") if sold else _("clicks"),
        even=numbers.decimal(deeds.sum() * near.sum() / len(part)),
    )
    third = _("Judge a show by what its minutes bring, not by its fullest one.")
    return reading(_, [first, second, third])


def _rate(row: pd.Series, name: str) -> dict[str, str]:
    return {
        "rate": numbers.decimal(row[f"{name}_per_100"], 2),
        "low": numbers.decimal(row[f"{name}_per_100_low"], 2),
        "high": numbers.decimal(row[f"{name}_per_100_high"], 2),
    }


def show_parts(rates: pd.DataFrame) -> Reading:
    """Say which part sells per viewer-minute, and which only talks.

    Parameters
    ----------
    rates : DataFrame
        From `live_parts.rates`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(rates)
    if rates.empty or not rates["orders"].sum():
        return too_little(_, _("parts of live shows"), 0)
    by = about_of(rates).get("by", "part")
    best, loud = rates.iloc[0], rates.loc[rates["comments_per_100"].idxmax()]
    first = _(
        "“{part}” brings {rate} orders per 100 viewer-minutes ({low}–{high}; {orders} orders in {n} "
        "viewer-minutes)."
    ).format(
        part=term(_, str(best[by])),
        orders=numbers.count(best["orders"]),
        n=numbers.count(best["n"]),
        **_rate(best, "orders"),
    )
    if loud[by] == best[by]:
        second = _("It is also where most is said.")
    else:
        second = _(
            "“{part}” brings most comments, {comments} per 100 viewer-minutes, "
            "and {rate} orders ({low}–{high})."
        ).format(
            part=term(_, str(loud[by])),
            comments=numbers.decimal(loud["comments_per_100"]),
            **_rate(loud, "orders"),
        )
    third = (
        _("Keep lively parts short, and put them just before the product that has to sell.")
        if by == "part"
        else _("Give minutes to what sells in them, after freeing it of its evening and its neighbours.")
    )
    return reading(_, [first, second, third])


def product_matrix(selection: pd.DataFrame) -> Reading:
    """Say which products to repeat, reprice, explain or replace, and how sure that is.

    Parameters
    ----------
    selection : DataFrame
        From `live_products.selection`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(selection)
    if selection.empty or "click_index" not in selection:
        return too_little(_, _("products in live shows"), len(selection))
    about = about_of(selection)
    best = selection.iloc[0]
    if about.get("by_margin"):
        first = _(
            "{product} earns {worth} per 100 viewer-minutes ({low}–{high}; {orders} orders "
            "in {shown} showings)."
        ).format(
            product=best["product_id"],
            worth=numbers.money(best["worth"], about.get("currency")),
            low=numbers.money(best["worth_low"], about.get("currency")),
            high=numbers.money(best["worth_high"], about.get("currency")),
            orders=numbers.count(best["orders"]),
            shown=numbers.count(best["showings"]),
        )
    else:
        first = _(
            "{product} brings {worth} orders per 100 viewer-minutes ({low}–{high}; {orders} orders "
            "in {shown} showings)."
        ).format(
            product=best["product_id"],
            worth=numbers.decimal(best["worth"], 2),
            low=numbers.decimal(best["worth_low"], 2),
            high=numbers.decimal(best["worth_high"], 2),
            orders=numbers.count(best["orders"]),
            shown=numbers.count(best["showings"]),
        )
    sure = selection[selection["sure"]]
    lists = [
        (
            _("{products}: much clicked, and bought often: show them again."),
            sure.loc[sure["quadrant"] == "star", "product_id"],
        ),
        (
            _("{products}: much clicked, seldom bought: look at price, stock and what the page says."),
            sure.loc[sure["quadrant"] == "magnet", "product_id"],
        ),
        (
            _("{products}: seldom clicked, often bought by those who do: explain them better."),
            sure.loc[sure["quadrant"] == "sleeper", "product_id"],
        ),
        (
            _("{products}: neither clicked nor bought: give the minutes to something else."),
            sure.loc[sure["quadrant"] == "filler", "product_id"],
        ),
    ]
    said = [text.format(products=_(", ").join(names)) for text, names in lists if len(names)]
    rest = len(selection) - len(sure)
    last = (
        _("For {n} of {all} products the quadrant may be chance: show them again before judging.").format(
            n=numbers.count(rest), all=numbers.count(len(selection))
        )
        if rest
        else ""
    )
    return reading(_, [first, *said, last])


def host_comparison(effect: pd.DataFrame) -> Reading:
    """Say what is left of a host's lead on equal terms, and whether the data can decide it.

    Parameters
    ----------
    effect : DataFrame
        From `live_hosts.host_effect`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(effect)
    if effect.empty or not effect["possible"].any():
        return too_little(_, _("hosts"), 0)
    first, last = effect.iloc[0], effect.iloc[-1]

    def text(row: pd.Series) -> dict[str, str]:
        return {
            "factor": numbers.decimal(row["estimate"], 2),
            "low": numbers.decimal(row["low"], 2),
            "high": numbers.decimal(row["high"], 2),
        }

    said = [
        _(
            "As they stand {host} sells {factor} times as much per viewer-minute as the others "
            "({low}–{high}; {orders} orders in {shows} shows)."
        ).format(
            host=term(_, str(first["host"])),
            orders=numbers.count(first["orders"]),
            shows=numbers.count(first["shows"]),
            **text(first),
        )
    ]
    if not last["possible"]:
        said.append(
            _(
                "No evening had two hosts, so host and evening cannot be told apart: let two hosts share "
                "some shows, and draw by lot who presents what."
            )
        )
        return reading(_, said)
    said.append(
        _("With the same products in the same evening it is {factor} ({low}–{high}).").format(**text(last))
    )
    said.append(
        _("The rest of the lead is what was given to the host: better evenings and better goods.")
        if first["estimate"] > last["estimate"]
        else _("The evenings and the goods did not flatter the host.")
    )
    said.append(
        _("That is more than chance, as far as products and evenings explain it; a draw by lot proves it.")
        if last["decided"]
        else _(
            "{shared} shows with two hosts are too few to decide it: pay nobody by this difference, "
            "and draw by lot who presents what."
        ).format(shared=numbers.count(last["shared"]))
    )
    return reading(_, said)


def show_effect(added: pd.DataFrame) -> Reading:
    """Say how many of a show's orders it added.

    Parameters
    ----------
    added : DataFrame
        From `live_effect.added`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(added)
    if added.empty:
        return too_little(_, _("live shows with enough days around them"), 0)
    seen, own, fair = (added.iloc[place] for place in range(3))

    def text(row: pd.Series) -> dict[str, str]:
        return {
            "orders": numbers.decimal(row["estimate"]),
            "low": numbers.decimal(row["low"]),
            "high": numbers.decimal(row["high"]),
        }

    said = [
        _("100 viewers placed {orders} orders in the show ({low}–{high}, n = {n}).").format(
            n=numbers.count(seen["n"]), **text(seen)
        ),
        _("In the days from the show on they ordered {orders} more than before it ({low}–{high}).").format(
            **text(own)
        ),
        _("Less what changed for others who were active that day, {orders} are left ({low}–{high}).").format(
            **text(fair)
        ),
        _("Set the last figure against what a show costs, not the first.")
        if fair["low"] > 0
        else _(
            "The last figure may be none at all: invite a random half of the members "
            "to the next show and compare."
        ),
    ]
    return reading(_, said)
