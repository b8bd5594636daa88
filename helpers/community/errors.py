"""What can go wrong with a community's data, said to the person who must mend it."""

from __future__ import annotations

from collections.abc import Iterable


class CommunityError(Exception):
    """Anything about the data or its settings that the person running the workbook can mend."""


class SettingsError(CommunityError):
    """Report a `community.yml` (or a parameter) that says something the workbook cannot follow."""


class DataError(CommunityError):
    """Report data that cannot be used as it is: which file, which column, which rows, and the remedy."""


class TruthMissing(CommunityError):
    """Report that the simulator's truth was asked of a community that was not simulated."""


class TableMissing(CommunityError):
    """Report that a question needs a table or columns that this community does not have.

    Parameters
    ----------
    table : str
        Name of the missing table in the contract.
    columns : iterable of str, optional
        Missing columns of that table; the table's required columns when the whole table is missing.
    """

    def __init__(self, table: str, columns: Iterable[str] = ()) -> None:
        self.table = table
        self.columns = tuple(columns)
        wanted = ", ".join(self.columns) or "its required columns"
        super().__init__(
            f"This needs the table {table} with {wanted}. "
            f"Add the file to the folder and name it under tables.{table} in community.yml."
        )
