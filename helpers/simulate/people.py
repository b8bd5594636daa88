"""Kinds of member and channels of arrival: the numbers behind every simulated person."""

from __future__ import annotations

from dataclasses import dataclass

PLATFORMS = ("wechat", "xiaohongshu", "douyin", "forum")
INTERESTS = ("brewing", "tea_ware", "wellness", "tea_culture", "deals")
CATEGORIES = ("green_tea", "oolong", "black_tea", "pu_erh", "tea_ware", "gift_set")
NEEDS = ("taste", "price", "freshness", "knowledge", "belonging", "delivery", "service", "design")
AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55+")


@dataclass(frozen=True)
class Persona:
    """Describe one kind of member.

    Parameters
    ----------
    name : str
        Name in the truth table ``members``.
    activity : float
        Probability of being active on an ordinary day while interested.
    lifetime : float
        Mean days of interest (before the factor of the source).
    views : float
        Mean posts viewed on an active day, beyond the first.
    like, comment, share, click : float
        Probability of each after viewing an average post.
    messages : float
        Mean chat messages on an active day of those who talk.
    talkers : float
        Share of the persona that ever comments, chats or posts.
    posts : float
        Mean posts written on an active day by those who talk.
    live : float
        Probability of entering a live show when active that day.
    buyers : float
        Share that ever buys.
    wait : float
        Mean days from joining to the first purchase.
    rate : float
        Mean purchases a day while a customer.
    dropout : float
        Mean probability of ceasing to be a customer after a purchase.
    value : float
        Mean amount of an order.
    discount : float
        Probability that an order uses a coupon or discount.
    persuadable : float
        Extra probability of ordering when given a campaign coupon.
    score : float
        Mean of the recommendation tendency on the 0 to 10 scale.
    answers : float
        Factor on the probability of answering a survey.
    interests : tuple of float
        Weights of INTERESTS.
    categories : tuple of float
        Weights of CATEGORIES.
    needs : tuple of float
        Mean importance (1 to 5) of NEEDS.
    ages : tuple of float
        Weights of AGE_BANDS.
    women : float
        Share of women.
    """

    name: str
    activity: float
    lifetime: float
    views: float
    like: float
    comment: float
    share: float
    click: float
    messages: float
    talkers: float
    posts: float
    live: float
    buyers: float
    wait: float
    rate: float
    dropout: float
    value: float
    discount: float
    persuadable: float
    score: float
    answers: float
    interests: tuple[float, ...]
    categories: tuple[float, ...]
    needs: tuple[float, ...]
    ages: tuple[float, ...] = (0.18, 0.36, 0.26, 0.13, 0.07)
    women: float = 0.58


