"""The knobs of a notebook: read its parameters cell, and refuse what it does not know before it runs."""

from __future__ import annotations

import ast
import datetime as dt
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from helpers.community.errors import SettingsError
from helpers.community.sentences import NOTHING, Sentence
from helpers.community.sentences import mark as _


@dataclass(frozen=True)
class Knob:
    """One parameter of a notebook, as its parameters cell declares it.

    Parameters
    ----------
    name : str
        Its name.
    default : object
        Its value when nobody sets it.
    help : str
        The comment that trails its line.
    """

    name: str
    default: Any
    help: str

    @property
    def kind(self) -> str:
        """What a value must be, in words."""
        if self.default is None:
            return _("a date (YYYY-MM-DD) or None") if self._is_date else _("a value or None")
        words = {bool: _("true or false"), int: _("a whole number"), float: _("a number"), str: _("a text")}
        if self._is_date:
            return _("a date (YYYY-MM-DD)")
        return words.get(type(self.default), _("a Python value"))

    @property
    def _is_date(self) -> bool:
        return self.name == "as_of" or (isinstance(self.default, str) and _date(self.default) is not None)

    def read(self, value: Any) -> Any:
        """Turn a value from the command line into what the notebook expects.

        Raises
        ------
        SettingsError
            When it is of another kind; the message names the kind wanted.
        """
        plain = value.strip() if isinstance(value, str) else value
        if self.default is None and plain in (None, "None", ""):
            return None
        try:
            return self._read(plain)
        except (TypeError, ValueError, SyntaxError):
            comment = f" ({self.help})" if self.help else ""
            raise SettingsError(
                _("Parameter {name}: {value!r} is not {kind}{comment}. The default is {default!r}."),
                name=self.name,
                value=value,
                kind=Sentence(self.kind),
                comment=comment,
                default=self.default,
            ) from None

    def _read(self, value: Any) -> Any:
        if self._is_date:
            if isinstance(value, dt.date) or _date(str(value)) is not None:
                return str(value)[:10]
            raise ValueError
        if isinstance(self.default, bool):
            return _truth(value)
        if isinstance(self.default, int | float):
            return _number(value, type(self.default))
        if isinstance(self.default, str):
            return _text(value)
        parsed = _literal(value)
        if self.default is not None and not isinstance(parsed, type(self.default)):
            raise ValueError
        return parsed


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _truth(value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if str(value).lower() not in words:
        raise ValueError
    return words[str(value).lower()]


def _number(value: Any, kind: type[int] | type[float]) -> int | float:
    if isinstance(value, bool):
        raise ValueError
    if kind is int and isinstance(value, float):
        raise ValueError
    return kind(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _literal(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value


def knobs(notebook: NotebookNode) -> dict[str, Knob]:
    """List the parameters of a notebook, in the order of its parameters cell.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook.

    Returns
    -------
    dict of str to Knob
        Empty when no cell is tagged `parameters`.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> tag = {"tags": ["parameters"]}
    >>> cell = new_code_cell('data = "demo"  # demo, or a folder', metadata=tag)
    >>> knobs(new_notebook(cells=[cell]))["data"]
    Knob(name='data', default='demo', help='demo, or a folder')

    Taught in: all
    """
    from papermill.inspection import _infer_parameters  # its public form reads only from a path

    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if not cells:
        return {}
    alone = NotebookNode(cells=cells[:1], metadata={"kernelspec": {"name": "python3", "language": "python"}})
    return {
        found.name: Knob(found.name, _literal(found.default), found.help)
        for found in _infer_parameters(alone)
    }


def choose(notebooks: Mapping[str, NotebookNode], given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Share the given parameters out over the notebooks that know them.

    Parameters
    ----------
    notebooks : dict of str to NotebookNode
        The notebooks that will run, by name.
    given : dict of str to object
        Values by parameter name; texts are read as what the notebook expects.

    Returns
    -------
    dict of str to dict
        For each notebook the parameters to set.

    Raises
    ------
    SettingsError
        When no notebook knows a name (the message lists the known ones) or a value is of the wrong kind.

    Taught in: all
    """
    declared = {name: knobs(notebook) for name, notebook in notebooks.items()}
    known = {knob.name: knob for own in declared.values() for knob in own.values()}
    unknown = [name for name in given if name not in known]
    if unknown:
        raise _unknown(unknown[0], known.values())
    return {
        notebook: {name: own[name].read(value) for name, value in given.items() if name in own}
        for notebook, own in declared.items()
    }


def _unknown(name: str, known: Iterable[Knob]) -> SettingsError:
    lines = [
        f"  {knob.name} = {knob.default!r}" + (f"  # {knob.help}" if knob.help else "") for knob in known
    ]
    near = difflib.get_close_matches(name, [knob.name for knob in known], n=1, cutoff=0.5)
    guess = Sentence(_(" Did you mean {name}?"), name=near[0]) if near else NOTHING
    text = _("No notebook has a parameter {name!r}.{guess} Known are:\n{known}")
    return SettingsError(text, name=name, guess=guess, known="\n".join(lines))
