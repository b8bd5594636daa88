"""The columns and words of web analytics: how Matomo and Google Analytics call what a visitor did."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

USER = ("userId", "user_id", "uid")
VISITOR = ("visitorId", "idvisitor", "user_pseudo_id", "client_id", "clientId", "fullVisitorId", "cid")
CLOCK = ("event_timestamp", "serverTimestamp", "timestamp", "event_time", "hit_timestamp", "datetime", "time")
NAME = ("event_name", "actionType", "action_type", "event", "type", "eventName")
PAGE = (
    "page_location",
    "url",
    "pageUrl",
    "page_path",
    "pagePath",
    "event_params.page_location",
    "pageTitle",
    "page_title",
)
SESSION = ("idVisit", "ga_session_id", "session_id", "sessionId")
SOURCE = ("traffic_source.source", "source", "utm_source", "referrerName")
MEDIUM = ("traffic_source.medium", "medium", "utm_medium", "referrerType", "referrerTypeName")
CAMPAIGN = ("traffic_source.name", "campaign", "utm_campaign", "campaignName")
ORDER = ("ecommerce.transaction_id", "transaction_id", "transactionId", "orderId")
REVENUE = ("ecommerce.purchase_revenue", "purchase_revenue", "transactionRevenue", "revenue", "value")
BACK = ("ecommerce.refund_value", "refund_value", "value", "revenue")
GOODS = ("item_id", "items.item_id", "productSku", "product_id")
EVENT_ID = ("event_id", "idlink_va", "idpageview")
OWN = (*VISITOR, "event_timestamp", "serverTimestamp", "event_name", "actionType", "idVisit")
ALL = (
    *USER,
    *VISITOR,
    *CLOCK,
    *NAME,
    *PAGE,
    *SESSION,
    *SOURCE,
    *MEDIUM,
    *CAMPAIGN,
    *ORDER,
    *REVENUE,
    "actionDetails_0_type",
)
TYPES = {
    "page_view": "view",
    "pageview": "view",
    "screen_view": "view",
    "view_item": "view",
    "action": "view",
    "click": "click",
    "select_content": "click",
    "select_item": "click",
    "outlink": "click",
    "download": "click",
    "add_to_cart": "cart",
    "ecommerceabandonedcart": "cart",
    "begin_checkout": "checkout",
    "add_to_wishlist": "save",
    "share": "share",
    "join_group": "join",
}
SOLD, GIVEN_BACK = (
    ("purchase", "ecommercepurchase", "ecommerceorder", "transaction"),
    ("refund", "ecommerce_refund"),
)
TRADED = frozenset((*SOLD, *GIVEN_BACK))
BY_THE_TOOL = (
    "session_start",
    "first_visit",
    "first_open",
    "user_engagement",
    "app_remove",
    "app_update",
    "os_update",
)
DIRECT = ("(none)", "none", "direct", "(direct)", "(not set)", "", "direct entry", "(organic)")
TRACKING = re.compile(r"^(utm_|mtm_|pk_|gclid|fbclid|msclkid|_ga|_gl|spm|mc_)", re.IGNORECASE)


@lru_cache(maxsize=65_536)
def page(address: str | None) -> str | None:
    """Reduce the address of a page to what names the page: no fragment, no parameters of campaigns.

    Examples
    --------
    >>> page("https://tea.example/p?id=7&utm_source=mail#reviews")
    'https://tea.example/p?id=7'
    """
    if not address or not ("?" in address or "#" in address):
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    kept = [
        (name, text)
        for name, text in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.match(name)
    ]
    return parts._replace(query=urlencode(kept), fragment="").geturl()


@lru_cache(maxsize=4_096)
def channel(*said: str | None) -> str | None:
    """Tell where a visit came from: the first that is said and is no word for nowhere.

    Examples
    --------
    >>> channel("(none)", "newsletter"), channel("direct")
    ('newsletter', None)
    """
    return next((one for one in said if one and one.casefold() not in DIRECT), None)
