"""Visits as web analytics export them: Matomo's visits log and Google Analytics' events, CSV or workbook.

Two shapes are read. One row an event: ``event_timestamp`` (microseconds) or ``serverTimestamp`` (seconds),
``event_name`` or ``actionType``, ``user_pseudo_id``, ``client_id`` or ``visitorId``, and the page. One row
a visit, as Matomo flattens it: ``actionDetails_0_type``, ``actionDetails_0_url``, ``actionDetails_1_type`` …

A visitor is known by the shop's own user id where the row has one, else by the id of the browser; the two
are not joined. A page is its address without fragment and campaign parameters, else its title. Page views,
clicks, carts and checkouts become events; other names stay as they are. What the tool itself writes (the
start of a session, a first visit) is set aside. Purchases become orders: number of the transaction and
revenue; refunds are orders with a negative sum. A visit that came from a campaign, a search or another site
is a touch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from helpers.community.delimited import Torn
from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.importer import Importer, Record, Row
from helpers.community.importers.marks import moment
from helpers.community.importers.tabular import Grid
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

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
WIDE = re.compile(r"^actionDetails[_. ](\d+)[_. ](\w+)$", re.IGNORECASE)
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
EVENTS = ("member_id", "occurred_at", "event_type", "content_id", "platform", "event_id", "product_id")
ORDERS = ("order_id", "member_id", "ordered_at", "amount", "product_id", "channel")
TOUCHES = ("member_id", "at", "channel", "kind", "campaign_id")


class Act(NamedTuple):
    """One thing that a visitor did."""

    number: int
    member: str | None
    at: str | None
    name: str | None
    page: str | None
    event: str | None
    order: str | None
    revenue: str | None
    back: str | None
    product: str | None
    channel: str | None
    campaign: str | None
    session: str | None
    cells: Callable[[], list[str]]


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


def _recognise(export: Export) -> bool:
    grid = tabular.find(export, ALL)
    if grid is None or grid.place(*VISITOR, *USER) is None:
        return False
    if grid.place("actionDetails_0_type") is not None:
        return True
    own = sum(grid.place(name) is not None for name in OWN)
    return own >= 2 and grid.place(*CLOCK) is not None and grid.place(*NAME) is not None


def _when(text: str | None) -> str | None:
    return moment(text) or text if text and text.replace(".", "", 1).isdigit() else text


@lru_cache(maxsize=4_096)
def _channel(*said: str | None) -> str | None:
    return next((one for one in said if one and one.casefold() not in DIRECT), None)


def _by_column(
    grid: Grid, places: list[int | None]
) -> Iterator[tuple[Callable[[], list[str]], int, tuple[str | None, ...]] | Torn]:
    """Give for every row what makes its cells, its number, and what stands in the columns asked for."""
    for piece in grid.blocks():
        if isinstance(piece, Torn):
            yield piece
            continue
        columns = zip(*map(piece.texts, places), strict=True)
        for at, (number, values) in enumerate(zip(piece.numbers, columns, strict=True)):
            yield partial(piece.cells, at), number, values


def _acts(grid: Grid, export: Export) -> Iterator[Act | Torn]:
    """Read every act, whichever of the two shapes the file has."""
    names = (
        USER,
        VISITOR,
        CLOCK,
        NAME,
        PAGE,
        EVENT_ID,
        ORDER,
        REVENUE,
        BACK,
        GOODS,
        SESSION,
        MEDIUM,
        SOURCE,
        CAMPAIGN,
    )
    places = [grid.place(*one) for one in names]
    second = grid.place("pageTitle", "page_title")
    wide: dict[int, dict[str, int]] = {}
    for place, header in enumerate(grid.header):
        found = WIDE.match(header)
        if found:
            wide.setdefault(int(found[1]), {})[found[2].casefold()] = place
    rows = without = 0
    for row in _by_column(grid, places):
        if isinstance(row, Torn):
            yield row
            continue
        cells, number, values = row
        (
            user,
            visitor,
            at,
            name,
            url,
            event,
            order,
            revenue,
            back,
            product,
            session,
            medium,
            source,
            campaign,
        ) = values
        rows, without = rows + 1, without + (user is None)
        channel = _channel(medium, source)
        if not wide:
            address = page(url) or (second is not None and tabular.filled(cells()[second])) or None
            yield Act(
                number, user or visitor, _when(at), name, address, event, order, revenue, back,
                product, channel, campaign, session, cells,
            )  # fmt: skip
            continue
        acted, whole = False, cells()
        for nth in sorted(wide):
            there = {key: tabular.filled(whole[place]) for key, place in wide[nth].items()}
            if not any(there.values()):
                continue
            acted = True
            word = there.get("type")
            if word == "event":
                word = there.get("eventaction") or word
            yield Act(
                number, user or visitor, _when(there.get("timestamp") or at), word,
                page(there.get("url")) or there.get("pagetitle"), f"{session}:{nth}" if session else None,
                there.get("orderid"), there.get("revenue"), None,
                there.get("productsku") or there.get("itemsku"), channel, campaign, session, cells,
            )  # fmt: skip
        if not acted:
            yield Torn(number, "a visit without any action", ",".join(whole))
    if without:
        text = _("{without} of {rows} rows have no user id and count by the id of their browser")
        export.said.append(Sentence(text, without=without, rows=rows))


def _event(one: Act, word: str) -> Row | Torn:
    if word in BY_THE_TOOL:
        return Torn(one.number, "written by the tool, not done by the visitor", ",".join(one.cells()))
    return one.number, (
        one.member,
        one.at,
        TYPES.get(word, one.name),
        one.page,
        "web",
        one.event,
        one.product,
    )


def _order(one: Act) -> Row | Torn:
    back = (one.name or "").casefold() in GIVEN_BACK
    amount = (one.back or one.revenue) if back else one.revenue
    if not one.order:
        return Torn(one.number, "a purchase without a number of its transaction", ",".join(one.cells()))
    if back and not amount:
        return Torn(one.number, "a refund without its sum", ",".join(one.cells()))
    if back and amount and not amount.startswith("-"):
        amount = f"-{amount}"
    return one.number, (one.order, one.member, one.at, amount, one.product, one.channel)


def _records(export: Export) -> Iterator[Record]:
    grid = tabular.table(export, ALL)
    begun: set[tuple[str | None, str]] = set()
    for one in _acts(grid, export):
        if isinstance(one, Torn):
            yield "events", one
            continue
        word = (one.name or "").casefold()
        if one.session is None:
            starts = word == "session_start"
        else:
            visit = one.member, one.session
            starts = visit not in begun
            if starts:
                begun.add(visit)
        if starts and one.channel:
            yield "touches", (one.number, (one.member, one.at, one.channel, "click", one.campaign))
        if word in TRADED:
            yield "orders", _order(one)
        else:
            yield "events", _event(one, word)


IMPORTER = Importer(
    name="matomo",
    title="Visits log of Matomo or events of Google Analytics",
    title_zh="Matomo 访问日志或 Google Analytics 事件导出",
    tables={"events": EVENTS, "orders": ORDERS, "touches": TOUCHES},
    recognise=_recognise,
    records=_records,
)
