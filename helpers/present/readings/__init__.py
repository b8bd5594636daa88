"""Sentences computed from results: one function a question, `readings.data_quality(account)`.

One import line for each topic module; every public function is named in `__all__`.
"""

from helpers.present.readings.acquisition import payback, sources
from helpers.present.readings.actions import contact_list, contact_summary, contact_words
from helpers.present.readings.activity import active_members, active_share, stickiness
from helpers.present.readings.alerts import alert_days, control_chart
from helpers.present.readings.attribution import (
    audience,
    channel_costs,
    channel_credit,
    credited_and_caused,
    removal_graph,
)
from helpers.present.readings.base import Reading
from helpers.present.readings.campaigns import before_after, campaign_conversion, campaign_effects
from helpers.present.readings.cascades import cascade_sizes, cascade_tree, reach_curve, reproduction
from helpers.present.readings.changes import changes, list_changes, revisions
from helpers.present.readings.churn import (
    churn_calibration,
    churn_cutoffs,
    churn_gains,
    churn_importance,
    churn_odds,
    churn_performance,
    churn_profit,
    leak_demonstration,
    leak_test,
    return_curve,
)
from helpers.present.readings.comparison import (
    covariate_balance,
    member_gap,
    propensity_overlap,
)
from helpers.present.readings.consistency import message_consistency
from helpers.present.readings.contact_rules import purchase_holdout, rule_gains
from helpers.present.readings.content import (
    compliance_checks,
    content_rates,
    creative_brief,
    first_reads,
    quality_slopes,
    quality_thirds,
    reaction_kinds,
    shrunk_ranks,
    title_checks,
)
from helpers.present.readings.costs import campaign_roi, community_returns, cost_per_active_member
from helpers.present.readings.definition import (
    community_traits,
    growth_curve,
    manager_week,
    objectives,
    recruiting_cost,
    trend_signals,
    trust_funnel,
    ways_of_marketing,
)
from helpers.present.readings.diagnosis import challenges, evidence_words
from helpers.present.readings.events import event_effect, event_scorecard
from helpers.present.readings.experiments import complier_effects, headline_tests, next_test, reading_effects
from helpers.present.readings.funnel import (
    conversion_goals,
    member_funnel,
    step_friction,
    step_test,
    time_to_convert,
)
from helpers.present.readings.group_buying import lost_orders, team_completion
from helpers.present.readings.growth import growth_accounting
from helpers.present.readings.image import image_trend
from helpers.present.readings.incentives import farming_signals, incentive_effect, level_ladder, points_ledger
from helpers.present.readings.influence import influence_list, partner_returns, ranking_precision
from helpers.present.readings.lifecycle import life_cycle, life_cycle_transitions
from helpers.present.readings.lifetime import (
    alive_map,
    lifetime_parameters,
    purchase_frequency,
    purchase_tracking,
    value_by_segment,
)
from helpers.present.readings.live import (
    host_comparison,
    product_matrix,
    show_effect,
    show_minutes,
    show_parts,
)
from helpers.present.readings.mechanisms import mechanism_participation
from helpers.present.readings.moderation import (
    decision_times,
    filter_quality,
    member_posts,
    moderation_workload,
    repeat_breaches,
    rights_sheet,
    rule_sheet,
    toxicity,
)
from helpers.present.readings.needs import feedback_channels, needs_priorities
from helpers.present.readings.network import network_core, reciprocity, tie_retention, tie_strength
from helpers.present.readings.onboarding import first_week_habits, first_week_steps, welcome_effect
from helpers.present.readings.options import field_shifts, innovation_options
from helpers.present.readings.overview import data_overview
from helpers.present.readings.participation import participation_split
from helpers.present.readings.plan import quarter_goals
from helpers.present.readings.platforms import platform_audience, platform_criteria, platform_ranks
from helpers.present.readings.positioning import brand_differences, brand_map, image_ratings
from helpers.present.readings.posting import fatigue_doses, posting_hours
from helpers.present.readings.privacy import duty_words, privacy_check, privacy_words, small_cells
from helpers.present.readings.profile import active_hours, active_week, member_profile, purchase_factors
from helpers.present.readings.promotions import (
    brought_forward,
    decision_log,
    group_methods,
    next_tests,
    orders_anyway,
    promotion_returns,
)
from helpers.present.readings.quality import data_quality
from helpers.present.readings.recommendation import cold_start, recommendation_methods
from helpers.present.readings.referral import (
    invitation_cycle,
    invitation_links,
    invitation_trees,
    invited_worth,
    inviters,
    k_cohorts,
    k_steps,
    referral_flags,
    tier_plans,
)
from helpers.present.readings.response import reply_curve, reply_rates, reply_sources
from helpers.present.readings.retention import (
    cohort_triangle,
    day_n,
    mix_shift,
    retention_curve,
    survival_curves,
)
from helpers.present.readings.sampling import interval_coverage
from helpers.present.readings.satisfaction import (
    mean_scores,
    nps,
    nps_trend,
    score_distribution,
    survey_response,
)
from helpers.present.readings.scorecards import (
    case_difference,
    case_signatures,
    community_rows,
    community_scorecard,
)
from helpers.present.readings.segments import (
    persona_cards,
    persona_choice,
    persona_recovery,
    persona_traits,
    rfm_grid,
    rfm_segments,
)
from helpers.present.readings.skills import own_levels, tool_coverage
from helpers.present.readings.spread import key_nodes, mentions, share_paths, spread_rates
from helpers.present.readings.strategy import segment_strategy
from helpers.present.readings.text import (
    content_calendar,
    copies_found,
    mood,
    novelty,
    repetition,
    sentiment_check,
    sentiment_split,
    topic_choice,
    topic_engagement,
    topic_shares,
)
from helpers.present.readings.themes import affinity_map, distinctive_terms, topic_affinity
from helpers.present.readings.trials import (
    drawn_members,
    segment_effects,
    sharper_effects,
    trial_looks,
    trial_plan,
    winners_curse,
)
from helpers.present.readings.uplift import targeting_value, uplift_areas, uplift_by_part
from helpers.present.readings.warning import alarm_trade_off, risk_register, risk_words

