"""The words of diagnosis, risks and privacy: challenges, measures, remedies and duties, in both languages."""

from __future__ import annotations

from typing import Any

from helpers.present import numbers
from helpers.present.language import Translate


def challenge_name(_: Translate, name: str) -> str:
    """Name a challenge of the field.

    Taught in: 08 Outlook
    """
    return {
        "weak growth": _("weak growth"),
        "homogeneous content": _("homogeneous content"),
        "low participation": _("low participation"),
        "high running cost": _("high running cost"),
        "little value to members": _("little value to members"),
        "no commercial value": _("no commercial value"),
    }.get(name, name)


def measure_name(_: Translate, name: str) -> str:
    """Say what a measure of the diagnosis counts.

    Taught in: 08 Outlook
    """
    return {
        "arrivals": _("newcomers against the stretch before"),
        "active members": _("active members against the stretch before"),
        "near-copies": _("posts that repeat another"),
        "members who write": _("active members who write"),
        "members seen": _("members who were seen at all"),
        "cost in orders": _("cost of an active month, in orders"),
        "back after four weeks": _("newcomers back after four weeks"),
        "recommendation": _("net promoter score"),
        "questions answered": _("questions answered within a day"),
        "members who buy": _("active members who bought"),
        "buyers who come back": _("buyers who bought again"),
    }.get(name, name)


def verdict_name(_: Translate, name: str) -> str:
    """Name the state of a challenge or of one of its measures.

    Taught in: 08 Outlook
    """
    return {
        "trouble": _("yes"),
        "fine": _("no"),
        "unclear": _("unclear"),
        "cannot tell": _("cannot tell"),
    }.get(name, name)


def amount(unit: str, value: Any) -> str:
    """Format a share as a percentage, a ratio or a score as a number.

    Taught in: 08 Outlook
    """
    if unit == "share":
        return numbers.percent(value)
    return numbers.count(value) if unit == "count" else numbers.decimal(value, 2 if unit == "ratio" else 1)


def evidence(row: Any) -> str:
    """Format a measure with its interval, where it has one.

    Taught in: 08 Outlook
    """
    unit = row["unit"]
    if unit == "count" or numbers.is_missing(row["low"]):
        return amount(unit, row["estimate"])
    if unit == "share":
        return numbers.percent_interval(row["estimate"], row["low"], row["high"])
    return numbers.interval(row["estimate"], row["low"], row["high"], 2 if unit == "ratio" else 1)


def origin_name(_: Translate, name: str) -> str:
    """Say where a threshold comes from.

    Taught in: 08 Outlook
    """
    return {
        "rule of thumb": _("a rule of thumb"),
        "by definition": _("by definition"),
        "your setting": _("your setting"),
    }.get(name, name)


def check_name(_: Translate, name: str) -> str:
    """Name a check of the privacy check.

    Taught in: 08 Outlook
    """
    return {
        "personal data in texts": _("personal data in texts"),
        "contact data in columns": _("contact data in columns"),
        "sensitive columns": _("sensitive columns"),
        "minors": _("minors"),
        "consent missing": _("consent missing"),
        "data before consent": _("data before consent"),
        "small cells": _("small cells"),
        "kept too long": _("kept too long"),
        "ids in the clear": _("ids in the clear"),
    }.get(name, name)


def to_do(_: Translate, name: str) -> str:
    """Say what to do about a finding of the privacy check.

    Taught in: 08 Outlook
    """
    return {
        "personal data in texts": _("mask the texts at the export; show no comment unmasked"),
        "contact data in columns": _("leave the column out of the export unless a named purpose needs it"),
        "sensitive columns": _("stop, ask for the separate consent and the assessment, or delete"),
        "minors": _("ask a parent or guardian; leave them out of profiles and offers"),
        "consent missing": _("ask again; until then use only what another legal basis covers"),
        "data before consent": _("find the basis for what was kept before, or delete it"),
        "small cells": _("publish fewer attributes together, or merge the small groups"),
        "kept too long": _("delete or anonymise; keep what a law obliges you to keep, apart"),
        "ids in the clear": _("turn pseudonyms on, and keep the key away from the report"),
    }.get(name, name)


