"""The truth about live shows: hosts, evenings, parts and products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.columns import coded, moments
from helpers.simulate.live import (
    BUYS,
    CLICKS,
    COST_SHARE,
    HOSTS,
    LINK,
    PARTS,
    PRICE_CUT,
    PRICES,
    SHELF,
    SOON,
)
from helpers.simulate.people import CATEGORIES

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation


def product_names() -> np.ndarray:
    """Return the ids of all products, in order of their codes."""
    return np.array([f"{category}-{number}" for category in CATEGORIES for number in range(1, 6)])


def live_tables(sim: Simulation) -> dict[str, pd.DataFrame]:
    """Return what is true about the live shows.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    dict of str to pandas.DataFrame
        hosts (host, factor on the orders per click, shows led), shows (content_id, lead, evening: factor
        on the orders per click, viewers, orders, pulled: orders that would have come anyway within two
        weeks), show_parts (content_id, starts_at, part, product_id, host, minutes: spent there by all
        viewers together, expected_clicks, expected_orders, before cancellations), products (product_id,
        click_factor, order_factor, price, margin: per order, as a share of what is paid) and show_rates
        (name, value, meaning).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> live_tables(simulate(Scenario.small()))["hosts"]["host"].tolist()
    ['host_a', 'host_b']

    Taught in: 05 Conversion
    """
    shows, rundown = sim.shows, sim.shows.rundown
    names, posts = product_names(), sim.posts.labels()
    lead = np.bincount(shows.lead, minlength=len(HOSTS))
    ids = posts[shows.posts]
    category = SHELF // 5
    price = PRICES[category] * (0.85 + 0.1 * (SHELF % 5)) * (1 - PRICE_CUT)
    start = moments(sim.scenario.start, rundown.start).to_pandas()
    return {
        "hosts": pd.DataFrame({"host": HOSTS, "factor": shows.host_factor, "shows": lead}),
        "shows": pd.DataFrame(
            {
                "content_id": ids.astype(object),
                "lead": np.array(HOSTS, dtype=object)[shows.lead],
                "evening": shows.evening,
                "viewers": shows.viewers,
                "orders": shows.orders,
                "pulled": shows.pulled,
            }
        ),
        "show_parts": pd.DataFrame(
            {
                "content_id": coded(rundown.show, ids).dictionary_decode().to_pandas(),
                "starts_at": start,
                "part": coded(rundown.part, PARTS).dictionary_decode().to_pandas(),
                "product_id": coded(rundown.product, names).dictionary_decode().to_pandas(),
                "host": coded(rundown.host, HOSTS).dictionary_decode().to_pandas(),
                "minutes": rundown.minutes.astype(float),
                "expected_clicks": rundown.expected_clicks.astype(float),
                "expected_orders": rundown.expected_orders.astype(float),
            }
        ),
        "products": pd.DataFrame(
            {
                "product_id": names[SHELF].astype(object),
                "click_factor": shows.clicks,
                "order_factor": shows.buys,
                "price": price.round(2),
                "margin": 1 - COST_SHARE[category] / (1 - PRICE_CUT),
            }
        ),
        "show_rates": pd.DataFrame(
            [
                ("clicks", CLICKS, "clicks per viewer and minute with an average product on screen"),
                ("clicks_before_link", LINK[0], "factor on clicks in the first third of a product's minutes"),
                ("clicks_with_link", LINK[1], "factor on clicks after it"),
                ("orders_per_click", BUYS, "of an average product, by host_b on an average evening"),
                ("about_to_buy", SOON, "factor on it for whoever would order anyway within two weeks"),
            ],
            columns=["name", "value", "meaning"],
        ),
    }
