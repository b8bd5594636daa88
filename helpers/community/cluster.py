"""Clusters: which Spark a community asks, and which of its tables lie there."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.community.errors import DataError, SettingsError
from helpers.community.keys import Reader
from helpers.community.sentences import mark as _
from helpers.community.spark_tables import Named

if TYPE_CHECKING:
    from helpers.community.settings import Settings, TableSource

TABLE = re.compile(r"\w+(\.\w+){0,2}")


@dataclass(frozen=True)
class Cluster:
    """Say which Spark is asked: a Connect server, a master, or whatever the environment names."""

    remote: str | None = None
    master: str | None = None
    path: str | None = None


def cluster_of(given: object, at: str) -> Cluster | None:
    """Read the key ``spark`` of `community.yml`; None when there is none.

    Examples
    --------
    >>> cluster_of({"remote": "sc://spark.example.org:15002"}, "community.yml").remote
    'sc://spark.example.org:15002'
    """
    if given is None:
        return None
    reader = Reader(given, "spark", at)
    remote, master, path = reader.text("remote"), reader.text("master"), reader.text("path")
    reader.finish()
    if remote is not None and (not remote.startswith("sc://") or "token=" in remote.lower()):
        # What is said of it may not hold the token.
        raise SettingsError(
            _(
                "{at}: spark.remote: expected an address like sc://spark.example.org:15002, without a "
                "token. Put an address with a token into the environment variable SPARK_REMOTE and leave "
                "remote out."
            ),
            at=at,
        )
    if remote and master:
        raise SettingsError(_("{at}: spark: name either remote or master, not both."), at=at)
    return Cluster(remote, master, path)


def table_of(reader: Reader, where: str, at: str) -> str | None:
    """Read the key ``spark`` of one table: its name in Spark's catalog."""
    name: str | None = reader.text("spark")
    if name is not None and not TABLE.fullmatch(name):
        raise SettingsError(
            _("{at}: {where}.spark: expected the name of a table like shop.events, found {name!r}."),
            at=at,
            where=where,
            name=name,
        )
    return name


def session_for(cluster: Cluster) -> Any:
    """Start a session, or take the one that runs.

    Parameters
    ----------
    cluster : Cluster
        Where Spark is. With neither an address nor a master, the environment variables ``SPARK_REMOTE`` or
        ``SPARK_MASTER`` say it.

    Returns
    -------
    pyspark.sql.SparkSession
        A session whose zone is UTC.

    Raises
    ------
    SettingsError
        When Spark is not installed.
    """
    # Spark says at every start that it was tested with an older pandas; no frame of pandas goes through it.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SettingsError(
            _('Spark is not installed. Run: python -m pip install -e ".[spark]" (it needs Java 17 or 21).')
        ) from None
    builder = SparkSession.builder
    if cluster.remote:
        builder = builder.remote(cluster.remote)
    else:
        if cluster.master:
            builder = builder.master(cluster.master)
        if (cluster.master or "local").startswith("local"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.appName("community").config("spark.ui.showConsoleProgress", "false")
    return builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()


def frames(settings: Settings, session: Any | None = None) -> Mapping[str, Named]:
    """Return the tables that the settings name, as frames of a session; nothing is read yet.

    Parameters
    ----------
    settings : Settings
        What `community.yml` says.
    session : pyspark.sql.SparkSession, optional
        The session; by default the one that ``spark`` in the settings names.

    Returns
    -------
    mapping of str to Named
        One frame a table: a table of the catalog, or Parquet (a file, or a folder of files).

    Raises
    ------
    DataError
        When a table is something else, or lies in several files.
    """
    cluster = settings.spark or Cluster()
    for table, sources in settings.tables.items():
        if len(sources) > 1:
            raise DataError(
                _(
                    "tables.{table}: several files of one table. For Spark put them into one folder of "
                    "Parquet files and name the folder, or into one table of the catalog."
                ),
                table=table,
            )
        _refuse(sources[0], settings)
    there = session if session is not None else session_for(cluster)
    return {
        table: Named(_frame(sources[0], settings, cluster, there), _name(sources[0]))
        for table, sources in settings.tables.items()
    }


def _name(source: TableSource) -> str:
    return source.spark or source.file or source.table


def _refuse(source: TableSource, settings: Settings) -> None:
    name = source.file or ""
    parquet = name.lower().endswith(".parquet") or "." not in name.rpartition("/")[2]
    if source.spark:
        return
    if not name or source.package or source.format or not parquet:
        raise DataError(
            _(
                "tables.{table}: {name} is not read by Spark, but Parquet and tables of its catalog. Save it "
                "as Parquet, with times as TIMESTAMP_NTZ and amounts as DECIMAL, or open the folder without "
                "Spark."
            ),
            table=source.table,
            name=_name(source),
        )
    if settings.folder is None and (settings.spark is None or not settings.spark.path):
        raise DataError(_("tables.{table}: no folder is known. Set spark.path."), table=source.table)


def _frame(source: TableSource, settings: Settings, cluster: Cluster, session: Any) -> Any:
    if source.spark:
        return session.table(source.spark)
    base = cluster.path.rstrip("/") if cluster.path else (settings.folder or Path()).resolve().as_uri()
    return session.read.parquet(f"{base}/{source.file}")
