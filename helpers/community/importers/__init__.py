"""Importers: what platforms export, turned into the contract's tables. One module a format."""

from __future__ import annotations

from pathlib import Path

from helpers.community.errors import DataError
from helpers.community.importers import (
    chat_tsv,
    discord,
    discourse,
    irc,
    matomo,
    qq,
    shopify,
    slack,
    survey,
    taobao,
    telegram,
    wechat,
    wecom,
    youzan,
)
from helpers.community.importers.export import Export
from helpers.community.importers.importer import Importer

IMPORTERS: dict[str, Importer] = {
    one.IMPORTER.name: one.IMPORTER
    for one in (
        qq,
        wechat,
        wecom,
        taobao,
        youzan,
        shopify,
        matomo,
        survey,
        slack,
        telegram,
        discord,
        discourse,
        irc,
        chat_tsv,
    )
}

__all__ = ["IMPORTERS", "Export", "Importer", "recognise"]


def recognise(given: Path | Export) -> Importer | None:
    """Find the format of an export by its content.

    Parameters
    ----------
    given : pathlib.Path or Export
        A file, a folder or a zip. What is found out about an `Export` on the way need not be found out again
        by whoever reads it.

    Returns
    -------
    Importer or None
        The first importer, in the order of ``IMPORTERS``, that knows it.

    Taught in: 00 Start here
    """
    export = given if isinstance(given, Export) else Export(given)
    for importer in IMPORTERS.values():
        try:
            if importer.packed in (None, export.packed) and importer.recognise(export):
                return importer
        except DataError:
            return None
    return None
