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


def recognise(path: Path) -> Importer | None:
    """Find the format of an export by its content.

    Parameters
    ----------
    path : pathlib.Path
        A file, a folder or a zip.

    Returns
    -------
    Importer or None
        The first importer, in the order of ``IMPORTERS``, that knows it.

    Taught in: 00 Start here
    """
    export = Export(path)
    for importer in IMPORTERS.values():
        try:
            if importer.packed in (None, export.packed) and importer.recognise(export):
                return importer
        except DataError:
            return None
    return None
