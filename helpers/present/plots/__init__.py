"""Figures: one function a question, `plots.data_quality(account)`; a result goes in, a `Picture` comes out.

One import line for each topic module; every public function is named in `__all__`.
"""

from helpers.present.plots.acquisition import payback, sources
from helpers.present.plots.actions import contact_summary
from helpers.present.plots.activity import active_members, active_share, stickiness
from helpers.present.plots.alerts import alert_days, control_chart
from helpers.present.plots.attribution import audience, channel_costs, channel_credit, credited_and_caused
from helpers.present.plots.campaigns import before_after, campaign_conversion, campaign_effects
from helpers.present.plots.cascades import cascade_sizes, cascade_tree, reach_curve, reproduction
from helpers.present.plots.chains import removal_graph
from helpers.present.plots.churn import (
    churn_calibration,
    churn_gains,
    churn_importance,
    churn_odds,
    churn_performance,
    churn_profit,
    leak_demonstration,
    return_curve,
)
from helpers.present.plots.comparison import (
    covariate_balance,
    member_gap,
    propensity_overlap,
)
from helpers.present.plots.consistency import message_consistency
from helpers.present.plots.contact_rules import purchase_holdout, rule_gains
from helpers.present.plots.content import content_rates, quality_slopes, quality_thirds, shrunk_ranks
from helpers.present.plots.costs import campaign_roi, community_returns, cost_per_active_member
from helpers.present.plots.definition import (
    community_traits,
    growth_curve,
    objectives,
    trend_signals,
    trust_funnel,
)
from helpers.present.plots.diagnosis import challenges
from helpers.present.plots.events import event_effect, event_twins
from helpers.present.plots.experiments import headline_tests, reading_effects
from helpers.present.plots.friction import conversion_goals, step_friction, step_test
from helpers.present.plots.funnel import member_funnel, time_to_convert
from helpers.present.plots.group_buying import team_completion, team_time
from helpers.present.plots.growth import growth_accounting
from helpers.present.plots.history import history
from helpers.present.plots.image import image_trend
from helpers.present.plots.incentives import incentive_effect, points_ledger
from helpers.present.plots.influence import influence_list, partner_returns, ranking_precision
from helpers.present.plots.lifecycle import life_cycle, life_cycle_transitions
from helpers.present.plots.lifetime import alive_map, purchase_frequency, purchase_tracking, value_by_segment
from helpers.present.plots.live import host_comparison, product_matrix, show_effect, show_minutes, show_parts
from helpers.present.plots.mechanisms import mechanism_participation
from helpers.present.plots.moderation import (
    decision_times,
    filter_quality,
    member_posts,
    repeat_breaches,
    toxicity,
)
from helpers.present.plots.needs import feedback_channels, needs_priorities
from helpers.present.plots.network import network_core, tie_retention, tie_strength
from helpers.present.plots.onboarding import first_week_habits, first_week_steps
from helpers.present.plots.options import field_shifts, innovation_options
from helpers.present.plots.participation import participation_split
from helpers.present.plots.plan import quarter_goals
from helpers.present.plots.platforms import platform_audience, platform_criteria, platform_ranks
from helpers.present.plots.positioning import brand_differences, brand_map, image_ratings
from helpers.present.plots.posting import fatigue_doses, posting_hours, posting_map
from helpers.present.plots.privacy import small_cells
from helpers.present.plots.profile import active_hours, active_week, member_profile, purchase_factors
from helpers.present.plots.promotions import brought_forward, decision_log, group_methods, promotion_returns
from helpers.present.plots.quality import data_quality
from helpers.present.plots.recommendation import recommendation_methods
from helpers.present.plots.referral import invitation_cycle, invitation_tree, k_cohorts, k_steps, tier_plans
from helpers.present.plots.response import reply_curve, reply_rates
from helpers.present.plots.retention import (
    cohort_triangle,
    day_n,
    mix_shift,
    retention_curve,
    survival_curves,
)
from helpers.present.plots.sampling import interval_coverage
from helpers.present.plots.satisfaction import (
    mean_scores,
    nps,
    nps_trend,
    score_distribution,
    survey_response,
)
from helpers.present.plots.scorecards import (
    case_difference,
    case_signatures,
    community_rows,
    community_scorecard,
)
from helpers.present.plots.segments import (
    persona_cards,
    persona_choice,
    persona_recovery,
    persona_traits,
    rfm_grid,
    rfm_segments,
)
from helpers.present.plots.skills import own_levels
from helpers.present.plots.spread import mentions, share_paths, spread_rates
from helpers.present.plots.strategy import segment_behaviour
from helpers.present.plots.text import (
    mood,
    novelty,
    repetition,
    topic_engagement,
    topic_shares,
)
from helpers.present.plots.themes import affinity_map, distinctive_terms, topic_affinity
from helpers.present.plots.trials import segment_effects, sharper_effects, trial_looks, winners_curse
from helpers.present.plots.uplift import targeting_value, uplift_by_part, uplift_curves
from helpers.present.plots.warning import alarm_trade_off

__all__ = [
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
    "channel_costs",
    "channel_credit",
    "churn_calibration",
    "churn_gains",
    "churn_importance",
    "churn_odds",
    "churn_performance",
    "churn_profit",
    "cohort_triangle",
    "community_returns",
    "community_rows",
    "community_scorecard",
    "community_traits",
    "contact_summary",
    "content_rates",
    "control_chart",
    "conversion_goals",
    "cost_per_active_member",
    "covariate_balance",
    "credited_and_caused",
    "data_quality",
    "day_n",
    "decision_log",
    "decision_times",
    "distinctive_terms",
    "event_effect",
    "event_twins",
    "fatigue_doses",
    "feedback_channels",
    "field_shifts",
    "filter_quality",
    "first_week_habits",
    "first_week_steps",
    "group_methods",
    "growth_accounting",
    "growth_curve",
    "headline_tests",
    "history",
    "host_comparison",
    "image_ratings",
    "image_trend",
    "incentive_effect",
    "influence_list",
    "innovation_options",
    "interval_coverage",
    "invitation_cycle",
    "invitation_tree",
    "k_cohorts",
    "k_steps",
    "leak_demonstration",
    "life_cycle",
    "life_cycle_transitions",
    "mean_scores",
    "mechanism_participation",
    "member_funnel",
    "member_gap",
    "member_posts",
    "member_profile",
    "mentions",
    "message_consistency",
    "mix_shift",
    "mood",
    "needs_priorities",
    "network_core",
    "novelty",
    "nps",
    "nps_trend",
    "objectives",
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
    "posting_map",
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
    "reading_effects",
    "recommendation_methods",
    "removal_graph",
    "repeat_breaches",
    "repetition",
    "reply_curve",
    "reply_rates",
    "reproduction",
    "retention_curve",
    "return_curve",
    "rfm_grid",
    "rfm_segments",
    "rule_gains",
    "score_distribution",
    "segment_behaviour",
    "segment_effects",
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
    "team_time",
    "tie_retention",
    "tie_strength",
    "tier_plans",
    "time_to_convert",
    "topic_affinity",
    "topic_engagement",
    "topic_shares",
    "toxicity",
    "trend_signals",
    "trial_looks",
    "trust_funnel",
    "uplift_by_part",
    "uplift_curves",
    "value_by_segment",
    "winners_curse",
]
