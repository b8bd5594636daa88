"""Every metric, funnel, cascade, feature and model that asks the engine, as calls on an opened community.

What needs nothing but a community is found by its signature, so that none is forgotten; what needs more
stands below with the arguments that the notebooks use. Both the translation and the equality of the
engines are tested on this list.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import helpers.metrics
import helpers.models
from helpers.community import Community

Call = Callable[[Community], Any]
STEPS = ["click", "cart", "checkout", "order"]


def _modules() -> Iterator[tuple[str, Any]]:
    for package in (helpers.metrics, helpers.models):
        for found in pkgutil.iter_modules(package.__path__):
            yield found.name, importlib.import_module(f"{package.__name__}.{found.name}")


def _of(name: str) -> Any:
    module, function = name.split(".")
    return getattr(dict(_modules())[module], function)


def _asks(function: Any) -> bool:
    return any("Community" in str(one.annotation) for one in inspect.signature(function).parameters.values())


def named() -> dict[str, Any]:
    """Return every public function of the metrics and models that takes a community, by module.function."""
    return {
        f"{name}.{key}": value
        for name, module in _modules()
        for key, value in sorted(vars(module).items())
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not key.startswith("_")
        and _asks(value)
    }


def _plain(function: Any) -> bool:
    first, *rest = inspect.signature(function).parameters.values()
    return "Community" in str(first.annotation) and all(
        one.default is not one.empty or one.kind is one.VAR_KEYWORD for one in rest
    )


@functools.cache
def _once(name: str, community: Community) -> Any:
    # What several calls build on is made once for each community.
    return _of(name)(community)


def _cut(community: Community) -> dt.date:
    return community.as_of - dt.timedelta(days=30)


def _campaign(community: Community) -> str:
    rounds = _of("group_inference.rounds")(community)
    return rounds[0] if rounds else "none"


def _contacts(community: Community) -> Any:
    known = {"segments": _once("rfm.assign", community)}
    known["risk"] = _of("churn.score")(community, _once("churn.train", community))
    if community.has("orders"):
        known["value"] = _of("lifetime_value.members")(community, _once("lifetime_value.fit", community))
    return _of("actions.candidates")(community, **known)


def _topics(community: Community) -> Any:
    return _of("topics.fit")(_once("text.posts", community), number=4)


def _alike(community: Community) -> Any:
    return _of("homogeneity.nearest")(_once("text.posts", community), within=60)


def _credits(community: Community) -> Any:
    walked = _of("journeys.journeys")(community, goal="join", days=30)
    return _of("attribution.credits")(walked)


def _pairs(community: Community) -> Any:
    return _of("ties.pairs")(_once("ties.edges", community), each=2, days=2)


def _sizes(community: Community) -> Any:
    from helpers.community import calendar

    periods = calendar.periods(community.first_day, community.as_of, "month")
    return _of("population.sizes")(community, periods)


def _segments(community: Community) -> Any:
    return _once("rfm.assign", community)[["member_id", "segment"]]


def _changed(community: Community) -> Any:
    plan = _contacts(community)
    listed = _of("actions.contact_list")(plan, budget=20)
    kept = _of("list_changes.remembered")(plan, listed, as_of=community.as_of)
    before = kept.assign(rank=kept["rank"].where(kept["rank"] != 1))
    return _of("list_changes.compare")(community, kept, before, since=_cut(community))


def _drawn(community: Community) -> Any:
    table = _of("training_sample.strata")(community, _cut(community), 30, sample=40)
    name = _of("training_sample.draw")(community, _cut(community), 30, table)
    return community.query(f"select member_id, churned from {name} order by member_id")


def _by_lot(community: Community) -> Any:
    text = "select member_id, case when joined_known then 1 else 0 end as stratum from people"
    drawn = _of("training_sample.by_lot")(community, text, sample=40)
    if drawn is None:
        return None
    return drawn.strata, community.query(f"select member_id from {drawn.table} order by member_id")


def _listed(community: Community) -> Any:
    name = _of("training_sample.listed")(community, _segments(community)["member_id"].head(9))
    return community.query(f"select member_id from {name} order by member_id")


def _assigned(community: Community) -> Any:
    found = _once("personas.fit", community)
    return _of("personas.assign")(community, found, to="personas_of_all") if found.recipe else None


WITH: dict[str, Call] = {
    "personas.assign": _assigned,
    "training_sample.by_lot": _by_lot,
    "training_sample.larger": lambda c: _of("training_sample.larger")(c, 40),
    "training_sample.listed": _listed,
    "training_sample.needed": lambda c: _of("training_sample.needed")(c, _cut(c), 30, sample=40),
    "churn_features.given": lambda c: _of("churn_features.given")(c, _cut(c), 30, "$cut $long"),
    "training_sample.draw": _drawn,
    "training_sample.strata": lambda c: _of("training_sample.strata")(c, _cut(c), 30, sample=40),
    "list_changes.compare": _changed,
    "watched.sql": lambda c: _of("watched.sql")(c, "active_week"),
    "affinity.lift": lambda c: _of("affinity.lift")(c, segments="source"),
    "early_warning.rehearse": lambda c: _of("early_warning.rehearse")([(c, None)]),
    "alerts.series": lambda c: _of("alerts.series")(c, "complaints"),
    "consistency.audit": lambda c: _of("consistency.audit")(c, terms=["tea", "kettle"]),
    "conversion_time.curve": lambda c: _of("conversion_time.curve")(c, STEPS[1:]),
    "field_trends.sql": lambda c: _of("field_trends.sql")(c, "private traffic"),
    "friction.by_step": lambda c: _of("friction.by_step")(c, STEPS[1:]),
    "funnel.measure": lambda c: _of("funnel.measure")(c, STEPS),
    "funnel_paths.sql": lambda c: _of("funnel_paths.sql")(c, STEPS),
    "funnel_steps.available": lambda c: _of("funnel_steps.available")(c, STEPS),
    "funnel_steps.parsed": lambda c: _of("funnel_steps.parsed")(c, STEPS),
    "funnel_steps.moments_sql": lambda c: _of("funnel_steps.moments_sql")(
        c, _of("funnel_steps.parsed")(c, STEPS)
    ),
    "incentives.time_to_level": lambda c: _of("incentives.time_to_level")(c, points=100),
    "journey_steps.amount_sql": lambda c: _of("journey_steps.amount_sql")(c, "net"),
    "population.labels_sql": lambda c: _of("population.labels_sql")(c, "source"),
    "population.sizes": _sizes,
    "profile.sql": lambda c: _of("profile.sql")(c, "gender"),
    "referral.without_sql": lambda c: _of("referral.without_sql")(c, ["a"]),
    "response.sql": lambda c: _of("response.sql")(c, what="question"),
    "retention.by_start": lambda c: _of("retention.by_start")(
        c, [1, 7, 30], 1, by=None, start="joined", left_edge="leave_out"
    ),
    "spread.mentions": lambda c: _of("spread.mentions")(c, words=["tea", "bad"]),
    "stays.present": lambda c: _of("stays.present")(c, dormant=7, lost=28),
    "step_test.compare": lambda c: _of("step_test.compare")(c, ["checkout", "order"]),
    "step_test.tries_sql": lambda c: _of("step_test.tries_sql")(c, ["checkout", "order"], 1),
    "ties.tied": lambda c: _of("ties.tied")(c, _pairs(c)),
    "actions.candidates": _contacts,
    "ad_returns.by_channel": lambda c: _of("ad_returns.by_channel")(c, _credits(c)),
    "churn.labelled": lambda c: _of("churn.labelled")(c, _cut(c), 30),
    "churn.score": lambda c: _of("churn.score")(c, _once("churn.train", c)),
    "churn_features.features": lambda c: _of("churn_features.features")(c, _cut(c), inactivity=30),
    "churn_labels.cutoffs": lambda c: _of("churn_labels.cutoffs")(c, 30),
    "churn_labels.labels": lambda c: _of("churn_labels.labels")(c, _cut(c), 30),
    "churn_leaks.demonstrate": lambda c: _of("churn_leaks.demonstrate")(c, _once("churn.train", c)),
    "churn_leaks.leak_test": lambda c: _of("churn_leaks.leak_test")(c, inactivity=30, members=200),
    "content_calendar.fill": lambda c: _of("content_calendar.fill")(
        c, _of("topics.engagement")(c, _topics(c))
    ),
    "content_quality.first_reads": lambda c: _of("content_quality.first_reads")(
        c, _once("content_quality.scores", c)
    ),
    "content_quality.satisfaction": lambda c: _of("content_quality.satisfaction")(
        c, _once("content_quality.scores", c)
    ),
    "diagnosis_signs.active_members": lambda c: _of("diagnosis_signs.active_members")(c, 28),
    "diagnosis_signs.arrivals": lambda c: _of("diagnosis_signs.arrivals")(c, 28),
    "diagnosis_signs.back_after_four_weeks": lambda c: _of("diagnosis_signs.back_after_four_weeks")(c, 56),
    "diagnosis_signs.buyers_who_come_back": lambda c: _of("diagnosis_signs.buyers_who_come_back")(c, 56),
    "diagnosis_signs.cost_in_orders": lambda c: _of("diagnosis_signs.cost_in_orders")(c, 56),
    "diagnosis_signs.members_seen": lambda c: _of("diagnosis_signs.members_seen")(c, 28),
    "diagnosis_signs.members_who_buy": lambda c: _of("diagnosis_signs.members_who_buy")(c, 28),
    "diagnosis_signs.members_who_write": lambda c: _of("diagnosis_signs.members_who_write")(c, 28),
    "diagnosis_signs.near_copies": lambda c: _of("diagnosis_signs.near_copies")(c, 56),
    "diagnosis_signs.questions_answered": lambda c: _of("diagnosis_signs.questions_answered")(c, 28),
    "diagnosis_signs.recommendation": lambda c: _of("diagnosis_signs.recommendation")(c, 84),
    "group_inference.groups_of": lambda c: _of("group_inference.groups_of")(c, _campaign(c)),
    "homogeneity.engagement": lambda c: _of("homogeneity.engagement")(c, _alike(c), by="is_copy"),
    "homogeneity.index": lambda c: _of("homogeneity.index")(c, _alike(c)),
    "lifetime_checks.frequency_fit": lambda c: _of("lifetime_checks.frequency_fit")(
        c, _once("lifetime_value.fit", c)
    ),
    "lifetime_value.by_segment": lambda c: _of("lifetime_value.by_segment")(
        c, _once("lifetime_value.fit", c), by=_segments(c)
    ),
    "lifetime_value.members": lambda c: _of("lifetime_value.members")(c, _once("lifetime_value.fit", c)),
    "personas.cards": lambda c: _of("personas.cards")(c, _once("personas.fit", c)),
    "personas.recovery": lambda c: _of("personas.recovery")(c, _once("personas.fit", c), repeats=5),
    "recommendation.trial": lambda c: _of("recommendation.trial")(c, cuts=1),
    "sentiment.trend": lambda c: _of("sentiment.trend")(c, _once("sentiment.of_posts", c)),
    "strategy.behaviours": lambda c: _of("strategy.behaviours")(c, _segments(c)),
    "topics.engagement": lambda c: _of("topics.engagement")(c, _topics(c)),
    "topics.shares": lambda c: _of("topics.shares")(c, _topics(c)),
    "trial_segments.traits": lambda c: _of("trial_segments.traits")(c, _once("trial_units.units", c)),
    "uplift.examples": lambda c: _of("uplift.examples")(c, _once("trial_units.units", c)),
    "uplift.value_of_orders": lambda c: _of("uplift.value_of_orders")(c, _once("trial_units.units", c)),
    "uplift_features.features": lambda c: _of("uplift_features.features")(c, _once("trial_units.units", c)),
}

# Other arguments send other text: one call for every shape of a statement.
MORE: dict[str, Call] = {
    "activity.panel by platform": lambda c: _of("activity.panel")(c, by="platform"),
    "activity.panel by source": lambda c: _of("activity.panel")(c, by="source"),
    "retention.day_n by source": lambda c: _of("retention.day_n")(c, by="source"),
    "retention.cohorts by month": lambda c: _of("retention.cohorts")(c, by="month", start="first"),
    "funnel.measure strict by source": lambda c: _of("funnel.measure")(c, STEPS, order="strict", by="source"),
    "conversion_time.curve loose": lambda c: _of("conversion_time.curve")(c, ["cart", "order"], by="source"),
    "growth.accounting by month": lambda c: _of("growth.accounting")(c, every="month"),
    "cascades.reproduction by format": lambda c: _of("cascades.reproduction")(c, by="format"),
    "reach.curve by format": lambda c: _of("reach.curve")(c, by="format"),
    "content.rates by author": lambda c: _of("content.rates")(c, by="author"),
    "response.waits by tenure": lambda c: _of("response.waits")(c, by="tenure"),
    "response.answered by hour": lambda c: _of("response.answered")(c, by="hour"),
    "influence.score quickly": lambda c: _of("influence.score")(c, repeats=2),
    "rfm.segments of activity": lambda c: _of("rfm.segments")(c, basis="activity"),
    "survival.time_to_churn by source": lambda c: _of("survival.time_to_churn")(c, by="source"),
    "lifetime_value.by_segment by source": lambda c: _of("lifetime_value.by_segment")(
        c, _once("lifetime_value.fit", c)
    ),
    "strategy.behaviours by source": lambda c: _of("strategy.behaviours")(c, "source"),
    "uplift.predict": lambda c: _of("uplift.predict")(
        _of("uplift.examples")(c, _once("trial_units.units", c))
    ),
}


def calls() -> dict[str, Call]:
    """Return every call by name: those found by signature, those with arguments, and other shapes."""
    found: dict[str, Call] = {name: function for name, function in named().items() if _plain(function)}
    return found | WITH | MORE


def forgotten() -> list[str]:
    """Return the functions that take a community and are in no list."""
    return [name for name, function in named().items() if not _plain(function) and name not in WITH]
