"""What a weekly report could not take from its store: said where the report is read."""

from __future__ import annotations

from helpers.community import Community
from helpers.community.privacy import cover
from helpers.present.language import some, translator


def notes(community: Community) -> list[str]:
    """Say that a store was discarded, which files were read whole, and which are gone.

    Parameters
    ----------
    community : Community
        Opened with a store or without one.

    Returns
    -------
    list of str
        Empty where only what is new was read, or where nothing was kept yet.

    Taught in: all
    """
    _ = translator({"language": community.language})
    read = community.reused()
    said = []
    if read.attrs.get("discarded"):
        said.append(
            _(
                "What was kept of earlier readings could not be used (it is damaged, or another version of "
                "the workbook wrote it), so every file was read anew. The figures do not depend on it."
            )
        )
    whole = read[(read["how"] == "whole") & (read["before"] > 0)]
    if len(whole):
        text = _(
            "Read whole, because they changed inside, are exports that grew, or hold new rows that change "
            "how the old ones are read: {files}. Rows that were changed or taken out of them change the past "
            "too."
        )
        names = dict.fromkeys(cover(name) for name in whole["file"])
        said.append(text.format(files=some(_, list(names), most=6)))
    if gone := read.attrs.get("gone"):
        text = _("No longer there, so that what they held counts no more, in the past either: {files}.")
        said.append(text.format(files=some(_, [cover(name) for name in gone], most=6)))
    return said
