from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import nbformat
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from nbconvert import HTMLExporter
from PIL import Image

from helpers.present import style

ABOUT = {"title": "Little Kettle", "simulated": True, "as_of": "2026-05-31", "language": "en"}
ROOT = Path(__file__).parents[2]
CHINESE = {**ABOUT, "title": "小茶壶", "language": "zh"}


def _draw(about: dict | None = None, title: str = "Members come back", **options) -> style.Picture:
    about = ABOUT if about is None else about
    with style.canvas(about, title=title, subtitle="share, all members", n=1234, **options) as (figure, axes):
        for panel in np.atleast_1d(axes).flat:
            panel.plot([1, 2, 3], [0.3, 0.2, 0.1])
    return style.picture(figure, about, alt="A falling line")


def _words(picture: style.Picture) -> list[str]:
    return [text.get_text() for text in picture.figure.texts]


def test_title_subtitle_and_foot_are_written() -> None:
    assert _words(_draw()) == [
        "Members come back",
        "share, all members",
        "simulated data",
        "Source: Little Kettle · n = 1,234 · as of 2026-05-31",
    ]


def test_chinese_foot() -> None:
    assert _words(_draw(CHINESE))[2:] == ["模拟数据", "来源：小茶壶 · n = 1,234 · 截至 2026-05-31"]


def test_real_data_bear_no_tag() -> None:
    picture = _draw({**ABOUT, "simulated": False})
    assert "simulated data" not in _words(picture)
    assert picture.alt == "A falling line"


def test_alt_of_simulated_data_says_so() -> None:
    assert _draw().alt == "A falling line (simulated data)"
    assert _draw(CHINESE).alt == "A falling line（模拟数据）"


def test_bundle_carries_image_text_and_alt() -> None:
    picture = _draw()
    data, metadata = picture._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]) == picture.png
    assert data["text/plain"] == picture.alt == repr(picture)
    assert metadata == {"image/png": {"alt": picture.alt, "width": 720}}


def test_alt_reaches_a_page() -> None:
    data, metadata = _draw()._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    cell = nbformat.v4.new_code_cell("1", outputs=[output])
    page, _resources = HTMLExporter(template_name="classic").from_notebook_node(
        nbformat.v4.new_notebook(cells=[cell])
    )
    assert 'alt="A falling line (simulated data)"' in page


def test_image_is_opaque_small_and_bears_no_software_name() -> None:
    png = _draw().png
    image = Image.open(io.BytesIO(png))
    assert image.mode == "P"
    assert "transparency" not in image.info and "Software" not in image.info
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert len(png) < 30_000


def test_two_processes_make_the_same_bytes() -> None:
    script = (
        "import hashlib; from tests.present import test_style as t;"
        "print(hashlib.sha256(t._draw(t.CHINESE, title='留存下降').png).hexdigest())"
    )
    here = hashlib.sha256(_draw(CHINESE, title="留存下降").png).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert there.stdout.strip() == here
    assert there.stderr == ""


def test_settings_of_others_are_left_alone() -> None:
    with mpl.rc_context({"font.size": 3, "axes.grid": False}):
        before = dict(mpl.rcParams)
        picture = _draw()
        assert dict(mpl.rcParams) == before
    assert picture.png == _draw().png


def test_character_outside_the_font_is_an_error_in_tests() -> None:
    with pytest.raises(UserWarning, match=r"Glyph .* missing"):
        _draw(CHINESE, title="罕见字：龘")


@pytest.mark.parametrize("title", ["A finding that goes on and on " * 6, "发现很长很长，还没有说完；" * 12])
@pytest.mark.parametrize("about", [ABOUT, CHINESE])
def test_nothing_is_clipped_however_long_the_title(title: str, about: dict) -> None:
    picture = _draw(about, title=title, cols=2)
    figure = picture.figure
    width, height = figure.get_size_inches() * figure.dpi
    boxes = [text.get_window_extent() for text in figure.texts]
    assert all(box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height for box in boxes)
    lowest_word = min(box.y0 for box in boxes[:-2])
    assert all(axes.get_tightbbox().y1 <= lowest_word for axes in picture.axes)
    assert "".join(_words(picture)).replace(" ", "").startswith(title.replace(" ", ""))


def test_no_line_begins_with_closing_punctuation() -> None:
    words = _words(_draw(CHINESE, title="这里有一句话，很长。" * 12))
    assert not any(line[0] in "，。" for line in words)


def test_dollar_signs_are_no_formula() -> None:
    picture = _draw(title="From $5 to $10")
    assert not any(text.get_parse_math() for text in picture.figure.findobj(Text))


def test_series_stay_apart_in_grey() -> None:
    light = [np.dot(to_rgb(colour), (0.299, 0.587, 0.114)) for colour in style.SERIES]
    assert np.diff(light).min() > 0.06


def test_too_little_data_is_said_and_not_drawn() -> None:
    picture = style.too_little(CHINESE, n=3)
    assert picture.alt == "数据太少，无法绘图（模拟数据）"
    assert "n = 3" in _words(picture)[-1]


def test_numbers_of_people_are_drawn_nowhere() -> None:
    with style.canvas(ABOUT, title="Group of 13812345678 leads", subtitle="a@example.com") as (figure, axes):
        axes.barh([0, 1], [1, 2], label="call 13812345678")
        axes.set_yticks([0, 1], ["13812345678", "tea"])
        axes.legend()
    picture = style.picture(figure, ABOUT, alt="The group of 13812345678 leads.")
    drawn = " ".join(text.get_text() for text in picture.figure.findobj(Text))
    assert "13812345678" not in drawn + picture.alt and "a@example.com" not in drawn
    assert drawn.count("[mobile number]") >= 3 and "tea" in drawn
