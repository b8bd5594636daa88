"""Judge the exercises of chapter 02: needs, brand, theme, segments, small cells, site and recruiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "P2.1",
    passes=_(
        "Important and badly served scores high; satisfying more people than care about it earns nothing."
    ),
    mistakes=[
        Mistake(
            "def opportunity(importance, satisfaction):\n    return 10 * (importance - satisfaction)",
            "importance itself",
        ),
        Mistake(
            "def opportunity(importance, satisfaction):\n"
            "    return 10 * (importance + importance - satisfaction)",
            "below its importance",
        ),
        Mistake(
            "def opportunity(importance, satisfaction):\n"
            "    return importance + max(importance - satisfaction, 0)",
            "tenths",
        ),
        Mistake(
            "def opportunity(importance, satisfaction):\n    return 10 * importance * (1 - satisfaction)",
            "added",
        ),
    ],
)
def opportunity(answer: Callable[..., Any]) -> Hint | None:
    """Expect 10 (importance + max(importance - satisfaction, 0)); tried on fresh shares."""
    first = answer(0.8, 0.3)
    if close(first, 1.3):
        return Hint(_("The shape is right. The score counts in tenths of the people: ten times that."))
    if close(first, 5):
        return Hint(_("That is the unmet part alone. The importance itself counts as well."))
    if close(first, 5.6):
        return Hint(_("The unmet part is not multiplied with the importance but added to it."))
    if close(first, 13) and close(answer(0.3, 0.8), -2):
        return Hint(
            _("A need that more people have satisfied than care about must not score below its importance.")
        )
    for importance, satisfaction in ((0.8, 0.3), (0.3, 0.8), (0.5, 0.5), (1.0, 0.0)):
        wanted = 10 * (importance + max(importance - satisfaction, 0))
        given = answer(importance, satisfaction)
        if not close(given, wanted):
            return Hint(
                _("Importance {importance} and satisfaction {satisfaction} give {wanted}, yours is {given}."),
                {"importance": importance, "satisfaction": satisfaction, "wanted": wanted, "given": given},
            )
    return None


@exercise(
    "P6.1",
    passes=_(
        "Only the best rival counts: 1.2 ahead in warmth, 0.1 in quality, which is less than "
        "the 0.15 of chance, and 0.5 behind in innovation."
    ),
    mistakes=[
        Mistake('answer = {"A", "B"}', "average"),
        Mistake('answer = {"B", "C", "D"}', "weaker of the two"),
        Mistake('answer = {"B"}', "told apart"),
        Mistake('answer = {"C"}', "Statement B"),
    ],
)
def promises(answer: Any) -> Hint | None:
    """Expect the statements that hold: B and C."""
    chosen = {str(letter).strip().upper() for letter in answer}
    if "A" in chosen:
        return Hint(
            _("Statement A: nobody goes to the average of the rivals. Compare with the best, and with 0.15.")
        )
    if "D" in chosen:
        return Hint(_("Statement D: 0.3 is the distance to the weaker of the two rivals."))
    if "B" not in chosen:
        return Hint(_("Statement B: the best rival in warmth has 3.1. Is the gap larger than 0.15?"))
    if "C" not in chosen:
        return Hint(
            _("Statement C: 0.1 ahead, give or take 0.15. Can the two be told apart? If not, it is parity.")
        )
    return Hint(_("Name the statements that hold as a set of letters.")) if chosen != {"B", "C"} else None


_FAVOURITES = pd.DataFrame(
    {"brewing": [30, 20, 150], "deals": [10, 60, 50]}, index=["helpers", "lurkers", "readers"]
)


@exercise(
    "P5.1",
    passes=_("The others are one crowd: add up their members first, then take the share."),
    mistakes=[
        Mistake(
            "def topic_lift(counts, segment, topic):\n"
            "    everyone = counts.sum()\n"
            "    own = counts.loc[segment]\n"
            "    return (own[topic] / own.sum()) / (everyone[topic] / everyone.sum())",
            "still among",
        ),
        Mistake(
            "def topic_lift(counts, segment, topic):\n"
            "    share = counts[topic] / counts.sum(axis=1)\n"
            "    return share[segment] / share.drop(segment).mean()",
            "same weight",
        ),
        Mistake(
            "def topic_lift(counts, segment, topic):\n"
            "    others = counts.drop(index=segment).sum()\n"
            "    own = counts.loc[segment]\n"
            "    return (others[topic] / others.sum()) / (own[topic] / own.sum())",
            "upside down",
        ),
        Mistake(
            "def topic_lift(counts, segment, topic):\n"
            "    return counts.loc[segment, topic] / counts[topic].drop(segment).sum()",
            "heads",
        ),
    ],
)
def topic_lift(answer: Callable[..., Any]) -> Hint | None:
    """Expect the share in the segment over the share among everybody else, pooled."""
    given = answer(_FAVOURITES, "helpers", "brewing")
    wanted = (30 / 40) / (170 / 280)
    if close(given, (30 / 40) / (200 / 320)):
        return Hint(
            _("The segment is still among those you compare it with: everybody *else*, not everybody.")
        )
    if close(given, (30 / 40) / ((20 / 80 + 150 / 200) / 2)):
        return Hint(_("The mean of the others' shares gives a segment of 80 the same weight as one of 200."))
    if close(given, 1 / wanted):
        return Hint(_("The ratio is upside down: the segment's own share stands on top."))
    if close(given, 30 / 170):
        return Hint(_("Those are heads. Divide both by the size of their group before you compare."))
    for segment, topic in (("helpers", "brewing"), ("readers", "deals"), ("lurkers", "brewing")):
        others = _FAVOURITES.drop(index=segment).sum()
        own = _FAVOURITES.loc[segment]
        wanted = (own[topic] / own.sum()) / (others[topic] / others.sum())
        given = answer(_FAVOURITES, segment, topic)
        if not close(given, wanted):
            return Hint(
                _("With {own} of {n} against {others} of {m} the lift is {wanted}, yours is {given}."),
                {
                    "own": int(own[topic]),
                    "n": int(own.sum()),
                    "others": int(others[topic]),
                    "m": int(others.sum()),
                    "wanted": f"{wanted:.2f}",
                    "given": given,
                },
            )
    return None


def _recency(days: pd.Series) -> list[int]:
    better = (days.rank(method="min") - 1) / len(days)
    return [int(score) for score in 5 - np.floor(better * 5 + 1e-9)]


_DAYS = ([0, 0, 0, 3, 8, 8, 20, 40, 90, 200], [7, 7, 7, 7, 7], [30, 1, 2, 60, 5], [12])


@exercise(
    "P3.1",
    passes=_("Counted from the good end: nobody is better than those who came on the last day."),
    mistakes=[
        Mistake(
            "def recency_score(days):\n"
            '    return ((days.rank(method="min") - 1) / len(days) * 5).astype(int) + 1',
            "longest silent",
        ),
        Mistake(
            "def recency_score(days):\n"
            '    order = days.rank(method="first") - 1\n'
            "    return 5 - (order / len(days) * 5).astype(int)",
            "order of the rows",
        ),
        Mistake(
            "def recency_score(days):\n"
            '    worse = (days.rank(method="min", ascending=False) - 1) / len(days)\n'
            "    return (worse * 5).astype(int) + 1",
            "from the bad end",
        ),
        Mistake(
            "def recency_score(days):\n    return pd.qcut(-days, 5, labels=False) + 1",
            "Bin edges must be unique",
        ),
    ],
)
def recency_score(answer: Callable[..., Any]) -> Hint | None:
    """Expect 5 less the fifth of buyers who came more recently; ties alike, the last day a 5."""
    tied = pd.Series(_DAYS[0])
    given = list(answer(tied))
    if close(given[0], 1) and close(given[-1], 5):
        return Hint(_("Your best score goes to those who are longest silent. Fewer days are better."))
    if not (close(given[0], given[2]) and close(given[4], given[5])):
        return Hint(_("Equal days have different scores: they hang on the order of the rows."))
    if close(given[0], 4):
        return Hint(
            _(
                "Three buyers came on the last day and get only a 4: you counted from the bad end. "
                "Which share came *more recently*?"
            )
        )
    for values in _DAYS:
        days = pd.Series(values)
        given, wanted = [float(score) for score in answer(days)], _recency(days)
        if not np.allclose(given, wanted):
            return Hint(
                _("For the days {days} the scores are {wanted}, yours are {given}."),
                {
                    "days": ", ".join(map(str, values)),
                    "wanted": ", ".join(map(str, wanted)),
                    "given": ", ".join(f"{score:g}" for score in given),
                },
            )
    return None


def _hidden(counts: pd.Series, threshold: int) -> set[str]:
    small = counts[(counts > 0) & (counts < threshold)]
    others = counts[counts >= threshold]
    return {*small.index, others.idxmin()} if len(small) == 1 and len(others) else set(small.index)


_CELLS = (
    ({"A": 9, "B": 7, "C": 2}, 5),
    ({"A": 9, "B": 7, "C": 5}, 5),
    ({"A": 3, "B": 7, "C": 2}, 5),
    ({"A": 9, "B": 0, "C": 2, "D": 30}, 5),
    ({"A": 40, "B": 12, "C": 9, "D": 11}, 10),
)

_SMALL = "def cells_to_hide(counts, threshold):\n    small = counts[{small}]\n"
_STRICT = "(counts > 0) & (counts < threshold)"


@exercise(
    "P1.1",
    passes=_("One gap is no gap while the total is known; two gaps leave the neighbour with a guess."),
    mistakes=[
        Mistake(_SMALL.format(small=_STRICT) + "    return set(small.index)", "subtracting"),
        Mistake(
            _SMALL.format(small="(counts > 0) & (counts <= threshold)")
            + "    rest = counts[counts > threshold]\n"
            + "    return {*small.index, rest.idxmin()} if len(small) == 1 else set(small.index)",
            "may be shown",
        ),
        Mistake(
            _SMALL.format(small=_STRICT)
            + "    rest = counts[counts >= threshold]\n"
            + "    return {*small.index, rest.idxmin()}",
            "too much",
        ),
        Mistake(
            _SMALL.format(small="counts < threshold")
            + "    rest = counts[counts >= threshold]\n"
            + "    return {*small.index, rest.idxmin()} if len(small) == 1 else set(small.index)",
            "nothing about anybody",
        ),
        Mistake(
            _SMALL.format(small=_STRICT)
            + "    rest = counts[counts >= threshold]\n"
            + "    return {*small.index, rest.idxmax()} if len(small) == 1 else set(small.index)",
            "least harm",
        ),
    ],
)
def cells_to_hide(answer: Callable[..., Any]) -> Hint | None:
    """Expect the small cells, and the smallest other one where a single gap would give itself away."""
    first = set(answer(pd.Series({"A": 9, "B": 7, "C": 2}), 5))
    if first == {"C"}:
        return Hint(_("C alone is empty: subtracting A and B from the total gives it back."))
    if first == {"A", "C"}:
        return Hint(_("Hiding the smallest of the others does the least harm to the table: B, not A."))
    if len(set(answer(pd.Series({"A": 3, "B": 7, "C": 2}), 5))) == 3:
        return Hint(_("Where two cells are hidden already a third is too much: the two protect each other."))
    if "C" in set(answer(pd.Series({"A": 9, "B": 7, "C": 5}), 5)):
        return Hint(
            _(
                "With the counts 9, 7 and 5 and the threshold 5 every cell may be shown: small is what lies "
                "below the threshold."
            )
        )
    if "B" in set(answer(pd.Series({"A": 9, "B": 0, "C": 2, "D": 30}), 5)):
        return Hint(
            _("B has 0 members: it tells nothing about anybody and stays, so that C is the only gap.")
        )
    for counts, threshold in _CELLS:
        given, wanted = set(answer(pd.Series(counts), threshold)), _hidden(pd.Series(counts), threshold)
        if given != wanted:
            return Hint(
                _("For {counts} and the threshold {threshold} hide {wanted}; yours hides {given}."),
                {
                    "counts": ", ".join(f"{name} {count}" for name, count in counts.items()),
                    "threshold": threshold,
                    "wanted": ", ".join(sorted(wanted)) or "-",
                    "given": ", ".join(sorted(map(str, given))) or "-",
                },
            )
    return None


def _choice(jaccard: list[float], smallest: list[float], stability: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "k": range(2, 2 + len(jaccard)),
            "silhouette": [0.31, 0.28, 0.25, 0.22][: len(jaccard)],
            "stability": stability,
            "jaccard": jaccard,
            "smallest": smallest,
        }
    )


_TABLES = (
    _choice([0.97, 0.90, 0.82, 0.50], [0.40, 0.28, 0.10, 0.08], [0.96, 0.91, 0.88, 0.60]),
    _choice([0.97, 0.90, 0.82, 0.80], [0.40, 0.28, 0.10, 0.004], [0.96, 0.91, 0.88, 0.70]),
    _choice([0.97, 0.70, 0.82, 0.60], [0.40, 0.28, 0.10, 0.08], [0.96, 0.80, 0.88, 0.70]),
    _choice([0.60, 0.72, 0.50, 0.40], [0.40, 0.28, 0.10, 0.08], [0.60, 0.71, 0.73, 0.50]),
)

_PASSES = "def number_of_personas(choice):\n    passes = choice[{rule}]\n"


@exercise(
    "P3.2",
    passes=_("As fine as the data bear out, and an honest second best where they bear out nothing."),
    mistakes=[
        Mistake(
            'def number_of_personas(choice):\n    return int(choice.loc[choice["silhouette"].idxmax(), "k"])',
            "silhouette",
        ),
        Mistake(
            _PASSES.format(rule='choice["jaccard"] >= 0.75') + '    return int(passes["k"].max())',
            "two per cent",
        ),
        Mistake(
            _PASSES.format(rule='(choice["jaccard"] >= 0.75) & (choice["smallest"] >= 0.02)')
            + '    return passes["k"].max()',
            "no number passes",
        ),
        Mistake(
            _PASSES.format(rule='(choice["jaccard"] < 0.75) | (choice["smallest"] < 0.02)')
            + '    return int(passes["k"].min()) - 1',
            "stop at the first",
        ),
    ],
)
def number_of_personas(answer: Callable[..., Any]) -> Hint | None:
    """Expect the largest k that passes both limits, else the most stable; tried on fresh tables."""
    if close(answer(_TABLES[0]), 2):
        return Hint(
            _(
                "Two groups have the best silhouette, as they often do. The rule asks for the largest number "
                "at which every group comes back."
            )
        )
    if not close(answer(_TABLES[0]), 4):
        return Hint(
            _("With jaccard .97, .90, .82, .50 for 2 to 5 groups the answer is 4, yours is {given}."),
            {"given": answer(_TABLES[0])},
        )
    if close(answer(_TABLES[1]), 5):
        return Hint(_("A group of 0.4 % comes back and is still no persona: two per cent is the limit."))
    if not close(answer(_TABLES[2]), 4):
        return Hint(
            _("Three groups fail and four pass: do not stop at the first that fails, take the largest k.")
        )
    if not close(answer(_TABLES[3]), 4):
        return Hint(_("Where no number passes return the one with the highest stability, here 4."))
    return None


_SCORES = pd.DataFrame(
    {"reach": [1.0, 0.0, 0.6], "depth": [0.0, 1.0, 0.6], "cost": [0.1, 0.4, 0.0]},
    index=["chat", "forum", "video"],
)
_WEIGHTS = pd.DataFrame(
    {
        "cost": [0.0, 0.1, 0.2, 0.1],
        "depth": [0.1, 0.6, 0.2, 0.8],
        "reach": [0.9, 0.3, 0.6, 0.1],
    }
)


@exercise(
    "P4.1",
    passes=_("The share of wins is the honest form of a scoring table: it says how much hangs on taste."),
    mistakes=[
        Mistake(
            "def share_of_wins(scores, weights):\n"
            "    totals = scores @ weights[scores.columns].mean()\n"
            "    return (totals == totals.max()).astype(float)",
            "average",
        ),
        Mistake(
            "def share_of_wins(scores, weights):\n"
            "    totals = pd.DataFrame(weights.to_numpy() @ scores.T.to_numpy(), columns=scores.index)\n"
            "    return totals.idxmax(axis=1).value_counts(normalize=True)"
            ".reindex(scores.index, fill_value=0)",
            "another order",
        ),
        Mistake(
            "def share_of_wins(scores, weights):\n"
            "    totals = weights[scores.columns] @ scores.T\n"
            "    return totals.idxmax(axis=1).value_counts(normalize=True)",
            "never wins",
        ),
        Mistake(
            "def share_of_wins(scores, weights):\n"
            "    totals = weights[scores.columns] @ scores.T\n"
            "    return totals.idxmax(axis=1).value_counts().reindex(scores.index, fill_value=0)",
            "shares",
        ),
    ],
)
def share_of_wins(answer: Callable[..., Any]) -> Hint | None:
    """Expect chat and forum half each, video never; the columns of the weights stand in another order."""
    given = _series(answer(_SCORES, _WEIGHTS))
    wanted = {"chat": 0.5, "forum": 0.5, "video": 0.0}
    if close(given.get("video"), 1):
        return Hint(
            _(
                "You took the average of the weights first, and the average has one winner. Find the winner "
                "of every set of weights, then count."
            )
        )
    if sum(given.values()) > 1.5:
        return Hint(_("Those are counts; divide by the number of sets of weights to get shares."))
    if "video" not in given:
        return Hint(_("A platform that never wins has the share 0 and must not be missing."))
    if not all(close(given.get(name), share) for name, share in wanted.items()):
        return Hint(
            _(
                "The criteria of the weights stand in another order than those of the scores: match them by "
                "name. Here chat and forum win twice each, video never."
            )
        )
    return None


def _series(answer: Any) -> dict[Any, float]:
    pairs = answer.items() if isinstance(answer, Mapping | pd.Series) else dict(answer).items()
    return {name: float(value) for name, value in pairs}


def _offers(cost: list[float], value: list[float], room: list[int]) -> pd.DataFrame:
    names = ["ad", "coupon", "offline", "invitation"][: len(cost)]
    return pd.DataFrame({"cost": cost, "value": value, "room": room}, index=names)


# What 1,000 buys: by gain for each yuan invitation (5.0), coupon (2.0), offline (1.5); the ad loses money.
_MARKET = _offers([20.0, 5.0, 100.0, 10.0], [15.0, 15.0, 250.0, 60.0], [500, 60, 40, 30])

_PLAN = (
    "def recruit(sources, budget):\n"
    "    plan = pd.Series(0, index=sources.index)\n"
    "    order = {order}\n"
    "    for name in order.index:\n"
    '        plan[name] = int(min(sources.loc[name, "room"], budget // sources.loc[name, "cost"]))\n'
    '        budget -= plan[name] * sources.loc[name, "cost"]\n'
    "    return plan"
)
_GAIN = '(sources["value"] - sources["cost"])'


@exercise(
    "P7.1",
    passes=_(
        "While money is short the gain for each yuan decides; when it is not, everything that earns more "
        "than it costs."
    ),
    mistakes=[
        Mistake(_PLAN.format(order='sources["cost"].sort_values()'), "most heads"),
        Mistake(_PLAN.format(order='sources["value"].sort_values(ascending=False)'), "dearest"),
        Mistake(_PLAN.format(order=f"{_GAIN}.sort_values(ascending=False)"), "dearest"),
        Mistake(
            _PLAN.format(order=f'({_GAIN} / sources["cost"]).sort_values(ascending=False)'),
            "need not be spent",
        ),
        Mistake(
            "def recruit(sources, budget):\n"
            f'    gain = {_GAIN} / sources["cost"]\n'
            "    plan = pd.Series(0, index=sources.index)\n"
            '    plan[gain.idxmax()] = int(budget // sources.loc[gain.idxmax(), "cost"])\n'
            "    return plan",
            "room",
        ),
        Mistake('def recruit(sources, budget):\n    return sources["room"]', "budget of"),
    ],
)
def recruit(answer: Callable[..., Any]) -> Hint | None:
    """Expect the plan with the largest value minus cost within budget and room; any such plan will do."""
    cases = ((_MARKET, 1000.0), (_MARKET, 10_000.0), (_offers([9.0], [8.0], [50]), 90.0))
    for offers, budget in cases:
        plan = pd.Series(_series(answer(offers.copy(), budget))).reindex(offers.index).fillna(0)
        spent, gain = float(plan @ offers["cost"]), float(plan @ (offers["value"] - offers["cost"]))
        if (plan > offers["room"]).any():
            name = plan.index[plan > offers["room"]][0]
            return Hint(
                _("Source {name} has room for {room} more members, you planned {plan}."),
                {"name": name, "room": int(offers.loc[name, "room"]), "plan": f"{plan[name]:g}"},
            )
        if spent > budget + 1e-6:
            return Hint(
                _("The plan costs {spent} of a budget of {budget}."),
                {"spent": f"{spent:g}", "budget": f"{budget:g}"},
            )
        best = _best(offers, budget)
        if close(gain, best):
            continue
        losing = plan[(offers["value"] < offers["cost"]) & (plan > 0)]
        if len(losing) and budget != 1000:
            return Hint(
                _("A member from {name} costs more than it brings in. Money need not be spent."),
                {"name": losing.index[0]},
            )
        if plan.sum() >= _most_heads(offers, budget):
            return Hint(_("That plan buys the most heads for the money. Heads are not what is asked for."))
        if float((plan * offers["cost"]).max()) >= 0.9 * budget:
            return Hint(
                _(
                    "That plan spends nearly everything on the dearest members. Their gain is large, but "
                    "each yuan earns more elsewhere: what does a yuan bring?"
                )
            )
        return Hint(
            _("The plan gains {gain}; {best} can be had for {budget}."),
            {"gain": f"{gain:g}", "best": f"{best:g}", "budget": f"{budget:g}"},
        )
    return None


def _best(offers: pd.DataFrame, budget: float) -> float:
    gain = offers["value"] - offers["cost"]
    total = 0.0
    for name in (gain / offers["cost"])[gain > 0].sort_values(ascending=False).index:
        many = min(offers.loc[name, "room"], budget // offers.loc[name, "cost"])
        budget -= many * offers.loc[name, "cost"]
        total += many * gain[name]
    return float(total)


def _most_heads(offers: pd.DataFrame, budget: float) -> float:
    total = 0.0
    for name in offers["cost"].sort_values().index:
        many = min(offers.loc[name, "room"], budget // offers.loc[name, "cost"])
        budget -= many * offers.loc[name, "cost"]
        total += many
    return total
