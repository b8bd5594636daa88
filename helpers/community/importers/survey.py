"""Survey tools' exports: one row a person, one column a question, the question itself as the header.

Google Forms, Wenjuanxing, SurveyMonkey, Qualtrics and their kind, in any language, or two in one header. Each
question that is answered on a scale gives one row an answer: ``item`` is the question. A question that asks
whether one would recommend, answered from 0 or 1 to 10, is of kind ``nps``. Where several ask it, each is
about another thing: the first is ``nps``, the others are ``nps: `` and their question, so that they are
never added up. Other questions of a scale are ``satisfaction`` when they speak of it, else ``rating``. The
ends of the scale are those that the question states, else those that the answers show; degrees in words
(非常满意 … 非常不满意) count 5 to 1. The reason asked for after the recommendation becomes its comment. Other
answers, in words or as choices, are not read, which is said. A person who answered no question on a scale is
set aside, and so is an answer that is not on its scale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from helpers.community.contract import TABLES
from helpers.community.delimited import Torn
from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.importer import Block, Importer, Record, one_by_one
from helpers.community.importers.survey_answers import OFF, Answers, scores, times
from helpers.community.importers.tabular import Grid, Piece
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _
from helpers.community.spreadsheets import plain

RECOMMEND = re.compile("recommend(?!edby|er)|推荐(?![人码号位者渠来奖商])|推薦(?![人碼者])|nps")
REASON = ("why", "reason", "because", "原因", "理由", "为什么", "为何")
SATISFIED = ("satisf", "满意", "滿意", "enjoy", "happy", "喜欢", "体验", "好评")
ASKS = (
    "rate",
    "rating",
    "score",
    "scale",
    "agree",
    "likely",
    "difficult",
    "easy",
    "评分",
    "打分",
    "同意",
    "程度",
    "可能",
    "评价",
    "难",
    "容易",
)
CLOCKS = ("time", "date", "timestamp", "时间", "日期", "時間", "日期", "时间戳记")
ENDED = ("submit", "complete", "end", "提交", "交卷", "完成")
WHO = (
    "respondent_id",
    "respondent id",
    "用户标识",
    "openid",
    "email address",
    "e-mail",
    "email",
    "邮箱",
    "手机号",
    "手机号码",
)
STATED = re.compile(r"(?<!\d)([01])\s*(?:-|–|—|~|～|到|至|to)\s*(5|7|10)(?!\d)")
QUESTION = re.compile(r"[?？]|^\s*(?:Q|q)?\d{1,3}\s*[.、:：)）_]")
SHOWN = 60  # letters of a question that a kind is named by
COLUMNS = ("member_id", "answered_at", "kind", "item", "score", "scale_min", "scale_max", "comment")


class Question(NamedTuple):
    """One column that asks for a number: where it is, how it reads, its kind and scale."""

    place: int
    text: str
    kind: str
    low: int
    high: int


class Form(NamedTuple):
    """What the columns of a survey are."""

    grid: Grid
    clock: int
    who: int | None
    questions: tuple[Question, ...]
    reason: int | None


def _said(header: str, words: tuple[str, ...]) -> bool:
    return any(word in plain(header) for word in words)


def _recommends(header: str) -> bool:
    return bool(RECOMMEND.search(plain(header)))


def _scale(header: str, answers: Answers) -> tuple[int, int] | None:
    """Tell the ends of a scale: as the question states them, else as the answers show; else None."""
    total = answers.numbers.total()
    if not total or total < 0.8 * answers.filled:
        return None
    stated = STATED.search(header)
    if stated:
        return int(stated[1]), int(stated[2])
    if 2 * answers.degrees > total:
        return 1, 5
    low, high = min(1, *answers.numbers), max(answers.numbers)
    if high > 10:  # a few slips of the keyboard do not make it another scale
        high = next(n for n in range(100) if sum(answers.numbers[k] for k in range(n + 1)) >= 0.98 * total)
    if _recommends(header):
        return (low, 10) if 8 <= high <= 10 else (1, high) if high in (5, 7) and low else None
    if high not in (5, 7, 10) or (low == 0 and high < 10):
        return None  # a count of something: no usual scale goes from 0 to 5
    return low, high


def _answers(grid: Grid) -> list[Answers]:
    """Look at all answers to what may be a question on a scale, or the time."""
    answers = [Answers() for _header in grid.header]
    looked = [
        place for place, header in enumerate(grid.header) if _said(header, CLOCKS) or _on_a_scale(header)
    ]
    for piece in grid.every_block():
        if not isinstance(piece, Torn):
            for place in looked:
                answers[place].look(piece.columns[place])
    return answers


def _on_a_scale(header: str) -> bool:
    return _recommends(header) or _said(header, (*SATISFIED, *ASKS)) or bool(STATED.search(header))


def _questions(grid: Grid, answers: list[Answers]) -> tuple[Question, ...]:
    found: list[Question] = []
    recommended = False
    for place, header in enumerate(grid.header):
        asked = _recommends(header)
        if not _on_a_scale(header):
            continue
        scale = _scale(header, answers[place])
        if scale is None:
            continue
        kind = "satisfaction" if _said(header, SATISFIED) else "rating"
        if asked and scale[1] == 10:
            kind = f"nps: {' '.join(header.split())[:SHOWN]}" if recommended else "nps"
            recommended = True
        found.append(Question(place, " ".join(header.split()), kind, *scale))
    return tuple(found)


def _clock(grid: Grid, answers: list[Answers]) -> int | None:
    there = [
        place
        for place, header in enumerate(grid.header)
        if _said(header, CLOCKS)
        and answers[place].filled
        and answers[place].times >= 0.5 * answers[place].filled
    ]
    ended = [place for place in there if _said(grid.header[place], ENDED)]
    return next(iter(ended or there), None)


def _reason(grid: Grid, questions: tuple[Question, ...]) -> int | None:
    asked = next((one.place for one in questions if one.kind == "nps"), None)
    if asked is None:
        return None
    later = [one.place for one in questions if one.place > asked] or [len(grid.header)]
    return next((at for at in range(asked + 1, later[0]) if _said(grid.header[at], REASON)), None)


def _form(export: Export) -> Form | None:
    if export.packed:
        return None
    if "form" not in export.__dict__:  # all answers are looked at once, whoever asks
        export.__dict__["form"] = _formed(export)
    found: Form | None = export.__dict__["form"]
    return found


def _formed(export: Export) -> Form | None:
    grid = tabular.first(export)
    if grid is None or grid.place("order_id", "订单号", "订单编号", "event_type") is not None:
        return None
    scores = TABLES["surveys"].column("score")
    if grid.place(scores.name, *(one for one in scores.aliases if one != "nps")) is not None:
        return None  # one row an answer already
    asked = sum(
        _recommends(header) or _said(header, SATISFIED) or bool(QUESTION.search(header))
        for header in grid.header
    )
    if not asked or not any(_said(header, CLOCKS) for header in grid.header):
        return None
    answers = _answers(grid)
    clock, questions = _clock(grid, answers), _questions(grid, answers)
    if clock is None or not questions:
        return None
    if (
        not any(one.kind == "nps" for one in questions)
        and sum(map(bool, map(QUESTION.search, grid.header))) < 2
    ):
        return None
    member = TABLES["surveys"].column("member_id")
    who = grid.place(member.name, *member.aliases, *WHO)
    return Form(grid, clock, who, questions, _reason(grid, questions))


def _recognise(export: Export) -> bool:
    return _form(export) is not None


def _blocks(export: Export) -> Iterator[Record | Block]:
    form = _form(export)
    if form is None:
        return
    export.said.extend(_explained(form))
    for piece in form.grid.blocks():
        if isinstance(piece, Torn):
            yield "surveys", piece
        else:
            yield from _answered(form, piece)


def _answered(form: Form, piece: Piece) -> Iterator[Record | Block]:
    """Give out the answers of many people, question by question, and say who gave none."""
    given = [scores(piece.clean(one.place), one.low, one.high) for one in form.questions]
    if all(None in answers for answers in given):
        for n, row in enumerate(zip(*given, strict=True)):
            if not any(answer is not None for answer in row):
                text = " | ".join(piece.cells(n))
                yield "surveys", Torn(piece.numbers[n], "no answer to a question on a scale", text)
    who, at, said = piece.texts(form.who), times(piece.clean(form.clock)), piece.texts(form.reason)
    for one, answers in zip(form.questions, given, strict=True):
        numbers, low, high = piece.numbers, str(one.low), str(one.high)
        columns: list[Sequence[str | None]] = [who, at, answers, said]
        missing = {None, OFF}.intersection(answers)
        if OFF in missing:
            reason = f"an answer that is not on the scale {low} to {high}"
            for n in (n for n, answer in enumerate(answers) if answer == OFF):
                yield "surveys", Torn(numbers[n], reason, f"{one.text}: {piece.clean(one.place)[n]}")
        if missing:
            numbers = list(compress(numbers, answers))
            columns = [list(compress(column, answers)) for column in columns]
        member, when, score, comment = columns
        told = (member, when, one.kind, one.text, score, low, high, comment if one.kind == "nps" else None)
        yield Block("surveys", numbers, told)


def _explained(form: Form) -> Iterator[Sentence]:
    """Say what was made of the questions, for the person."""
    for one in form.questions:
        kind, asked = one.kind.partition(":")[0], one.text[:SHOWN]
        text = _('{kind}, {low} to {high}: "{question}"')
        yield Sentence(text, kind=kind, low=one.low, high=one.high, question=asked)
    if form.reason is not None:
        asked = " ".join(form.grid.header[form.reason].split())[:SHOWN]
        yield Sentence(_('comment: "{question}"'), question=asked)
    read = {form.clock, form.who, form.reason, *(one.place for one in form.questions)}
    rest = [name for place, name in enumerate(form.grid.header) if place not in read]
    if rest:
        listed = ", ".join(" ".join(name.split())[:30] for name in rest[:12])
        text = _("not read, as they ask for words, choices or facts: {columns}")
        yield Sentence(text, columns=f"{listed}{' …' if len(rest) > 12 else ''}")
    if form.who is None:
        yield Sentence(_("no column says who answered: every row counts as another person"))


IMPORTER = Importer(
    name="survey",
    title="survey with one column a question",
    title_zh="问卷导出（每题一列）",
    tables={"surveys": COLUMNS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
)
