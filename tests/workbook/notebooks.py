"""Small notebooks for the tests of the workbook floor."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = """data = "demo"  # demo, or a folder with community.yml
as_of = None  # last day to count
language = "en"  # en or zh
weeks = 4  # how many weeks to look back
share = 0.5  # a share of members
deep = False  # look deeper"""


def text(source: str, *tags: str) -> NotebookNode:
    return new_markdown_cell(source, metadata={"tags": list(tags)})


def code(source: str, *tags: str) -> NotebookNode:
    return new_code_cell(source, metadata={"tags": list(tags)})


def notebook(*cells: NotebookNode, parameters: str = PARAMETERS) -> NotebookNode:
    """Make a notebook with a title, a parameters cell and the given cells; ids are stable."""
    made = new_notebook(
        cells=[text("# A chapter"), code(parameters, "parameters"), *cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    for place, cell in enumerate(made.cells):
        cell.id = f"cell-{place}"
    return made
