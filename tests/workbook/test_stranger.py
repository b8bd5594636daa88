"""Three commands from a stranger's downloads to a report that makes sense, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from helpers.community import Community
from helpers.metrics import compliance, consistency, field_trends, lifecycle, mechanisms, traits
from helpers.models import lifetime_value, options, platform_choice, rfm
from helpers.present import plots, readings
from helpers.workbook import contacts
from helpers.workbook.cli import app
from helpers.workbook.run import ROOT
from tests.workbook import stranger

SAID = {
    "en": ("nobody can be matched", "not a number", "Look through"),
    "zh": ("无法对应到同一个人", "不是数字", "请检查"),
}
PRIVATE = [row[8] for row in stranger.orders()] + [row[7] for row in stranger.orders()]


def quick(*words: object, language: str) -> str:
    """Run a command in this process and return what it says; it must succeed."""
    done = CliRunner().invoke(app, [*map(str, words), "--language", language])
    assert done.exit_code == 0, done.output
    return done.output


def call(*words: object, language: str) -> str:
    """Run a command as it is typed and return what it says; it must succeed."""
    command = [sys.executable, "-m", "helpers", *map(str, words), "--language", language]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("home") / "春山茶铺"
    stranger.make(made)
    return made


def test_init_takes_the_three_files_for_one_table_and_the_log_for_a_chat(folder: Path) -> None:
    for language in ("en", "zh"):
        said = quick("init", folder, "--overwrite", language=language)
        assert SAID[language][2] in said
        tables = yaml.safe_load((folder / "community.yml").read_text(encoding="utf-8"))["tables"]
        assert [one["file"] for one in tables["orders"]] == [
            "三月上旬订单.xlsx",
            "三月下旬订单.xlsx",
            "四月订单.csv",
        ]
        assert tables["orders"][0]["columns"]["amount"] == "实付金额"
        assert tables["events"] == {"file": "春山茶友群.txt", "format": "qq"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_check_says_what_a_reader_must_know(folder: Path, language: str) -> None:
    quick("init", folder, "--overwrite", language=language)
    said = quick("check", folder, language=language)
    for words in SAID[language][:2]:
        assert words in said
    assert not any(secret in said for secret in PRIVATE)


def test_every_row_and_every_yuan_is_there(folder: Path) -> None:
    quick("init", folder, "--overwrite", language="zh")
    community = Community.open(folder)
    account = community.quality()
    assert (account["rows_in"] == account["used"] + account["set_aside"] + account["excluded"]).all()
    assert account.groupby("table")["rows_in"].sum()["orders"] == len(stranger.orders())
    assert account.groupby("table")["set_aside"].sum()["orders"] == 1
    kept = community.query("select sum(net) as net from orders where status is null or status <> 'cancelled'")
    assert Decimal(str(kept["net"].iloc[0])).quantize(Decimal("0.01")) == stranger.revenue()
    messages = community.query("select count(*) as n from events where event_type = 'message'")
    assert messages["n"].iloc[0] == stranger.chat()[1]
    notes = community.findings()
    assert "buyers not matched" in set(notes["rule"])
    assert not notes["rule"].str.startswith("not in").any()  # nothing is said to point nowhere


def test_nothing_is_drawn_or_advised_that_forty_orders_and_one_chat_cannot_bear(folder: Path) -> None:
    quick("init", folder, "--overwrite", language="zh")
    community = Community.open(folder, language="zh")
    criteria = platform_choice.criteria(community)  # one platform has nothing to be compared with
    assert plots.platform_criteria(criteria).too_little
    assert "只有一个平台" in readings.platform_criteria(criteria)
    assert "platform dependence" not in set(traits.signatures(community)["trait"])
    ways = mechanisms.participation(community)
    assert plots.mechanism_participation(ways).too_little
    assert "只有一种参与方式" in readings.mechanism_participation(ways)
    audit = consistency.audit(community, terms=["水温"])
    assert plots.message_consistency(audit).too_little
    assert "只有一处" in readings.message_consistency(audit)
    months = field_trends.monthly(community)  # no month but the first and the last, neither of them whole
    assert plots.field_shifts(months, changes=field_trends.changes(community)).too_little
    assert "没有哪个想法" in readings.innovation_options(options.weigh(community))
    assert lifetime_value.fit(community).problem  # eleven came back
    flags = compliance.flags(community)
    assert not flags.loc[flags["rule"] == "copies", "broken"].any()  # "good morning" is nobody's own


def test_nobody_is_to_be_written_to_where_the_contact_list_names_nobody(folder: Path) -> None:
    quick("init", folder, "--overwrite", language="en")
    community = Community.open(folder)
    assert contacts.contact_list(community).empty
    slipping = readings.rfm_segments(rfm.segments(community))
    assert "slipping away" in slipping
    states = lifecycle.states(community, dormant_after=3, lost_after=5)
    quiet = readings.life_cycle(states)
    assert "dormant members" in quiet
    for said in (slipping, quiet):
        assert "contact list of chapter 06" in said
        assert "write to" not in said.lower()


def test_states_read_off_two_weeks_of_chat_say_so(folder: Path) -> None:
    quick("init", folder, "--overwrite", language="en")
    states = lifecycle.states(Community.open(folder))
    said = readings.life_cycle(states)
    assert "in only 14 days of data" in said
    assert "may only be pausing" in said
    assert "come before the lost" not in said
    long = states.copy()
    long.attrs["about"] = {**states.attrs["about"], "watched": 200}
    assert "of this community's own members" in readings.life_cycle(long)


@pytest.mark.once
@pytest.mark.notebook
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_is_whole_and_holds_nobodys_data(folder: Path, tmp_path: Path, language: str) -> None:
    quick("init", folder, "--overwrite", language=language)
    assert SAID[language][1] in quick("check", folder, language=language)
    call("report", folder, "--notebooks", "01", "--out", tmp_path, language=language)
    report = tmp_path / folder.name
    pages = {path.name: path.read_text(encoding="utf-8") for path in report.rglob("*.html")}
    assert {"index.html", "01_definition.html"} <= set(pages)
    index = pages["index.html"]
    assert SAID[language][0] in index
    last = [row for row in stranger.orders() if row[6][:10] >= "2026-03-13"]  # the last 28 days
    money = sum(Decimal(r[3]) - Decimal(r[4]) for r in last if r[5] != "交易关闭" and r[3] != "待定")
    assert f"¥{money:,.0f}" in index
    for name, page in pages.items():
        assert 'class="failure"' not in page, name
        text = re.sub(r"base64,[A-Za-z0-9+/=]*", "", page)
        assert not any(secret in text for secret in PRIVATE), name
        assert not re.search(r"买家\d\d|茶友\d\d|2000\d\b|2001\d\b", text), name
