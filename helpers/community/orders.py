"""One form for orders: what was bought, what was given back, and which rows are purchases."""

from __future__ import annotations

from helpers.community.contract import STATUS_CANCELLED, STATUS_PAID, STATUS_REFUNDED


def status_word(text: str) -> str | None:
    """Reduce the text of an order's status to paid, refunded or cancelled; None when it is none of them.

    Parameters
    ----------
    text : str
        Status as the platform writes it, in English or Chinese.

    Returns
    -------
    str or None
        One of the three words. A partial refund is ``paid``: its sum stands in a column of its own.

    Examples
    --------
    >>> status_word("退款成功"), status_word("Partially refunded"), status_word("交易关闭"), status_word("x")
    ('refunded', 'paid', 'cancelled', None)

    Taught in: 06 Evaluation
    """
    bare = text.strip().casefold()
    for word, known in (
        ("paid", STATUS_PAID),
        ("refunded", STATUS_REFUNDED),
        ("cancelled", STATUS_CANCELLED),
    ):
        if bare == word or bare in known:
            return word
    if any(
        part in bare for part in ("部分", "partial", "退款中", "未退款", "not refunded", "refund rejected")
    ):
        return "paid"
    if any(part in bare for part in ("退款", "退货", "refund", "returned")):
        return "refunded"
    if any(part in bare for part in ("取消", "关闭", "未付款", "待付款", "cancel", "unpaid", "closed")):
        return "cancelled"
    return None


def normal_form(relation: str, *, merge: bool) -> str:
    """Write the query that brings orders into one form, whichever way the refunds were written.

    Parameters
    ----------
    relation : str
        Query or table with the columns of the contract (``amount`` may be negative) and ``day``.
    merge : bool
        Whether rows with the same order id are lines of one order, to be added up.

    Returns
    -------
    str
        A query with the contract's columns and ``day``, ``net`` (``amount - refunded``) and
        ``is_purchase``. A negative amount is a refund: amount 0, refunded above 0. A status
        ``refunded`` without a sum gives everything back. A cancelled order never was paid: all zero.
    """
    row_form = f"""
select
    order_id, member_id, ordered_at, day, status, cost, discount, product_id, category, team_id,
    campaign_id, channel,
    case
        when status = 'cancelled' or amount < 0 then cast(0 as decimal(18, 2))
        else amount
    end as amount,
    case
        when status = 'cancelled' then cast(0 as decimal(18, 2))
        when amount < 0 then -amount
        when status = 'refunded' and coalesce(refunded, 0) = 0 then amount
        else abs(coalesce(refunded, cast(0 as decimal(18, 2))))
    end as refunded,
    amount >= 0 and coalesce(status, 'paid') not in ('cancelled', 'refunded') as bought
from {relation}"""
    if merge:
        row_form = f"""
select
    order_id, min(member_id) as member_id, min(ordered_at) as ordered_at, min(day) as day,
    arg_max(status, amount) as status, sum(cost) as cost, sum(discount) as discount,
    arg_max(product_id, amount) as product_id, arg_max(category, amount) as category,
    min(team_id) as team_id, min(campaign_id) as campaign_id, min(channel) as channel,
    cast(sum(amount) as decimal(18, 2)) as amount, cast(sum(refunded) as decimal(18, 2)) as refunded,
    bool_or(bought) as bought
from ({row_form}) as order_lines
group by order_id"""
    return f"""
select
    order_id, member_id, ordered_at, day, amount, refunded,
    cast(amount - refunded as decimal(18, 2)) as net,
    cost, discount, status,
    bought and (refunded < amount or amount = 0 and refunded = 0) as is_purchase,
    product_id, category, team_id, campaign_id, channel
from ({row_form}) as one_form"""