@dataclass(frozen=True)
class Source:
    """Describe one channel through which members arrive.

    Parameters
    ----------
    name : str
        Value of the column ``source``.
    share_first, share_last : float
        Share of the arrivals on the first and on the last day (changing steadily between them).
    hazard : float
        Factor on the hazard of losing interest.
    rate : float
        Factor on the rate of repeat purchases.
    coupon : float
        Probability that the newcomer's first order comes at once, with a coupon.
    price : float
        What one arrival costs the brand, in the community's currency.
    personas : tuple of float
        Weights of the first six personas.
    platforms : tuple of float
        Weights of PLATFORMS.
    """

    name: str
    share_first: float
    share_last: float
    hazard: float
    rate: float
    coupon: float
    price: float
    personas: tuple[float, ...]
    platforms: tuple[float, ...]


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "enthusiast", 0.23, 380, 1.1, 0.32, 0.050, 0.016, 0.08, 0.40, 0.40, 0.050, 0.30,
        0.78, 22, 1 / 32, 0.05, 128, 0.25, 0.03, 8.9, 1.5,
        (0.34, 0.26, 0.10, 0.26, 0.04), (0.18, 0.22, 0.10, 0.24, 0.22, 0.04),
        (4.8, 3.1, 4.5, 4.6, 4.2, 3.2, 3.6, 4.0),
    ),
    Persona(
        "helper", 0.24, 360, 1.0, 0.14, 0.100, 0.010, 0.04, 1.5, 0.88, 0.040, 0.18,
        0.50, 30, 1 / 55, 0.07, 104, 0.22, 0.03, 8.6, 1.7,
        (0.42, 0.12, 0.16, 0.28, 0.02), (0.26, 0.24, 0.16, 0.20, 0.12, 0.02),
        (4.5, 3.3, 4.2, 4.6, 4.7, 3.2, 4.0, 3.2), (0.05, 0.22, 0.33, 0.26, 0.14), 0.55,
    ),
    Persona(
        "deal_hunter", 0.105, 130, 0.9, 0.03, 0.006, 0.012, 0.42, 0.4, 0.06, 0.008, 0.34,
        0.68, 16, 1 / 36, 0.17, 52, 0.80, 0.15, 6.7, 0.9,
        (0.10, 0.14, 0.12, 0.04, 0.60), (0.30, 0.16, 0.26, 0.06, 0.18, 0.04),
        (3.7, 4.9, 3.6, 2.3, 2.2, 4.2, 3.5, 2.9), (0.26, 0.38, 0.22, 0.10, 0.04), 0.60,
    ),
    Persona(
        "gift_buyer", 0.033, 320, 0.8, 0.05, 0.008, 0.004, 0.22, 0.3, 0.04, 0.006, 0.10,
        0.84, 45, 1 / 75, 0.10, 330, 0.30, 0.05, 7.9, 1.0,
        (0.08, 0.36, 0.20, 0.26, 0.10), (0.08, 0.08, 0.08, 0.12, 0.16, 0.48),
        (4.0, 3.0, 3.9, 2.8, 2.4, 4.7, 4.5, 4.8), (0.04, 0.24, 0.38, 0.24, 0.10), 0.46,
    ),
    Persona(
        "lurker", 0.078, 150, 2.2, 0.015, 0.001, 0.001, 0.03, 0.2, 0.02, 0.004, 0.10,
        0.26, 50, 1 / 70, 0.14, 92, 0.35, 0.05, 7.2, 0.7,
        (0.22, 0.14, 0.36, 0.20, 0.08), (0.26, 0.18, 0.20, 0.10, 0.18, 0.08),
        (4.2, 3.7, 4.0, 4.3, 2.5, 3.5, 3.2, 3.2),
    ),
    Persona(
        "newcomer", 0.14, 26, 0.6, 0.16, 0.012, 0.008, 0.10, 0.4, 0.10, 0.010, 0.16,
        0.20, 12, 1 / 60, 0.35, 74, 0.45, 0.06, 6.9, 0.8,
        (0.26, 0.22, 0.28, 0.08, 0.16), (0.30, 0.14, 0.24, 0.06, 0.22, 0.04),
        (4.1, 4.0, 3.8, 4.0, 3.1, 3.8, 3.7, 3.5), (0.34, 0.38, 0.18, 0.07, 0.03), 0.62,
    ),
    Persona(
        "kol", 0.50, 900, 2.5, 0.22, 0.100, 0.020, 0.10, 1.5, 1.0, 0.320, 0.40,
        0.40, 40, 1 / 60, 0.08, 150, 0.30, 0.00, 8.3, 0.6,
        (0.34, 0.30, 0.14, 0.18, 0.04), (0.18, 0.22, 0.10, 0.20, 0.26, 0.04),
        (4.6, 3.0, 4.3, 4.5, 4.0, 3.4, 3.8, 4.5),
    ),
    Persona(
        "staff", 0.80, 5000, 1.5, 0.10, 0.060, 0.000, 0.02, 2.5, 1.0, 0.000, 0.60,
        0.0, 30, 1 / 60, 0.10, 100, 0.30, 0.00, 8.0, 0.0,
        (0.30, 0.25, 0.15, 0.20, 0.10), (1, 1, 1, 1, 1, 1), (4, 4, 4, 4, 4, 4, 4, 4),
    ),
    Persona(
        "bot", 0.70, 60, 2.0, 0.20, 0.060, 0.000, 0.00, 4.0, 1.0, 0.000, 0.0,
        0.0, 30, 1 / 60, 0.10, 100, 0.30, 0.00, 5.0, 0.0,
        (0.05, 0.05, 0.05, 0.05, 0.80), (1, 1, 1, 1, 1, 1), (3, 3, 3, 3, 3, 3, 3, 3),
    ),
    Persona(
        "false_account", 0.55, 2.5, 1.0, 0.0, 0.0, 0.0, 0.50, 0.0, 0.0, 0.0, 0.0,
        0.10, 1, 1 / 60, 0.90, 28, 1.0, 0.00, 5.0, 0.0,
        (0.0, 0.0, 0.0, 0.0, 1.0), (0.5, 0.1, 0.4, 0.0, 0.0, 0.0), (3, 5, 3, 1, 1, 3, 3, 2),
    ),
)  # fmt: skip

SOURCES: tuple[Source, ...] = (
    Source("invitation", 0.30, 0.12, 0.65, 1.25, 0.05, 6.0,
           (0.23, 0.16, 0.08, 0.12, 0.26, 0.15), (0.62, 0.18, 0.08, 0.12)),
    Source("coupon", 0.16, 0.15, 1.35, 0.55, 0.62, 11.0,
           (0.03, 0.01, 0.62, 0.04, 0.12, 0.18), (0.44, 0.22, 0.28, 0.06)),
    Source("search", 0.17, 0.08, 0.95, 1.00, 0.05, 1.5,
           (0.12, 0.08, 0.15, 0.14, 0.33, 0.18), (0.18, 0.30, 0.10, 0.42)),
    Source("offline", 0.10, 0.05, 0.85, 1.10, 0.10, 18.0,
           (0.16, 0.07, 0.06, 0.28, 0.30, 0.13), (0.80, 0.08, 0.06, 0.06)),
    Source("kol", 0.11, 0.10, 1.10, 0.95, 0.08, 14.0,
           (0.14, 0.05, 0.14, 0.10, 0.34, 0.23), (0.12, 0.52, 0.32, 0.04)),
    Source("ad", 0.16, 0.50, 1.80, 0.80, 0.10, 22.0,
           (0.03, 0.01, 0.20, 0.08, 0.33, 0.35), (0.22, 0.30, 0.44, 0.04)),
)  # fmt: skip