def duty_name(_: Translate, name: str) -> str:
    """Ask the question behind a duty that no data can show to be met.

    Taught in: 08 Outlook
    """
    return {
        "notice": _("Does a member read, before joining, who keeps what, why and for how long?"),
        "withdrawing consent": _("Is it as easy to take consent back as to give it?"),
        "access, correction, deletion": _("Who answers when a member asks for her data, and by when?"),
        "marketing by profile": _("Can a member be spared offers chosen by her profile?"),
        "service providers": _("Is there a contract with each tool that stores the data?"),
        "passing data on": _("Did members agree before a partner was given anything?"),
        "data leaving the country": _("Where do the servers stand, and which way is allowed?"),
        "impact assessment": _("Was the profiling assessed in writing before it began?"),
        "record of processing": _("Is it written down who processes what, and was it audited?"),
        "breach": _("Who is told, in what order and how soon, when data get out?"),
    }.get(name, name)


def risk_name(_: Translate, name: str) -> str:
    """Name a risk of the register.

    Taught in: 08 Outlook
    """
    return {
        "platform dependence": _("dependence on one platform"),
        "dependence on few people": _("dependence on few people"),
        "negative buzz": _("negative buzz"),
        "account safety": _("account safety"),
        "regulation": _("regulation"),
        "competition": _("competition"),
        "ethics": _("ethics"),
    }.get(name, name)


def exposure_name(_: Translate, name: str) -> str:
    """Say what the exposure to a risk was measured by.

    Taught in: 08 Outlook
    """
    return {
        "on one platform only": _("active members seen on the largest platform only"),
        "written by the ten busiest": _("contributions by the ten busiest members"),
        "alerts a year": _("alerts of complaints and low scores a year"),
        "banned members": _("active members who were banned"),
        "severe privacy findings": _("severe findings of the privacy check"),
        "a rival rated as high": _("members who rate a rival at least as high"),
    }.get(name, name)


def level_name(_: Translate, name: str) -> str:
    """Name a level of exposure or impact.

    Taught in: 08 Outlook
    """
    return {"low": _("slight"), "medium": _("moderate"), "high": _("serious"), "": _("to be judged")}.get(
        name, name
    )


def trigger(_: Translate, name: str) -> str:
    """Propose the sign that sets off the response to a risk.

    Taught in: 08 Outlook
    """
    return {
        "platform dependence": _("a change of rules is announced, or reach falls for two weeks"),
        "dependence on few people": _("one of the ten is silent for two weeks"),
        "negative buzz": _("an alarm of complaints, or three like complaints in a day"),
        "account safety": _("an alarm of joins, or a ban rate twice that of last month"),
        "regulation": _("a severe finding, or a letter from an authority or a member"),
        "competition": _("an image survey below a rival's, or active members fall"),
        "ethics": _("somebody in the team would not explain the step to a member"),
    }.get(name, name)


def response(_: Translate, name: str) -> str:
    """Propose the first step of the response to a risk.

    Taught in: 08 Outlook
    """
    return {
        "platform dependence": _("invite the core to a second place while both are open"),
        "dependence on few people": _("thank them, lower their load, train two successors each"),
        "negative buzz": _("answer within the hour, one voice, facts first; stop sales posts"),
        "account safety": _("hold newcomers' rewards for a week, check them, then pay"),
        "regulation": _("stop the processing in question, ask counsel, write down what was done"),
        "competition": _("ask those who left and those who stayed for one reason each"),
        "ethics": _("do not do it; take it to the team's weekly hour"),
    }.get(name, name)


def articles(_: Translate, text: str) -> str:
    """Write the articles of a law as the language does.

    Taught in: 08 Outlook
    """
    numbers_only = text.removeprefix("art. ").split(", ")
    return _("art. {numbers}").format(numbers=_(", ").join(numbers_only))


def gap(_: Translate, missing: str) -> str:
    """Say what would tell what the data cannot.

    Taught in: 08 Outlook
    """
    known = {"too little data": _("too little data"), "judgement": _("left to judgement")}
    return known.get(missing, missing)
