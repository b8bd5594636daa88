"""What every chapter keeps to, so that learner, trainer and analyst can all rely on it."""

from __future__ import annotations

import ast
import builtins
import json
import re
from itertools import pairwise

import pytest

from tests.notebooks.chapters import (
    CONCEPTS,
    EXERCISES,
    NAMES,
    NOTEBOOKS,
    chapter,
    exercise_name,
    tags,
)

CODE_LINES = 12
CELLS = 45  # that a reader goes through; exercises, solutions, trainer's notes and asides come on top
ASIDE = 80  # words at most: a prompt to predict or a small example, in prose that a report leaves out
BYTES = 560_000
LESSON_TALK = re.compile(r"\bBefore you (?:run|look)\b|\bby hand\b|\bimagine\b|\btake six\b", re.I)
KNOWN_TAG = re.compile(
    r"parameters|exercise|solution|teaching|notes|concept:[A-Z]\d+|needs:[a-z]+(\.[a-z_]+(=[a-z_]+|(\|[a-z_]+)*))?|raises-exception"
)
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
HEADING = re.compile(r"^(#{1,6})\s+(.+)$", re.M)
PARAMETER = re.compile(r"[a-z_]+ = [^#]+  # \S.*")
ABSOLUTE = re.compile(r"(?<![\w.:/])/(?:home|root|Users|tmp|var|work|usr|opt)/|\b[A-Z]:\\\\")
NUMBER = re.compile(
    r"\d+(?:\.\d+)?\s?%|(?<![\w.])\d+\.\d+(?![\w.])|\b\d{1,3}(?:,\d{3})+\b|[¥$€£]\s?\d|\b\d{3,}\s(?:members|buyers|orders|events)"
)
FIXED = re.compile(
    r"95\s?%|90-9-1|(?<!\d)(?:0|50|100)\s?%"
)  # confidence level, names of rules, ends of a scale
NOT_TEXT = re.compile(r"```.*?```|`[^`]*`|\$[^$\n]+\$|<[^>]+>|\]\([^)]*\)", re.S)

each_chapter = pytest.mark.parametrize("name", NAMES)


def code(name):
    return [cell for cell in chapter(name).cells if cell.cell_type == "code"]


def prose(name):
    return [cell for cell in chapter(name).cells if cell.cell_type == "markdown"]


def where(name, cell):
    return f"{name}, cell {cell.id}: {cell.source[:60]!r}"


def is_aside(cell):
    """Say whether a cell is a short lesson: a prompt, or a calculation by hand beside the one that counts."""
    short = cell.cell_type == "code" or len(cell.source.split()) <= ASIDE
    return "teaching" in tags(cell) and short


def headings(name):
    for cell in prose(name):
        text = re.sub(r"```.*?```", "", cell.source, flags=re.S)
        for marks, title in HEADING.findall(text):
            yield len(marks), title, cell


def test_the_chapters_are_there():
    assert {"00_start_here", "02_positioning", "06_evaluation"} <= set(NAMES)


@each_chapter
def test_the_kernel_is_plain_python_and_the_format_has_ids(name):
    notebook = chapter(name)
    assert notebook.metadata.kernelspec == {
        "display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"
    }  # fmt: skip
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    assert set(notebook.metadata) <= {"kernelspec", "language_info", "title", "authors"}


@each_chapter
def test_cell_ids_are_stable_names(name):
    ids = [cell.id for cell in chapter(name).cells]
    assert len(set(ids)) == len(ids)
    for given in ids:
        assert re.fullmatch(r"[a-zA-Z0-9_.-]{2,64}", given), given
        assert not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f-]+)?", given), f"{given} was made by a machine"


@each_chapter
def test_the_first_code_cell_holds_the_parameters(name):
    first = code(name)[0]
    assert tags(first) == ["parameters"]
    lines = first.source.splitlines()
    for line in lines:
        assert PARAMETER.fullmatch(line), f"{name}: {line!r} wants 'name = value  # what it is'"
    assert lines[0].startswith('data = "demo"  #')
    assert lines[1].startswith("as_of = None  #")
    assert lines[2].startswith('language = "en"  #')


@each_chapter
def test_the_second_code_cell_opens_the_community(name):
    assert "Community.open(data, as_of=as_of, language=language)" in code(name)[1].source
    assert tags(code(name)[1]) == []


@each_chapter
def test_code_cells_are_short(name):
    for cell in code(name):
        assert len([line for line in cell.source.splitlines() if line.strip()]) <= CODE_LINES, where(
            name, cell
        )


