"""Surveys: recommendation, needs, satisfaction and the image of three brands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.opinions import ATTRIBUTES, BRANDS, IMAGE, IMAGE_OF_US, NOISE, SATISFACTION, tendency_on
from helpers.simulate.people import NEEDS
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import pick, stream
from helpers.simulate.texts import comment_texts
from helpers.simulate.vocabulary import THEMES

WAVES = (0.15, 0.40, 0.62, 0.83, 0.97)  # recommendation surveys, as shares of the window
NEEDS_AT, IMAGE_AT = 0.30, (0.35, 0.88)


@dataclass
class Surveys:
    """Hold one value per answer in each array; codes index the lists beside them."""

    time: np.ndarray
    member: np.ndarray
    kind: np.ndarray
    item: np.ndarray
    subject: np.ndarray
    score: np.ndarray
    low: np.ndarray
    high: np.ndarray
    comment_en: list[str | None]
    comment_zh: list[str | None]
    theme: list[str | None]
    tendency: np.ndarray


KINDS = ("nps", "need", "satisfaction", "image")
ITEMS = NEEDS + ATTRIBUTES


def _asked(
    scenario: Scenario, members: Members, day: int, rate: float, rng: np.random.Generator
) -> np.ndarray:
    """Return who answers: those in the list that day, the interested and the committed more often."""
    here = (members.joined < day * 86400) & (members.left >= (day + 8) * 86400) & members.real()
    mood = np.where(members.end_day > day, 1.0, 0.12) * members.trait["answers"] * ~members.silent
    return np.flatnonzero(here & (rng.random(len(members)) < np.minimum(rate * mood, 0.95)))


def _rating(mean: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.clip(np.rint(mean + rng.normal(0, 0.8, mean.shape)), 1, 5)


def _themes(
    scenario: Scenario, members: Members, who: np.ndarray, after_mishap: bool, rng: np.random.Generator
) -> list[str]:
    """Return what each member talks about: what the persona cares for most, the tins after the mishap."""
    names = tuple(THEMES)
    care = {
        name: np.array([p.needs[NEEDS.index(name)] if name in NEEDS else 0 for p in scenario.personas])
        for name in names
    }
    care["community"] = np.array([p.needs[NEEDS.index("belonging")] for p in scenario.personas])
    care["safety"] = np.full(len(scenario.personas), 4.4 if after_mishap else 0.0)
    weights = np.stack(
        [np.where(care[name] > 0, np.exp(1.6 * (care[name] - 4)), 0) for name in names], axis=1
    )
    return [names[code] for code in pick(rng, np.cumsum(weights, axis=1), members.persona[who])]


def ask(scenario: Scenario, members: Members) -> Surveys:
    """Run all surveys that fit into the window.

    Parameters
    ----------
    scenario, members
        The simulation's parameters and people.

    Returns
    -------
    Surveys
        Sorted by time.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> surveys = simulate(Scenario.small()).surveys
    >>> bool((surveys.score <= surveys.high).all())
    True

    Taught in: 06 Evaluation
    """
    rng = stream(scenario.seed, "surveys")
    persona_names = [p.name for p in scenario.personas]
    parts: list[dict[str, np.ndarray]] = []
    comments: list[tuple[str | None, ...]] = []

    def add(
        kind: str, who: np.ndarray, time: np.ndarray, score: np.ndarray, **codes: np.ndarray | float
    ) -> None:
        row = {
            "time": time,
            "member": who,
            "score": score,
            "kind": KINDS.index(kind),
            "item": -1,
            "subject": -1,
            "low": 1,
            "high": 5,
            "tendency": np.nan,
            **codes,
        }
        parts.append({name: np.broadcast_to(value, len(who)) for name, value in row.items()})

    def when(who: np.ndarray, day: int) -> np.ndarray:
        return day * 86400 + rng.integers(9 * 3600, 7 * 86400, len(who))

    for share in WAVES:
        day = round(share * scenario.days)
        if day + 8 > scenario.days:
            continue
        who = _asked(scenario, members, day, scenario.survey_answers, rng)
        centre = tendency_on(scenario, members, who, day)
        score = np.clip(np.rint(centre + rng.normal(0, NOISE, len(who))), 0, 10)
        add("nps", who, when(who, day), score, low=0, high=10, tendency=centre)
        troubled = bool(scenario.mishap) and bool(len(who)) and bool((centre != members.score[who]).any())
        themes = _themes(scenario, members, who, troubled, rng)
        says = rng.random(len(who)) < 0.6
        texts = comment_texts(themes, score, rng)
        comments += [
            (*text, theme) if said else (None, None, None)
            for text, theme, said in zip(texts, themes, says, strict=True)
        ]

    day = round(NEEDS_AT * scenario.days)
    if day + 8 <= scenario.days:
        who = _asked(scenario, members, day, scenario.survey_answers * 1.5, rng)
        time = when(who, day)
        needs = np.array([p.needs for p in scenario.personas], float)
        glad = 0.25 * (members.score[who] - 7.5)
        for item in range(len(NEEDS)):
            add(
                "need",
                who,
                time,
                _rating(needs[members.persona[who], item], rng),
                item=np.full(len(who), item),
            )
            add(
                "satisfaction",
                who,
                time,
                _rating(SATISFACTION[item] + glad, rng),
                item=np.full(len(who), item),
            )

    shift = np.array([IMAGE_OF_US.get(name, (0.0,) * 6) for name in persona_names])
    for share in IMAGE_AT:
        day = round(share * scenario.days)
        if day + 8 > scenario.days:
            continue
        who = _asked(scenario, members, day, scenario.survey_answers, rng)
        time = when(who, day)
        for brand in range(len(BRANDS)):
            for item in range(len(ATTRIBUTES)):
                own = shift[members.persona[who], item] if brand == 0 else 0.0
                mean = np.broadcast_to(IMAGE[brand, item] + own, len(who))
                add(
                    "image",
                    who,
                    time,
                    _rating(mean, rng),
                    item=np.full(len(who), len(NEEDS) + item),
                    subject=np.full(len(who), brand),
                )

    joined = {
        name: np.concatenate([part[name] for part in parts]) if parts else np.zeros(0)
        for name in ("time", "member", "kind", "item", "subject", "score", "low", "high", "tendency")
    }
    comments += [(None, None, None)] * (len(joined["time"]) - len(comments))
    order = np.argsort(joined["time"], kind="stable")
    said = [comments[place] for place in order]
    codes = {name: values[order] for name, values in joined.items()}
    for name in ("time", "member", "kind", "item", "subject"):
        codes[name] = codes[name].astype(np.int64)
    return Surveys(
        **codes,
        comment_en=[row[0] for row in said],
        comment_zh=[row[1] for row in said],
        theme=[row[2] for row in said],
    )
