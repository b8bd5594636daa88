"""A reader's first minutes: open a chapter in JupyterLab, run all, see figures. Needs a Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlparse

import nbformat
import pytest

from tests.workbook.notebooks import code, notebook, text

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHAPTER = Path(__file__).resolve().parents[2] / "notebooks" / "en" / "00_start_here.ipynb"
LONGEST = 240  # seconds, on a machine that does other things as well
PLAIN = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"}}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.notebook,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH (apt-get install chromium)"),
]

TINY = notebook(
    text("## A figure"),
    code("import matplotlib.pyplot as plt\n\nplt.figure(figsize=(3, 2))\nplt.plot([1, 2])"),
    code("print('the end')"),
)


def blank(chapter):
    """Take the outputs out, so that what is seen was made here, and unfold what hides its prompt."""
    for cell in chapter.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("jupyter", None)
    return chapter


@pytest.fixture
def lab(tmp_path):
    """Start JupyterLab on a folder with the chapter and give its address."""
    root, runtime = tmp_path / "root", tmp_path / "runtime"
    for folder in (root, runtime):
        folder.mkdir()
    chapter = nbformat.read(CHAPTER, as_version=4) if CHAPTER.exists() else TINY
    nbformat.write(blank(chapter), root / "chapter.ipynb")
    for plugin, settings in PLAIN.items():
        path = tmp_path / "settings" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings), encoding="utf-8")
    environment = {
        **os.environ,
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    options = ["--no-browser", "--ip=127.0.0.1", "--port=0", f"--ServerApp.root_dir={root}", "--allow-root"]
    options += ["--IdentityProvider.token=", "--LabApp.news_url=None", "--LabApp.check_for_updates_class="
                "jupyterlab.handlers.announcements.NeverCheckForUpdate"]  # fmt: skip
    with (tmp_path / "lab.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=log
        )
        try:
            yield address(runtime, server)
        finally:
            server.terminate()
            server.wait(20)


def address(runtime, server):
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text(encoding="utf-8"))["url"]
            except ValueError:
                pass  # half written
        time.sleep(0.2)
    raise AssertionError("JupyterLab did not start")


def wait_for(said, question, seconds=LONGEST):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if question():
            return
        time.sleep(0.5)
    raise AssertionError(said)


def test_a_chapter_runs_in_the_browser_and_shows_its_figures(lab, tmp_path):
    from playwright.sync_api import Error as PlaywrightError
    from playwright.sync_api import sync_playwright

    cells = nbformat.read(tmp_path / "root" / "chapter.ipynb", as_version=4).cells
    codes = sum(cell.cell_type == "code" for cell in cells)
    asked = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{lab}lab/tree/chapter.ipynb?reset")
        notebook_panel = page.locator(".jp-Notebook")
        notebook_panel.wait_for(timeout=60_000)
        prompts = notebook_panel.locator(".jp-CodeCell .jp-InputPrompt")
        wait_for("the cells did not appear", lambda: prompts.count() == codes, 60)

        def started():
            return any(text not in ("[ ]:", "") for text in prompts.all_inner_texts())

        def run_all():
            # The first click may come before the kernel is ready: click until a prompt changes.
            for button in page.locator(".jp-Dialog .jp-mod-accept").all():
                button.click(timeout=2_000)
            try:
                page.get_by_role("menuitem", name="Run", exact=True).click(timeout=5_000)
                page.get_by_role("menuitem", name="Run All Cells", exact=True).click(timeout=5_000)
            except PlaywrightError:  # a dialog came in between
                return False
            time.sleep(2)
            return started()

        wait_for("Run All did nothing", run_all, 60)
        wait_for(
            "not every cell ran",
            lambda: all(text.strip("[]: ").isdigit() for text in prompts.all_inner_texts()),
        )
        outputs = notebook_panel.locator(".jp-OutputArea-output")
        pictures = notebook_panel.locator(".jp-OutputArea-output img")
        assert outputs.count() >= 2
        assert pictures.count() >= 1
        assert all(picture.evaluate("image => image.naturalWidth") > 100 for picture in pictures.all())
        for kind in ("stderr", "error"):
            assert notebook_panel.locator(f'[data-mime-type="application/vnd.jupyter.{kind}"]').count() == 0
        browser.close()
    outside = {urlparse(url).netloc for url in asked if url.startswith("http")} - {urlparse(lab).netloc}
    assert not outside
