"""Data that attacks: script, formulas, SQL, YAML tags, huge cells, letters that are not seen."""

from __future__ import annotations

import csv
import shutil
import time
import zipfile

import nbformat
import pytest

from helpers.community import Community, CommunityError, SettingsError
from helpers.community.importers import Export
from helpers.workbook import exports, report
from tests.workbook.notebooks import code, notebook
from tests.workbook.test_exports import DANGEROUS

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SCRIPTS = [
    "<script>window.pwned=1</script>",
    "<img src=x onerror='window.pwned=1'>",
    "</td></table></script><svg onload=window.pwned=1>",
    "[tea](javascript:window.pwned=1) ![x](x\" onerror=\"window.pwned=1)",
    "{{ 7*7 }} `<iframe srcdoc='<script>parent.pwned=1</script>'>`",
    "$<script>window.pwned=1</script>$",
]  # fmt: skip
SQL = ["'; drop table members; --", '"; drop view orders; --', "$$ or 1=1", "x' union select 1 --"]
SHOW = """from IPython.display import Markdown, display

from helpers.community import Community
from helpers.present import tables

community = Community.open(data, as_of=as_of, language=language)
for name in ("members", "contents", "groups", "orders"):
    frame = community.frame(name)
    display(frame, tables.show(frame.iloc[:, :6], about=community.about(name)))
    words = frame.select_dtypes(exclude=["number", "datetime"]).astype("object").fillna("")
    for text in words.astype(str).to_numpy().ravel():
        display(Markdown(text))
        print(text)
display(tables.show(community.findings(), about=community.about("findings")))"""


