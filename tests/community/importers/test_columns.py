"""What is read column by column, thousands of rows at once, is what reading row by row gives."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import delimited
from helpers.community.delimited import Torn
from helpers.community.importers import IMPORTERS, Export, matomo_words, survey_answers, youzan
from helpers.community.importers.importer import Record
from helpers.community.importers.marks import moment, moments
from helpers.community.importers.tabular import Piece, cleaned, filled, value, values

Line = dict[str, str]
Twin = Callable[[list[Line]], Iterable[tuple[str, tuple[object, ...]]]]
FEW = settings(max_examples=25, deadline=None, derandomize=True)


def said(line: Line, *names: str) -> str | None:
    return next((text for name in names if (text := filled(value(line.get(name))))), None)


def table(columns: dict[str, Sequence[str]], may_lack: Sequence[str] = ()) -> st.SearchStrategy[list[Line]]:
    """Draw the lines of a file, some of whose columns may be missing from it."""
    line = st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in columns.items()})
    lines = st.lists(line, min_size=1, max_size=12)

    def without(drawn: tuple[list[Line], set[str]]) -> list[Line]:
        return [{name: one[name] for name in columns if name not in drawn[1]} for one in drawn[0]]

    return st.tuples(lines, st.sets(st.sampled_from(may_lack)) if may_lack else st.just(set())).map(without)


def read(form: str, lines: list[Line]) -> list[tuple[str, tuple[object, ...]]]:
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(delimited, "TOGETHER", 3):
        path = Path(folder) / "export.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
        return [
            (name, (row.row, row.reason, row.text) if isinstance(row, Torn) else (row[0], *row[1]))
            for name, row in IMPORTERS[form].records(Export(path))
        ]


def read_alike(form: str, lines: list[Line], twin: Twin) -> None:
    """Compare what the blocks of a file hold, a torn row as its reason, with what the twin makes of it."""
    assert sorted(read(form, lines), key=str) == sorted(twin(lines), key=str)


POSTS = {
    "id": ("", "7", "8", '="9"', "10"),
    "user_id": ("", "11", "12", "-"),
    "username": ("ann", ""),
    "topic_id": ("", "1", "2"),
    "post_number": ("", "1", "2", "3"),
    "reply_to_post_number": ("", "1", "2", "3"),
    "post_type": ("1", "1", "2", "4", ""),
    "raw": ("hi", "none", " ", "茶, 好"),
    "title": ("Tea", "-"),
    "created_at": ("2026-03-01 10:00:00 UTC", "2026-03-01T10:00:00Z", ""),
    "category_id": ("5", ""),
    "archetype": ("regular", "regular", "private_message"),
    "is_pm": ("", "false", "Yes"),
}


def posted(lines: list[Line]) -> Iterable[tuple[str, tuple[object, ...]]]:
    ids: dict[tuple[str, str], str] = {}
    later = []
    for number, line in enumerate(lines, start=2):
        topic, nth, own = said(line, "topic_id") or "", said(line, "post_number") or "1", said(line, "id")
        if own:
            ids[topic, nth] = own
        if said(line, "archetype") == "private_message" or said(line, "is_pm") == "Yes":
            yield "events", (number, "a private message", "")
            continue
        if (sort := said(line, "post_type")) in ("2", "4"):
            yield (
                "events",
                (number, {"2": "a notice by the platform", "4": "a whisper among staff"}[sort], ""),
            )
            continue
        event, first = ids.get((topic, nth)) or f"{topic}/{nth}", nth == "1"
        who, group, at = (
            said(line, "user_id", "username"),
            said(line, "category_id"),
            said(line, "created_at"),
        )
        at = at.replace(" UTC", "Z") if at else at
        title, text = said(line, "title") if first else None, value(line.get("raw")) or None
        yield "contents", (number, event, at, who, "text", title, text, "discourse", group)
        row = (number, who, at, "message" if first else "comment", event, group, "discourse", event)
        answers = (topic, said(line, "reply_to_post_number") or "1")
        if first:
            yield "events", (*row, None, None)
        elif "id" not in line:
            yield "events", (*row, "/".join(answers), None)
        elif answers in ids:
            yield "events", (*row, ids[answers], None)
        else:
            later.append((row, answers))
    for row, answers in later:
        yield "events", (*row, ids.get(answers) or "/".join(answers), None)


@FEW
@given(table(POSTS, ("id", "username", "raw", "title", "archetype", "is_pm", "post_type")))
def test_posts_of_a_forum(lines: list[Line]) -> None:
    read_alike("discourse", lines, posted)


USERS = {
    "id": ("11", "-1", "", '="12"'),
    "username": ("ann", "-bot", "none"),
    "created_at": ("2026-03-01 10:00:00 UTC", "", "2026-03-02"),
    "trust_level": ("1", "", "4"),
    "admin": ("true", "false", ""),
    "moderator": ("TRUE", "f", "Ja"),
}


def enlisted(lines: list[Line]) -> Iterable[tuple[str, tuple[object, ...]]]:
    for number, line in enumerate(lines, start=2):
        who, at = said(line, "id", "username"), said(line, "created_at")
        staff = {"true", "TRUE", "Ja"} & {said(line, "admin"), said(line, "moderator")}
        role = "bot" if who and who[0] == "-" else "staff" if staff else "member"
        yield "members", (number, who, at.replace(" UTC", "Z") if at else at, role, said(line, "trust_level"))


@FEW
@given(table(USERS, ("admin", "moderator")))
def test_users_of_a_forum(lines: list[Line]) -> None:
    read_alike("discourse", lines, enlisted)


EVENTS = {
    "event_timestamp": (
        "1772330707000000",
        "1772330708000000",
        "1772330709",
        "",
        "2026-03-01 10:05:07",
        "1e9",
    ),
    "event_name": ("page_view", "click", "Purchase", "refund", "session_start", "level_up", "-", ""),
    "user_pseudo_id": ("1.2", "3.4", "", "(not set)"),
    "user_id": ("m1", "", "none"),
    "ga_session_id": ("5", "6", ""),
    "page_location": ("https://a.example/?id=1&gclid=x", "https://a.example/", "", "#top"),
    "page_title": ("Tea", " Cups ", "", "null"),
    "traffic_source.source": ("mail", "", "(direct)"),
    "traffic_source.medium": ("email", "(none)", ""),
    "traffic_source.name": ("spring", ""),
    "ecommerce.transaction_id": ("T-1", '="20260301"', ""),
    "ecommerce.purchase_revenue": ("9.00", ""),
    "ecommerce.refund_value": ("3.00", "-2.00", ""),
    "item_id": ("tea", ""),
    "event_id": ("e1", "e2", "", "-"),
}


def visited(lines: list[Line]) -> Iterable[tuple[str, tuple[object, ...]]]:
    begun = set()
    for number, line in enumerate(lines, start=2):
        who, at = said(line, "user_id") or said(line, "user_pseudo_id"), said(line, "event_timestamp")
        at, name, torn = moment(at) or at, said(line, "event_name"), ",".join(map(value, line.values()))
        word, session = (name or "").casefold(), said(line, "ga_session_id")
        starts = word == "session_start" if session is None else (who, session) not in begun
        begun.add((who, session))
        channel = matomo_words.channel(
            said(line, "traffic_source.medium"), said(line, "traffic_source.source")
        )
        if starts and channel:
            yield "touches", (number, who, at, channel, "click", said(line, "traffic_source.name"))
        own, revenue = said(line, "ecommerce.transaction_id"), said(line, "ecommerce.purchase_revenue")
        if word in ("purchase", "refund"):
            back = said(line, "ecommerce.refund_value") or revenue
            amount = f"-{(back or '').removeprefix('-')}" if word == "refund" else revenue
            if own is None:
                yield "orders", (number, "a purchase without a number of its transaction", torn)
            elif amount == "-":
                yield "orders", (number, "a refund without its sum", torn)
            else:
                yield "orders", (number, own, who, at, amount, said(line, "item_id"), channel)
        elif word == "session_start":
            yield "events", (number, "written by the tool, not done by the visitor", torn)
        else:
            page = matomo_words.page(said(line, "page_location")) or said(line, "page_title")
            kind = {"page_view": "view", "click": "click"}.get(word, name)
            row = (number, who, at, kind, page, "web", said(line, "event_id"), said(line, "item_id"))
            yield "events", row


@FEW
@given(table(EVENTS, tuple(EVENTS)[3:]))
def test_events_of_web_analytics(lines: list[Line]) -> None:
    read_alike("matomo", lines, visited)


@FEW
@given(st.lists(st.sampled_from(EVENTS["event_timestamp"][:2]) | st.integers(0, 10**17).map(str)))
def test_a_column_of_clocks(cells: list[str]) -> None:
    assert moments(cells) == [moment(cell) or cell for cell in cells]


NPS, WHY, FINE = "1、您有多大可能向朋友推荐我们？（0-10分）", "2、为什么？", "3、您对客服满意吗？（1-5分）"
ANSWERS = {
    "提交时间": ("2026-03-01 10:00:00", "2026/3/1 9:05:07 下午", ""),
    "会员号": ("11", '="12"', "", "-"),
    NPS: ("10", "9分", "", "-", "11", "x", "0\t", "-3"),
    WHY: ("茶好", "none", ""),
    FINE: ("5", "非常满意", "不满意", "0", "(跳过)", " "),
}
SURE = dict(zip(ANSWERS, ("2026-03-01", "7", "8", "", "5"), strict=True))


def answered(lines: list[Line]) -> Iterable[tuple[str, tuple[object, ...]]]:
    for number, line in enumerate(lines, start=2):
        at, who, why = (
            survey_answers.when(value(line["提交时间"])) or None,
            said(line, "会员号"),
            said(line, WHY),
        )
        given = {one: value(line[one]) for one in (NPS, FINE)}
        given = {one: text for one, text in given.items() if text.casefold() not in survey_answers.BLANK}
        if not given:
            reason = "no answer to a question on a scale"
            yield "surveys", (number, reason, " | ".join(map(value, line.values())))
        for one, text in given.items():
            kind, low, high = ("nps", 0, 10) if one == NPS else ("satisfaction", 1, 5)
            score = survey_answers.number(text)
            if score is None or not low <= score <= high:
                reason = f"an answer that is not on the scale {low} to {high}"
                yield "surveys", (number, reason, f"{one}: {text}")
            else:
                told = (str(score), str(low), str(high), why if one == NPS else None)
                yield "surveys", (number, who, at, kind, one, *told)


@FEW
@given(table(ANSWERS))
def test_answers_of_a_survey(lines: list[Line]) -> None:
    read_alike("survey", [*[SURE] * 100, *lines], answered)


CELLS = (
    "2026-03-01",
    "1999/1/2 x",
    "2026年",
    "2026",
    "2026 -1",
    "1/2/2026",
    "10",
    "9分",
    "满意",
    "-",
    "",
    "tea",
)


@FEW
@given(st.lists(st.sampled_from(CELLS) | st.text("12026/-. ", max_size=9), max_size=20))
def test_a_column_of_answers(cells: list[str]) -> None:
    whole, single = survey_answers.Answers(), survey_answers.Answers()
    whole.look(cells)
    for cell in cleaned(cells):
        single.add(cell, 1)
    assert vars(whole) == vars(single)


ORDERS = {
    "订单号": ("E1", "E1", "E2", '="E2"', "", "订单号"),
    "订单状态": ("交易完成", "交易关闭", ""),
    "下单时间": ("2026-03-01 10:00:00", ""),
    "买家付款时间": ("2026-03-01 10:01:00", "-"),
    "商品名称": ("龙井", "茶壶", ""),
    "商品实际成交金额": ("98.00", "￥120", "x", ""),
    "订单实付金额": ("120.00", "120", "0", "", "5"),
    "店铺优惠合计": ("5.00", "", "0"),
    "买家手机号": ("13000000000", "", "130****0000"),
    "推广方式": ("分销员", ""),
    "订单退款状态": ("", "", "退款成功", "全额退款成功"),
    "商品已退款金额": ("", "", "98.00", "y"),
}


def order_by_order(
    self: youzan._Grouped,
    piece: Piece,
    names: list[str | None],
    starts: list[int],
    further: dict[int, list[int]],
) -> Iterator[Record]:
    for at in starts:
        yield "orders", self._order(piece, names, at, further).row()


@FEW
@given(table(ORDERS, ("推广方式", "店铺优惠合计", "商品已退款金额", "订单退款状态")))
def test_orders_of_several_lines(lines: list[Line]) -> None:
    found = read("youzan", lines)
    with mock.patch.object(youzan._Grouped, "_closed", order_by_order):
        assert sorted(read("youzan", lines), key=str) == sorted(found, key=str)


@FEW
@given(
    st.lists(
        st.sampled_from((None, "tea ", "'8", "\n9", '="17"', "a=b", "'x", "\u3000")) | st.text(max_size=3)
    )
)
def test_a_column_of_cells(cells: list[str | None]) -> None:
    assert list(values(cells)) == list(map(value, cells))
