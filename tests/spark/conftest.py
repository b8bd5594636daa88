"""A cluster of two workers on this machine, and sessions on it: classic, and Connect through the same JVM."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

WORKERS, CORES, MEMORY = 2, 1, 1024
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}
AS_BY_DEFAULT = dict(zip(INTERPRETED, ("true", "FALLBACK", "true"), strict=True))
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
    "spark.driver.memory": "1500m",
    "spark.executor.memory": f"{MEMORY}m",
    # Programs that live for minutes spend most of them on compiling what they run once.
    "spark.driver.extraJavaOptions": BRIEF,
    "spark.executor.extraJavaOptions": BRIEF,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.coalescePartitions.minPartitionNum": "1",
    "spark.python.worker.reuse": "true",
    # Of some hundred rows nearly all the time went into compiling each query and planning it again midway;
    # Connect sessions leave both as they are by default.
    **INTERPRETED,
}


def missing() -> str:
    """Say what is missing for these tests; empty when nothing is."""
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("sqlglot") is None:
        return 'Spark is not installed. Run: python -m pip install -e ".[spark]"'
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        return "There is no Java. Spark needs Java 17 or 21: install one and set JAVA_HOME."
    return ""


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a classic session on a cluster with two workers; its JVM serves Connect sessions as well."""
    lacking = missing()
    if lacking:
        pytest.skip(lacking)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_LOCAL_HOSTNAME", "127.0.0.1")
        patch.delenv("SPARK_REMOTE", raising=False)
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master(f"local-cluster[{WORKERS},{CORES},{MEMORY}]").appName("tests")
        settings = SETTINGS | {
            "spark.connect.grpc.binding.port": str(_free_port()),
            "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        yield session
        session.stop()
        # Executors of a cluster on one machine leave their logs beside the program.
        shutil.rmtree(Path(importlib.util.find_spec("pyspark").origin).parent / "work", ignore_errors=True)


@pytest.fixture(scope="session")
def connect(spark: Any) -> Iterator[Any]:
    """Return a Connect session on the same cluster."""
    from pyspark.sql.connect.session import SparkSession

    port = spark.conf.get("spark.connect.grpc.binding.port")
    session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").create()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    for name, value in AS_BY_DEFAULT.items():
        session.conf.set(name, value)
    yield session
    session.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