def community_of(folder, nasty, settings=""):
    """Write a community whose every name, post, header and bad value is one of the given texts."""
    tables = {
        "members": (
            ["member_id", "source", nasty[0]],
            [[f"{one} {n}", one, one] for n, one in enumerate(nasty)],
        ),
        "contents": (
            ["content_id", "published_at", "title", "text", "topic"],
            [[str(n), "2026-03-02", one, one, one] for n, one in enumerate(nasty)],
        ),
        "groups": (["group_id", "theme"], [[one, one] for one in nasty]),
        "orders": (
            ["order_id", "member_id", "ordered_at", "amount", "status", nasty[1]],
            [[f"{n}", f"{one} {n}", "2026-03-02", n + 1, one, one] for n, one in enumerate(nasty)]
            + [[f"x{n}", one, one, 1, "paid", one] for n, one in enumerate(nasty)],
        ),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    listed = "".join(f"  {name}: {name}.csv\n" for name in tables)
    (folder / "community.yml").write_text(f"{settings}tables:\n{listed}", encoding="utf-8")
    return folder


@pytest.mark.browser
@pytest.mark.notebook
@pytest.mark.once
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH (apt-get install chromium)")
def test_no_script_of_the_data_runs_in_a_report(tmp_path):
    from playwright.sync_api import sync_playwright

    settings = "privacy: {pseudonyms: false}\ntitle: '<script>window.pwned=1</script>'\n"
    data = community_of(tmp_path / "data", SCRIPTS, settings)
    chapters = tmp_path / "chapters" / "en"
    chapters.mkdir(parents=True)
    nbformat.write(notebook(code(SHOW)), chapters / "01_names.ipynb")
    made = report.make(str(data), folder=chapters.parent, out=tmp_path / "out", reveal=True)
    assert not made.failures
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        asked, opened = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
        for file in ("01_names.html", "index.html"):
            page.goto((made.folder / file).as_uri())
            page.wait_for_timeout(300)
            assert page.evaluate("window.pwned") is None
            assert page.evaluate("document.querySelectorAll('[onerror], [onload], iframe').length") == 0
            assert page.evaluate("document.querySelectorAll('[href^=\"javascript:\" i]').length") == 0
            assert page.evaluate("document.scripts.length") == 1
            assert "window.pwned" in page.inner_text("body")
        browser.close()
    assert not opened
    assert all(url.startswith(("file:", "data:")) for url in asked)
    assert {url.rpartition("/")[2] for url in asked if url.startswith("file:")} == {
        "01_names.html",
        "index.html",
    }


def test_formulas_in_every_list_are_texts(tmp_path):
    import openpyxl

    data = community_of(tmp_path / "data", DANGEROUS, "privacy: {pseudonyms: false}\n")
    community = Community.open(data)
    for name in ("members", "contents", "groups", "orders"):
        for kind, frame in (("rows", community.frame(name)), ("aside", community.quarantine(name))):
            path = exports.write_csv(frame, tmp_path / f"{name}_{kind}.csv")
            with path.open(encoding="utf-8-sig", newline="") as file:
                cells = [cell for row in csv.reader(file) for cell in row]
            assert not [cell for cell in cells if exports._STARTS_FORMULA.match(cell)]
            book = openpyxl.load_workbook(exports.write_xlsx(frame, tmp_path / f"{name}_{kind}.xlsx"))
            assert not [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(community.quarantine("orders")) == len(DANGEROUS)


def test_sql_in_headers_and_values_is_a_text(tmp_path):
    community = Community.open(community_of(tmp_path / "data", SQL, "privacy: {pseudonyms: false}\n"))
    account = community.quality().set_index("table")
    assert account.loc["members", "used"] == len(SQL)
    assert account.loc["orders", ["used", "set_aside"]].tolist() == [len(SQL), len(SQL)]
    assert sorted(community.frame("members")[SQL[0]]) == sorted(SQL)
    assert sorted(community.frame("groups")["group_id"]) == sorted(SQL)


@pytest.mark.parametrize(
    "text",
    [
        "title: !!python/object/apply:os.system ['touch {mark}']\ntables: {{orders: orders.csv}}",
        "tables: !!python/name:os.system\n",
        "title: !secret x\ntables: {{orders: orders.csv}}",
    ],
)
def test_a_tag_in_the_settings_runs_nothing(text, tmp_path):
    community_of(tmp_path, SQL)
    (tmp_path / "community.yml").write_text(text.format(mark=tmp_path / "mark"), encoding="utf-8")
    with pytest.raises(SettingsError):
        Community.open(tmp_path)
    assert not (tmp_path / "mark").exists()


@pytest.mark.once
def test_a_cell_of_ten_megabytes_is_one_cell(tmp_path):
    huge = "茶 =1+1<b>" * 1_000_000
    orders = "order_id,member_id,ordered_at,amount,note\n1,a,2026-03-01,1,ok\n"
    orders += f"2,b,2026-03-02,2,{huge}\n3,c,{huge},3,ok\n4,{huge},2026-03-03,4,ok\n"
    (tmp_path / "orders.csv").write_text(orders, encoding="utf-8")
    began = time.monotonic()
    community = Community.open(tmp_path)
    account = community.quality().iloc[0]
    assert account["rows_in"] == 4 == account["used"] + account["set_aside"]
    assert max(map(len, community.findings()["message"])) < 1000
    exports.write_csv(community.quarantine_list("orders"), tmp_path / "aside.csv")
    assert (tmp_path / "aside.csv").stat().st_size < 10_000
    exports.write_xlsx(community.quarantine("orders"), tmp_path / "aside.xlsx")
    assert time.monotonic() - began < 30


def test_names_and_headers_with_letters_that_are_not_seen(tmp_path):
    header = "\ufefforder_id\u200b,\u202emember_id\u202c,ordered\u200b_at,amount\u200f"
    rows = [
        "1,\u202eynnhoj,2026-03-01,1",
        "2,مريم,2026-03-02,2",
        "3,ann\u200b,2026-03-03,3",
        "4,ann,2026-03-04,4",
    ]
    (tmp_path / "orders.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    community = Community.open(tmp_path)
    assert community.quality()["used"].tolist() == [4]
    assert community.frame("orders")["member_id"].nunique() == 4


def test_ids_that_only_look_the_same_stay_apart_and_are_named(tmp_path):
    ids = ["Tea", "tea", "caf\u00e9", "cafe\u0301", "tea\u200b", "other"]
    rows = [f"{n},{one},2026-03-0{n + 1},5" for n, one in enumerate(ids)]
    header = "order_id,member_id,ordered_at,amount"
    (tmp_path / "orders.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    community = Community.open(tmp_path)
    assert community.frame("orders")["member_id"].nunique() == len(ids)
    said = community.findings().set_index("rule").loc["ids that look the same", "message"]
    assert said.startswith("5 ids:")
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "orders.csv").write_text("\n".join([header, *rows[-1:], rows[1]]), encoding="utf-8")
    assert "ids that look the same" not in set(Community.open(plain).findings()["rule"])


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/evil.json", "a/../../evil.json", "C:\\evil.json", "..\\evil"]
)
def test_a_zip_that_leads_out_is_refused(name, tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "[]")
    with pytest.raises(CommunityError, match="outside the zip"):
        _ = Export(path).names


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.json", b"\0" * (8 << 20))
    with pytest.raises(CommunityError, match="would unpack to"):
        _ = Export(path).names
