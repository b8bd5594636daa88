"""Surveys with one column a question: scales, kinds, comments, and nobody's answer lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.community import Community, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, recognise, survey
from helpers.metrics.satisfaction import nps
from tests.community.importers import samples


def answers(path: Path) -> tuple[list[dict[str, str | None]], list[Torn]]:
    rows = sorted(survey.IMPORTER.rows(Export(path), "surveys"), key=lambda row: row[0])
    used = [dict(zip(survey.COLUMNS, row[1], strict=True)) for row in rows if not isinstance(row, Torn)]
    return used, [row for row in rows if isinstance(row, Torn)]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("sample", [samples.survey, samples.survey_book])
def test_each_question_of_a_scale_gives_one_row_an_answer(
    sample: Callable[[Path], Path], tmp_path: Path
) -> None:
    used, torn = answers(sample(tmp_path))
    assert [(one["kind"], one["score"]) for one in used] == [
        ("nps", "10"),
        ("satisfaction", "5"),
        ("nps", "9"),
        ("satisfaction", "4"),
        ("nps", "3"),
        ("satisfaction", "1"),
        ("nps", "0"),
        ("satisfaction", "3"),
    ]
    assert {(one["kind"], one["scale_min"], one["scale_max"]) for one in used} == {
        ("nps", "0", "10"),
        ("satisfaction", "1", "5"),
    }
    assert [one["comment"] for one in used if one["comment"]] == ["茶好喝", "太贵"]
    assert used[0]["member_id"] == "10011"  # not the number of the sheet
    assert [(one.row, one.reason) for one in torn] == [
        (6, "no answer to a question on a scale"),
        (7, "an answer that is not on the scale 0 to 10"),
    ]


def test_it_opens_and_its_score_is_that_of_the_answers(tmp_path: Path) -> None:
    samples.survey(tmp_path)
    draft = mapping.guess(tmp_path)
    assert any('nps, 0 to 10: "1、' in line for line in draft.said)
    assert any("not read, as they ask for words" in line for line in draft.said)
    draft.write()
    found = nps(Community.open(tmp_path)).iloc[0]
    assert (found["n"], found["promoters"], found["detractors"], found["scale"]) == (4, 2, 2, "0-10")


def test_a_second_recommendation_is_of_another_thing(tmp_path: Path) -> None:
    text = "Qtime,Qrecommend,Qpython_recommend\n2026-03-01,10,1\n2026-03-02,9,NA\n2026-03-03,NA,10\n"
    used, torn = answers(written(tmp_path / "a.csv", text))
    assert [(one["kind"], one["score"]) for one in used] == [
        ("nps", "10"),
        ("nps: Qpython_recommend", "1"),
        ("nps", "9"),
        ("nps: Qpython_recommend", "10"),
    ]
    assert not torn and {one["scale_min"] for one in used} == {"1"}


def test_counts_years_and_choices_are_no_scales(tmp_path: Path) -> None:
    text = (
        "Timestamp,Would you recommend us?,How many groups are you in?,Year of birth?,"
        "How satisfied are you?,How many likely buyers do you know?\n"
        "2026/03/01 9:05:07 下午 GMT+8,9 - likely,2,1990,5 (very),0\n"
        "2026/03/02 9:05:07 上午 GMT+8,10 - very likely,5,1985,1,5\n"
    )
    used, torn = answers(written(tmp_path / "a.csv", text))
    assert [(one["kind"], one["score"]) for one in used] == [
        ("nps", "9"),
        ("satisfaction", "5"),
        ("nps", "10"),
        ("satisfaction", "1"),
    ]
    assert used[0]["answered_at"] == "2026/03/01 21:05:07+08:00" and not torn


def test_the_codes_and_ids_of_qualtrics_are_no_answers(tmp_path: Path) -> None:
    text = (
        "EndDate,ResponseId,Q1,Q2\n"
        "End Date,Response ID,How likely are you to recommend us?,Why?\n"
        '"{""ImportId"":""endDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}",x\n'
        "2026-03-01 10:00:00,R_1,10,good tea\n"
    )
    used, torn = answers(written(tmp_path / "a.csv", text))
    assert [(one["score"], one["comment"]) for one in used] == [("10", "good tea")] and not torn


def test_a_slip_of_the_keyboard_does_not_change_the_scale(tmp_path: Path) -> None:
    lines = [f"2026-03-01,{1 + n % 5}" for n in range(98)] + ["2026-03-01,55"]
    used, torn = answers(written(tmp_path / "a.csv", "Time?,Are you satisfied?\n" + "\n".join(lines) + "\n"))
    assert {one["scale_max"] for one in used} == {"5"} and len(used) == 98
    assert [one.reason for one in torn] == ["an answer that is not on the scale 1 to 5"]


@pytest.mark.parametrize(
    "text",
    [
        "member_id,answered_at,kind,score\n1,2026-03-01,nps,10\n",
        "会员编号,加入时间,推荐人\n1,2026-03-01,10\n2,2026-03-02,8\n",
        "user_id,joined_time,recommender\n1,2026-03-01,10\n2,2026-03-02,8\n",
        "sender,time,content\na,2026-02-01 10:00,would you recommend it?\n",
    ],
)
def test_other_tables_are_no_surveys(text: str, tmp_path: Path) -> None:
    assert recognise(written(tmp_path / "a.csv", text)) is None


def test_degrees_in_words_count_from_five_to_one(tmp_path: Path) -> None:
    given = ("满意", "不满意", "非常不满意", "一般", "说不清")
    lines = [f"2026-03-0{day},{word}\n" for day, word in enumerate(given, start=1)]
    used, torn = answers(written(tmp_path / "a.csv", "提交时间？,1、您对客服满意吗？\n" + "".join(lines)))
    assert [one["score"] for one in used] == ["4", "2", "1", "3"]
    assert {(one["kind"], one["scale_min"], one["scale_max"]) for one in used} == {("satisfaction", "1", "5")}
    assert [one.row for one in torn] == [6]
