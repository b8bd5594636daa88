"""What the metrics send to the engine can be written for Spark as well, so that nothing stands in its way."""

from __future__ import annotations

import logging
import re

import pytest
import sqlglot
from sqlglot.errors import ErrorLevel

from helpers.community import Community
from helpers.metrics import (
    acquisition,
    activity,
    affinity,
    alerts,
    campaigns,
    cascades,
    content,
    conversion_time,
    costs,
    exposure,
    friction,
    funnel,
    gaming,
    growth,
    habits,
    incentives,
    lifecycle,
    mechanisms,
    needs,
    onboarding,
    participation,
    profile,
    reach,
    response,
    retention,
    satisfaction,
    spread,
    survival,
    ties,
)
from helpers.models import (
    brief,
    churn_features,
    churn_labels,
    content_quality,
    experiments,
    fatigue,
    influence,
    partners,
    personas,
    platform_choice,
    positioning,
    purchase_histories,
    recommendation,
    rfm,
)
from helpers.simulate import Scenario, simulate

# Where data come in, files are read and checked by the engine at hand; all that follows must travel.
DOOR = re.compile(r"\b(staged|raw|seen|quarantine|checked|parsed)_")


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Collect every statement that the metrics and models run on a small community."""
    folder = simulate(Scenario.small(seed=3)).write(tmp_path_factory.mktemp("small") / "small")
    community = Community.open(folder)
    seen: dict[str, None] = {}
    engine = community.engine
    original = engine.connection

    class Recorder:
        def execute(self, sql: str, *rest: object) -> object:
            seen[sql] = None
            return original.execute(sql, *rest)

        def __getattr__(self, name: str) -> object:
            return getattr(original, name)

    engine.connection = Recorder()  # type: ignore[assignment]
    activity.rolling(community)
    activity.panel(community, by="platform")
    activity.panel(community, by="source")
    activity.stickiness(community)
    retention.day_n(community, by="source")
    retention.cohorts(community, by="week")
    retention.cohorts(community, by="month", start="first")
    survival.time_to_churn(community)
    for order in ("loose", "strict"):
        funnel.measure(community, ["click", "cart", "checkout", "order"], order=order, by="source")
    conversion_time.curve(community, ["cart", "order"])
    friction.by_step(community, ["cart", "checkout", "order"])
    growth.accounting(community, every="month")
    lifecycle.transitions(community)
    participation.distribution(community)
    spread.rates(community)
    spread.paths(community)
    spread.key_nodes(community)
    cascades.measure(community)
    cascades.reproduction(community, by="format")
    cascades.tree(community)
    reach.curve(community, by="format")
    reach.half(community)
    ties.tied(community, ties.pairs(ties.edges(community)))
    ties.retention(community)
    influence.score(community, repeats=2)
    partners.cooperation(community)
    recommendation.cold_start(community, cuts=1)
    content.rates(community, by="author")
    exposure.readers(community)
    exposure.intention(community)
    experiments.arms(community)
    scored = content_quality.scores(community)
    content_quality.first_reads(community, scored)
    content_quality.satisfaction(community, scored)
    fatigue.weeks(community)
    brief.audience(community)
    mechanisms.participation(community)
    response.waits(community, by="tenure")
    response.answered(community, by="hour")
    response.answerers(community)
    onboarding.habits(community)
    onboarding.by_number(community)
    onboarding.welcome(community)
    incentives.ledger(community)
    incentives.ladder(community)
    incentives.effect(community)
    gaming.signals(community)
    alerts.watch(community)
    habits.week(community)
    profile.table(community)
    needs.priorities(community)
    affinity.lift(community, segments="source")
    satisfaction.nps(community)
    acquisition.by_source(community)
    campaigns.effects(community)
    costs.per_active_member(community)
    rfm.segments(community)
    personas.fit(community)
    platform_choice.criteria(community)
    positioning.ratings(community)
    purchase_histories.triples(community)
    purchase_histories.spending(community)
    churn_labels.return_curve(community)
    churn_features.features(community, community.as_of, inactivity=30)
    return [sql for sql in seen if not DOOR.search(sql) and re.match(r"\s*(with|select|create)", sql)]


def test_there_is_much_to_translate(statements: list[str]) -> None:
    assert len(statements) > 40


def test_every_statement_can_be_written_for_spark(statements: list[str]) -> None:
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    failures = []
    for sql in statements:
        try:
            sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)
        except Exception as error:
            failures.append(f"{type(error).__name__}: {str(error)[:160]} in: {' '.join(sql.split())[:240]}")
    assert not failures, "\n".join(failures)