@each_chapter
def test_a_chapter_has_a_readable_length(name):
    """An aside belongs to its neighbour: it is a cell of its own only so that reports can leave it out."""
    read = [
        cell
        for cell in chapter(name).cells
        if not {"exercise", "solution", "notes"} & set(tags(cell)) and not is_aside(cell)
    ]
    assert len(read) <= CELLS * max(1, len(CONCEPTS.get(name, [])) / 8), len(read)
    assert (NOTEBOOKS / f"{name}.ipynb").stat().st_size <= BYTES * max(1, len(CONCEPTS.get(name, [])) / 8)


@each_chapter
def test_tags_are_known(name):
    for cell in chapter(name).cells:
        for tag in tags(cell):
            assert KNOWN_TAG.fullmatch(tag), f"{where(name, cell)} has {tag!r}"


@each_chapter
def test_needs_name_tables_of_the_contract(name):
    from helpers.community.contract import TABLES

    for cell in chapter(name).cells:
        for tag in tags(cell):
            table, _, column = tag.removeprefix("needs:").partition(".")
            if tag.startswith("needs:"):
                assert table in TABLES, where(name, cell)
                columns = {part.partition("=")[0] for part in column.split("|") if part}
                assert columns <= set(TABLES[table].names), where(name, cell)


@each_chapter
def test_every_cell_ran_in_order(name):
    assert [cell.execution_count for cell in code(name)] == list(range(1, len(code(name)) + 1))


@each_chapter
def test_outputs_hold_no_error_no_warning_and_no_address(name):
    for cell in code(name):
        for output in cell.outputs:
            assert output.output_type != "error", where(name, cell)
            assert output.get("name") != "stderr", where(name, cell)
            shown = json.dumps(
                {**output, "data": {k: v for k, v in output.get("data", {}).items() if "image" not in k}}
            )
            assert not re.search(r"\bat 0x[0-9a-f]+", shown), where(name, cell)


@each_chapter
def test_no_path_of_a_machine_is_committed(name):
    for cell in chapter(name).cells:
        texts = [cell.source]
        for output in cell.get("outputs", []):
            texts += [
                output.get("text", ""),
                *(v for k, v in output.get("data", {}).items() if "image" not in k),
            ]
        for text in texts:
            assert not ABSOLUTE.search(str(text)), where(name, cell)


@each_chapter
def test_every_picture_has_an_alt_text(name):
    for cell in code(name):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                alt = output.metadata.get("image/png", {}).get("alt", "")
                assert len(alt) > 20, where(name, cell)
                assert alt == output.data["text/plain"], where(name, cell)