__all__ = [
    "Reading",
    "active_hours",
    "active_members",
    "active_share",
    "active_week",
    "affinity_map",
    "alarm_trade_off",
    "alert_days",
    "alive_map",
    "audience",
    "before_after",
    "brand_differences",
    "brand_map",
    "brought_forward",
    "campaign_conversion",
    "campaign_effects",
    "campaign_roi",
    "cascade_sizes",
    "cascade_tree",
    "case_difference",
    "case_signatures",
    "challenges",
    "changes",
    "channel_costs",
    "channel_credit",
    "churn_calibration",
    "churn_cutoffs",
    "churn_gains",
    "churn_importance",
    "churn_odds",
    "churn_performance",
    "churn_profit",
    "cohort_triangle",
    "cold_start",
    "community_returns",
    "community_rows",
    "community_scorecard",
    "community_traits",
    "compliance_checks",
    "complier_effects",
    "contact_list",
    "contact_summary",
    "contact_words",
    "content_calendar",
    "content_rates",
    "control_chart",
    "conversion_goals",
    "copies_found",
    "cost_per_active_member",
    "covariate_balance",
    "creative_brief",
    "credited_and_caused",
    "data_overview",
    "data_quality",
    "day_n",
    "decision_log",
    "decision_times",
    "distinctive_terms",
    "drawn_members",
    "duty_words",
    "event_effect",
    "event_scorecard",
    "evidence_words",
    "farming_signals",
    "fatigue_doses",
    "feedback_channels",
    "field_shifts",
    "filter_quality",
    "first_reads",
    "first_week_habits",
    "first_week_steps",
    "group_methods",
    "growth_accounting",
    "growth_curve",
    "headline_tests",
    "host_comparison",
    "image_ratings",
    "image_trend",
    "incentive_effect",
    "influence_list",
    "innovation_options",
    "interval_coverage",
    "invitation_cycle",
    "invitation_links",
    "invitation_trees",
    "invited_worth",
    "inviters",
    "k_cohorts",
    "k_steps",
    "key_nodes",
    "leak_demonstration",
    "leak_test",
    "level_ladder",
    "life_cycle",
    "life_cycle_transitions",
    "lifetime_parameters",
    "list_changes",
    "lost_orders",
    "manager_week",
    "mean_scores",
    "mechanism_participation",
    "member_funnel",
    "member_gap",
    "member_posts",
    "member_profile",
    "mentions",
    "message_consistency",
    "mix_shift",
    "moderation_workload",
    "mood",
    "needs_priorities",
    "network_core",
    "next_test",
    "next_tests",
    "novelty",
    "nps",
    "nps_trend",
    "objectives",
    "orders_anyway",
    "own_levels",
    "participation_split",
    "partner_returns",
    "payback",
    "persona_cards",
    "persona_choice",
    "persona_recovery",
    "persona_traits",
    "platform_audience",
    "platform_criteria",
    "platform_ranks",
    "points_ledger",
    "posting_hours",
    "privacy_check",
    "privacy_words",
    "product_matrix",
    "promotion_returns",
    "propensity_overlap",
    "purchase_factors",
    "purchase_frequency",
    "purchase_holdout",
    "purchase_tracking",
    "quality_slopes",
    "quality_thirds",
    "quarter_goals",
    "ranking_precision",
    "reach_curve",
    "reaction_kinds",
    "reading_effects",
    "reciprocity",
    "recommendation_methods",
    "recruiting_cost",
    "referral_flags",
    "removal_graph",
    "repeat_breaches",
    "repetition",
    "reply_curve",
    "reply_rates",
    "reply_sources",
    "reproduction",
    "retention_curve",
    "return_curve",
    "revisions",
    "rfm_grid",
    "rfm_segments",
    "rights_sheet",
    "risk_register",
    "risk_words",
    "rule_gains",
    "rule_sheet",
    "score_distribution",
    "segment_effects",
    "segment_strategy",
    "sentiment_check",
    "sentiment_split",
    "share_paths",
    "sharper_effects",
    "show_effect",
    "show_minutes",
    "show_parts",
    "shrunk_ranks",
    "small_cells",
    "sources",
    "spread_rates",
    "step_friction",
    "step_test",
    "stickiness",
    "survey_response",
    "survival_curves",
    "targeting_value",
    "team_completion",
    "tie_retention",
    "tie_strength",
    "tier_plans",
    "time_to_convert",
    "title_checks",
    "tool_coverage",
    "topic_affinity",
    "topic_choice",
    "topic_engagement",
    "topic_shares",
    "toxicity",
    "trend_signals",
    "trial_looks",
    "trial_plan",
    "trust_funnel",
    "uplift_areas",
    "uplift_by_part",
    "value_by_segment",
    "ways_of_marketing",
    "welcome_effect",
    "winners_curse",
]
