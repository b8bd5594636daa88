"""What is planted in every corner of a community is nowhere in what a run writes and says."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from matplotlib.text import Text
from typer.testing import CliRunner

from helpers.community import Community, CommunityError
from helpers.present import style
from helpers.workbook import exports, report, summary
from helpers.workbook.cli import app
from helpers.workbook.edition import edition
from tests.workbook.notebooks import code, notebook
from tests.workbook.planted import plant, seen

SHOW = """from IPython.display import Markdown, display

from helpers.community import Community
from helpers.present import tables

community = Community.open(data, as_of=as_of, language=language)
display(tables.show(community.findings(), about=community.about("findings")))
for sql in (
    "select title, text, topic, author_id from contents",
    "select name from campaigns",
    "select theme, group_id from groups",
    "select comment, member_id from surveys",
    "select event_type, group_id, member_id, mentions from events",
    "select status, category, member_id from orders",
):
    frame = community.query(f"{sql} limit 70")
    display(frame, tables.show(frame, about=community.about("rows")))
    print(frame.to_csv())
    display(Markdown(frame.iloc[0].astype(str).str.cat(sep=", ")))"""


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "kettle"
    markers = plant(folder)
    assert len(markers) > 1000
    return folder, markers


def test_the_check_tells_the_form_and_reveals_on_demand(planted):
    folder, markers = planted
    told = CliRunner().invoke(app, ["check", str(folder)])
    assert told.exit_code == 0
    assert seen([], markers, told.output) == {}
    assert '"00000000000"' in told.output
    revealed = CliRunner().invoke(app, ["check", str(folder), "--reveal"])
    assert len(seen([], markers, revealed.output)) > 5
    assert "--reveal" in CliRunner().invoke(app, ["check", "--help"]).output


def test_init_and_refusals_repeat_nothing(planted, tmp_path):
    folder, markers = planted
    copy = shutil.copytree(folder, tmp_path / "copy")
    said = CliRunner().invoke(app, ["init", str(copy), "--overwrite"]).output
    lines = [
        f"{one},{two},{one}" for one, two in zip(sorted(markers)[:50], sorted(markers)[50:100], strict=True)
    ]
    (copy / "orders.csv").write_text("\n".join(["order_id,member_id", *lines]), encoding="utf-8")
    for settings in (
        "tables: {orders: orders.csv}",
        "tables: {orders: {file: orders.csv, columns: {amount: cost}}}",
    ):
        (copy / "community.yml").write_text(settings, encoding="utf-8")
        with pytest.raises(CommunityError):
            Community.open(copy)
        said += CliRunner().invoke(app, ["check", str(copy)]).output
        said += CliRunner().invoke(app, ["report", str(copy), "--out", str(tmp_path / "out")]).output
    assert seen([], markers, said) == {}


def test_the_lists_hold_nothing_unless_revealed(planted, tmp_path):
    folder, markers = planted
    community = Community.open(folder)
    names = list(community.quality()["table"].unique())
    hidden, revealed = tmp_path / "hidden", tmp_path / "revealed"
    assert summary._quarantine(community, hidden, names, reveal=False)
    people = community.query("select member_id from people order by member_id limit 40")
    exports.write_csv(people, hidden / "people.csv")
    exports.write_xlsx(people, hidden / "people.xlsx")
    assert seen([hidden], markers) == {}
    assert summary._quarantine(community, revealed, names, reveal=True)
    assert len(seen([revealed], markers)) > 100
    texts = community.query("select title, text from contents").to_csv()
    texts += community.query("select theme from groups").to_csv() + community.frame("campaigns").to_csv()
    texts += community.query("select comment from surveys").to_csv()
    assert seen([], markers, texts) == {}


@pytest.mark.once
def test_no_figure_draws_what_was_planted(planted, monkeypatch):
    folder, markers = planted
    drawn = []

    def note(figure, *, save=style._png):
        drawn.extend(text.get_text() for text in figure.findobj(Text))
        return save(figure)

    monkeypatch.setattr(style, "_png", note)
    community = Community.open(folder)
    (chapter,) = report.notebooks(
        "en", names=["02"]
    ).values()  # its figures draw topics, sources and categories
    names = {"display": lambda *_shown: None, "data": str(folder)}
    for cell in edition(chapter, community).cells:
        if cell.cell_type == "code":
            exec(cell.source.replace('data = "demo"', ""), names)
    words = "\n".join(drawn)
    assert "friend" in words
    assert words.count("[mobile number]") > 5  # a topic that held one was drawn
    assert seen([], markers, words) == {}


@pytest.mark.once
@pytest.mark.notebook
def test_nothing_planted_reaches_a_report(planted, tmp_path, capsys):
    folder, markers = planted
    chapters = tmp_path / "chapters" / "en"
    chapters.mkdir(parents=True)
    stops = notebook(
        code("import csv"),
        code("rows = list(csv.DictReader(open(f'{data}/members.csv', encoding='utf-8')))"),
        code("raise ValueError('call ' + rows[0]['手机号'])"),
    )
    nbformat.write(notebook(code(SHOW)), chapters / "01_shown.ipynb")
    nbformat.write(stops, chapters / "02_stops.ipynb")
    made = report.make(str(folder), folder=chapters.parent, out=tmp_path / "out")
    assert [str(one) for one in made.failures] == [
        "02_stops, cell [5] under “A chapter”: ValueError: call [mobile number]"
    ]
    kinds = {path.suffix for path in made.folder.rglob("*") if path.is_file()}
    assert {".html", ".ipynb", ".csv"} <= kinds
    told = capsys.readouterr()
    assert seen([made.folder], markers, told.out + told.err + str(made.missing)) == {}