@each_chapter
def test_headings_descend_one_level_at_a_time(name):
    levels = [level for level, _title, _cell in headings(name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    for above, below in pairwise(levels):
        assert below <= above + 1, f"{name}: a heading of level {below} under one of level {above}"


@each_chapter
def test_every_cell_has_its_place_in_the_slides(name):
    for cell in chapter(name).cells:
        assert cell.metadata.get("slideshow", {}).get("slide_type") in SLIDES, where(name, cell)
    assert sum(cell.metadata.slideshow.slide_type == "slide" for cell in chapter(name).cells) >= 5


@each_chapter
def test_the_trainer_finds_notes(name):
    notes = [cell for cell in prose(name) if "notes" in tags(cell)]
    assert len(notes) >= max(1, len(CONCEPTS.get(name, [])) // 4)
    for cell in notes:
        assert cell.metadata.slideshow.slide_type == "notes", where(name, cell)


@each_chapter
def test_the_chapter_opens_and_closes_with_what_one_can_do(name):
    texts = [cell.source for cell in prose(name) if "notes" not in tags(cell)]
    opening = next(text for text in texts if re.search(r"^\s*[-*] ", text, re.M))
    aims = re.findall(r"^[-*] (.+)$", opening, re.M)
    assert 3 <= len(aims) <= 5, f"{name} opens with {len(aims)} aims"
    assert any(re.search(r"\bminutes\b", text) for text in texts[:4])
    assert any(
        re.search(r"your own (data|community)", title, re.I) for _level, title, _cell in headings(name)
    )
    lists = [re.findall(r"^[-*] (.+)$", text, re.M) for text in texts]
    assert any(len(found) == len(aims) and found != aims for found in lists[-8:]), (
        f"{name} does not close with its aims"
    )


@pytest.mark.parametrize(("name", "concepts"), [(n, c) for n, c in CONCEPTS.items() if n in NAMES])
def test_every_concept_is_taught(name, concepts):
    taught = [
        tag.removeprefix("concept:")
        for cell in chapter(name).cells
        for tag in tags(cell)
        if tag.startswith("concept:")
    ]
    assert sorted(set(taught)) == sorted(concepts)


def sections(name):
    """Cut a chapter at its second-level headings."""
    parts = []
    for cell in chapter(name).cells:
        if cell.cell_type == "markdown" and re.match(r"##\s", cell.source):
            parts.append([])
        if parts:
            parts[-1].append(cell)
    return parts


@pytest.mark.parametrize("name", [n for n in CONCEPTS if n in NAMES])
def test_a_concept_is_asked_computed_shown_and_read(name):
    for part in sections(name):
        taught = {tag for cell in part for tag in tags(cell) if tag.startswith("concept:")}
        if not taught:
            continue
        shown = [
            kind for cell in part for output in cell.get("outputs", []) for kind in output.get("data", {})
        ]
        assert part[0].cell_type == "markdown", where(name, part[0])
        assert {"image/png", "text/html"} & set(shown), f"{name}: {taught} shows neither figure nor table"
        assert "text/markdown" in shown, f"{name}: {taught} is not read aloud by a computed sentence"


@pytest.mark.parametrize(("name", "least"), [(n, m) for n, m in EXERCISES.items() if n in NAMES])
def test_there_are_enough_exercises(name, least):
    named = [exercise_name(cell) for cell in code(name) if "exercise" in tags(cell)]
    assert len([given for given in named if given]) >= least


@each_chapter
def test_every_exercise_is_followed_by_its_folded_solution(name):
    cells = [
        cell for cell in code(name) if {"exercise", "solution"} & set(tags(cell)) and exercise_name(cell)
    ]
    asked = [exercise_name(cell) for cell in cells if "exercise" in tags(cell)]
    solved = [exercise_name(cell) for cell in cells if "solution" in tags(cell)]
    assert asked == solved
    assert len(set(asked)) == len(asked)
    for cell in cells:
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        assert hidden is ("solution" in tags(cell)), where(name, cell)
        if "exercise" in tags(cell):
            assert "..." in cell.source, where(name, cell)


@each_chapter
def test_prose_types_no_number_that_data_could_change(name):
    for cell in prose(name):
        if {"teaching", "exercise", "solution", "notes"} & set(tags(cell)):
            continue
        text = FIXED.sub("", NOT_TEXT.sub("", cell.source))
        found = NUMBER.findall(text)
        assert not found, f"{where(name, cell)} types {found}"


LESSON = {"teaching", "exercise", "solution", "notes"}


@each_chapter
def test_prose_of_a_report_speaks_of_no_lesson(name):
    """Prompts to predict and small examples are tagged teaching: an analyst's page has neither."""
    for cell in prose(name):
        if not LESSON & set(tags(cell)):
            found = LESSON_TALK.findall(cell.source)
            assert not found, f"{where(name, cell)} says {found}"


def names_of(source):
    """Return the names that a cell sets, and those that it reads before setting them itself."""
    tree = ast.parse(source)
    inner = {
        given.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        for given in [*node.args.args, *node.args.kwonlyargs]
    }
    sets, reads = set(), set()
    for statement in tree.body:
        nodes = list(ast.walk(statement))
        own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        made = {
            (alias.asname or alias.name).split(".")[0]
            for node in nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        made |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        loads = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        loops = {
            node.id
            for part in nodes
            if isinstance(part, ast.comprehension | ast.For)
            for node in ast.walk(part.target)
            if isinstance(node, ast.Name)
        }
        inside = own if hasattr(statement, "body") else set()
        reads |= loads - sets - inner - loops - made - inside
        sets |= own | made
    return sets, reads


@each_chapter
def test_what_a_cell_reads_is_there_whenever_the_cell_is(name):
    """In an analyst's run lessons and cells without their tables are gone: what they set is gone too."""
    made = {}
    known = set(dir(builtins)) | {"display", "get_ipython"}
    for cell in code(name):
        sets, reads = names_of(cell.source)
        marks = set(tags(cell))
        needs = {tag for tag in marks if tag.startswith("needs:")}
        for read in reads - known:
            assert read in made, f"{where(name, cell)} reads {read}, which nothing sets before"
            fits = [
                lesson <= bool(marks & LESSON) and asked <= needs | {need.split(".")[0] for need in needs}
                for lesson, asked in made[read]
            ]
            assert any(fits), f"{where(name, cell)} reads {read}, which only {made[read]} sets"
        for given in sets:
            made.setdefault(given, []).append((bool(marks & LESSON), needs))


@each_chapter
def test_terms_come_with_their_chinese(name):
    text = "\n".join(cell.source for cell in prose(name))
    terms = re.findall(r"\*\*[^*\n]+\*\*\s?[（(][\u4e00-\u9fff]", text)
    assert len(terms) >= len(CONCEPTS.get(name, [])) // 2


@each_chapter
def test_the_code_shows_nothing_twice_and_hides_nothing(name):
    for cell in code(name):
        assert not cell.source.rstrip().endswith(";"), where(name, cell)
        assert not re.search(r"^\s*[%!]", cell.source, re.M), where(name, cell)
        assert not re.search(r"plt\.show|warnings\.(filter|simplefilter)", cell.source), where(name, cell)
