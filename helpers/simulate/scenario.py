"""What a simulated community is like: every parameter, with its meaning and its default."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from helpers.simulate.people import PERSONAS, SOURCES, Persona, Source


@dataclass(frozen=True)
class Mechanisms:
    """Switch on the ways in which an operator works on a community.

    Each strength lies between 0 (off) and 1 (as strong as in the case studies); what it changes and
    by how much is written to the truth table ``mechanisms``.

    Parameters
    ----------
    co_creation : float, default 0
        Fans shape the product: interest lasts longer, members recommend more.
    points : float, default 0.5
        Points and tiers: more check-ins, slightly more active days, interest lasts a little longer.
    creator_notes : float, default 0
        Members are supported as authors: more and better notes.
    expert_answers : float, default 0.5
        Experts answer questions: more answers, quiet members stay longer.
    challenges : float, default 0.5
        Challenges to take part in: more shares, and more shares of shares; most while one runs.
    group_buying : float, default 1
        Group-buying rounds, switched on for randomly drawn groups.
    expert_talks : float, default 0
        Talks by experts: members buy more often and are more content.
    fan_meetings : float, default 0
        Fans meet in person: more chat, interest lasts longer, fans bring friends.
    tiers : float, default 0
        Benefits that grow with what was bought: customers come back more often and stay customers.
    recommendation : float, default 0
        Posts are chosen for each member: more is viewed, above all of what is good.
    question_routing : float, default 0
        Questions are shown to those who can answer: more answers by members.
    reach : float, default 0
        An algorithm carries what is liked beyond its authors' friends: more shares, and more of each share.
    fission : float, default 0
        Those who join bring others, who bring others in turn: more members than `Scenario.members`.
    kol_trust : float, default 0
        Experts whose word counts: more members buy at all, and more often.

    What the last seven change, and by how much, stands in `helpers.simulate.mechanisms`.
    """

    co_creation: float = 0.0
    points: float = 0.5
    creator_notes: float = 0.0
    expert_answers: float = 0.5
    challenges: float = 0.5
    group_buying: float = 1.0
    expert_talks: float = 0.0
    fan_meetings: float = 0.0
    tiers: float = 0.0
    recommendation: float = 0.0
    question_routing: float = 0.0
    reach: float = 0.0
    fission: float = 0.0
    kol_trust: float = 0.0


@dataclass(frozen=True)
class Mishap:
    """Describe the days on which something goes wrong.

    Parameters
    ----------
    at : float, default 0.778
        First day, as a share of the window (in the demo: 2026-03-12).
    days : int, default 5
        How long it lasts.
    hazard : float, default 5
        Factor on the hazard of losing interest in these days.
    score : float, default 0.8
        Points by which recommendation scores lie lower for six weeks.
    complaints : float, default 0.0025
        Complaining posts a day per member (before the days' own decay).
    buzz : float, default 1.5
        By how much more is chatted on the worst days (1.5: two and a half times as much).
    false_joins : float, default 0.02
        Chance of a member to be an account joining only for the newcomers' coupon.
    """

    at: float = 0.778
    days: int = 5
    hazard: float = 5.0
    score: float = 0.8
    complaints: float = 0.0025
    buzz: float = 1.5
    false_joins: float = 0.02

    def heat(self, since: np.ndarray) -> np.ndarray:
        """Return how hot the talk is by days since the first day: 1 while it lasts, then fading for days."""
        fading = np.exp(-np.maximum(since - self.days + 1, 0) / 2.0)
        return np.where((since >= 0) & (since < self.days + 9), fading, 0.0)


@dataclass(frozen=True)
class Scenario:
    """Hold the parameters from which a community is simulated.

    Parameters
    ----------
    seed : int, default 3
        Seed of every random stream.
    members : int, default 8000
        People in the member list over the whole window, staff and bots included.
    start : datetime.date, default 2025-06-01
        First simulated day.
    days : int, default 365
        Number of simulated days.
    founders : float, default 0.09
        Chance of a member to have joined in the half year before the first day.
    personas : tuple of Persona, default PERSONAS
        Kinds of member; see `helpers.simulate.people`.
    sources : tuple of Source, default SOURCES
        Channels through which members come, and which personas each one brings.
    mechanisms : Mechanisms, default Mechanisms()
        What the operator does.
    mishap : Mishap or None, default Mishap()
        The planted days of trouble; None for none.
    activity : float, default 1
        Factor on everybody's probability of being active.
    weekly_rhythm : float, default 1
        Strength of the weekly rhythm, 0 for none.
    novelty : float, default 0.8
        How much more active members are right after joining.
    novelty_days : float, default 4
        Days over which novelty wears off (time constant).
    silent : float, default 0.06
        Share of members who never do anything.
    growth : float, default 0.35
        By which share more members arrive a day at the end of the window than at its beginning; at
        least -1 (nobody arrives any more).
    talking : float, default 1
        Factor on the share of members who ever comment, chat or post.
    worth : float, default 1
        What members get out of it: factor on how long interest lasts; the recommendation tendency moves
        by 1.5 points with each doubling or halving.
    spending : float, default 1
        Factor on the share of members who ever buy and on how often they buy.
    cost_level : float, default 1
        Factor on everything that the community costs.
    consent_missing : float, default 0.04
        Share of those who join in the window whose consent to the use of personal data is not recorded.
    reproduction_number : float, default 0.35
        Mean number of further shares that one share of an average post causes.
    kocs : float, default 5.6
        Key consumers per thousand members: ordinary members who talk much and write well.
    koc_reach : float, default 2.5
        Factor on the further shares that a share of theirs causes.
    copies : tuple of (float, float), default (0.05, 0.35)
        Chance that a post about deals repeats an earlier one, on the first and on the last day.
    copies_elsewhere : float, default 0.35
        That chance in other topics, as a share of the one in deals.
    notices : float, default 1.6
        Mean notices a week in each group; the number differs much by group and week.
    mute_base, mute_slope : float, default 0.004, 0.22
        Chance a week that an interested member mutes the group without notices, and by how much its
        logarithm grows with each notice.
    leave_base, leave_slope : float, default 0.003, 0.20
        The same for leaving, of members whose interest has ended.
    service : float, default 0.10
        Answers by staff per question and working hour (before expert answers speed them up).
    service_newcomers : float, default 0.45
        Factor on it for those who joined in the last 30 days.
    meetup_factor : float, default 1.6
        Factor on the messages of a group in the four weeks after a meetup; 1 for no meetups.
    breaches : float, default 0.035
        Share of members' posts and messages that break a rule.
    audit : float, default 0.04
        Share of what the filter lets pass that is drawn at random and checked.
    warning : float, default 0.5
        Factor on an author's chance of a breach after a warning.
    staff, kols, bots : float, default 1.0, 1.5, 3.0
        Their number per thousand members (at least two of each).
    brand_posts : float, default 3
        Posts by the brand's staff a day.
    campaigns : bool, default True
        Whether campaigns are run.
    trials : bool, default True
        Whether randomised tests are run as well (welcome tasks, double points, checkout, digest, headlines):
        in windows of 180 days or more, and only with campaigns.
    promotions : bool, default True
        Whether a flash sale and a month of free shipping are run, each for a drawn half of the members: in
        windows of 180 days or more, and only with campaigns.
    pull_forward : float, default 0.35
        Chance that an order which a randomised campaign caused replaces the member's next everyday order
        of the following 60 days, where there is one.
    stocking_up : float, default 0.45
        Chance that who sees a flash sale and would have bought in the 60 days after it buys now instead.
    retargeting : float, default 0.035
        Chance that a contact with the advertisement of the retargeting pilot brings an order.
    gamers : float, default 3
        Members who farm points, per thousand.
    outsiders : float, default 0.5
        People who buy from the brand without joining, per member; those who never buy in the window are
        not in the data.
    membership_effect : float, default 1.25
        By how much more often members come back to buy than they would without membership.
    screens : tuple of (int, int), default ((5, 4), (6, 7), (6, 5), (8, 9))
        Screens from cart to payment page and from there to the order, by platform (wechat's mini program
        has few, a forum's jump to another app many).
    screen_passed : float, default 0.93
        Chance of passing one screen.
    one_page : float, default 0.35
        Chance that the one-page checkout saves a checkout that would have been given up.
    host_factor : float, default 1.2
        Factor on the orders per click of live shows while the first of the two hosts sells.
    farmers : float, default 1.5
        Members who bring empty accounts for the reward of an invitation, per thousand; 5 to 12 each.
    self_invitations : float, default 1.5
        People who came by invitation and whose inviter is their own id, per thousand.
    team_completion : float, default 0.82
        Chance that a group-buying team of two fills within 24 hours; each further buyer that it needs
        multiplies by 0.8.
    late_teams : float, default 0.75
        Factor on it for teams opened between nine in the evening and six in the morning.
    survey_answers : float, default 0.16
        Share of the members asked who answer a recommendation survey.
    texts : bool, default True
        Whether posts get titles and texts (they cost most of the time of a small simulation).

    Examples
    --------
    >>> Scenario(members=500, days=60).members
    500
    >>> Scenario.small(seed=3).days
    90

    Taught in: all
    """

    seed: int = 3
    members: int = 8000
    start: date = date(2025, 6, 1)
    days: int = 365
    founders: float = 0.09
    personas: tuple[Persona, ...] = PERSONAS
    sources: tuple[Source, ...] = SOURCES
    mechanisms: Mechanisms = field(default_factory=Mechanisms)
    mishap: Mishap | None = field(default_factory=Mishap)
    activity: float = 1.0
    weekly_rhythm: float = 1.0
    novelty: float = 0.8
    novelty_days: float = 4.0
    silent: float = 0.06
    growth: float = 0.35
    talking: float = 1.0
    worth: float = 1.0
    spending: float = 1.0
    cost_level: float = 1.0
    consent_missing: float = 0.04
    reproduction_number: float = 0.35
    kocs: float = 5.6
    koc_reach: float = 2.5
    copies: tuple[float, float] = (0.05, 0.35)
    copies_elsewhere: float = 0.35
    notices: float = 1.6
    mute_base: float = 0.004
    mute_slope: float = 0.22
    leave_base: float = 0.003
    leave_slope: float = 0.20
    service: float = 0.10
    service_newcomers: float = 0.45
    meetup_factor: float = 1.6
    breaches: float = 0.035
    audit: float = 0.04
    warning: float = 0.5
    staff: float = 1.0
    kols: float = 1.5
    bots: float = 3.0
    brand_posts: float = 3.0
    campaigns: bool = True
    trials: bool = True
    retargeting: float = 0.035
    promotions: bool = True
    pull_forward: float = 0.35
    stocking_up: float = 0.45
    gamers: float = 3.0
    outsiders: float = 0.5
    membership_effect: float = 1.25
    screens: tuple[tuple[int, int], ...] = ((5, 4), (6, 7), (6, 5), (8, 9))
    screen_passed: float = 0.93
    one_page: float = 0.35
    host_factor: float = 1.2
    farmers: float = 1.5
    self_invitations: float = 1.5
    team_completion: float = 0.82
    late_teams: float = 0.75
    survey_answers: float = 0.16
    texts: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        if self.members < 20:
            raise ValueError(f"members must be 20 or more; got {self.members}")
        if self.days < 1:
            raise ValueError(f"days must be 1 or more; got {self.days}")
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more; got {self.seed}")
        if self.growth < -1:
            raise ValueError(f"growth must be -1 or more; got {self.growth}")
        if self.worth <= 0:
            raise ValueError(f"worth must be above 0; got {self.worth}")

    @property
    def liking(self) -> float:
        """Points by which `worth` moves the recommendation tendency."""
        return float(1.5 * np.log2(self.worth))

    @property
    def mishap_day(self) -> int | None:
        """Number of the mishap's first day; None without one or in a window of less than 30 days."""
        return None if self.mishap is None or self.days < 30 else round(self.mishap.at * self.days)

    @property
    def has_trials(self) -> bool:
        """Whether randomised tests are run beside the campaigns."""
        return self.campaigns and self.trials and self.days >= 180

    @property
    def show_days(self) -> range:
        """Numbers of the days with a live show in the evening; none without campaigns."""
        return range(20, self.days - 1, 30) if self.campaigns else range(0)

    @classmethod
    def small(cls, seed: int = 1, members: int = 300, days: int = 90, **changes: object) -> Scenario:
        """Return a community that is simulated in a fraction of a second, for statistical tests.

        No mishap, few brand posts, no texts and no outside customers, unless `changes` say otherwise;
        everything else as in the demo.

        Parameters
        ----------
        seed : int, default 1
            Seed of every random stream.
        members, days : int, default 300, 90
            Size.
        **changes
            Any other parameter of `Scenario`.

        Returns
        -------
        Scenario
            The parameters.

        Examples
        --------
        >>> Scenario.small(seed=7, silent=0.0).silent
        0.0

        Taught in: all
        """
        settings: dict[str, object] = {
            "mishap": None,
            "texts": False,
            "brand_posts": 1.0,
            "outsiders": 0.0,
            **changes,
        }
        return cls(seed=seed, members=members, days=days, **settings)  # type: ignore[arg-type]


def demo_scenario() -> Scenario:
    """Return the parameters of the demo community, the tea brand Little Kettle.

    Returns
    -------
    Scenario
        The defaults: 8,000 members, 2025-06-01 to 2026-05-31.

    Examples
    --------
    >>> demo_scenario().members
    8000

    Taught in: all
    """
    return Scenario()
