"""The doctor finds what is wrong with a machine and says how to mend it."""

import collections
import importlib.metadata
import shutil
import sys

import psutil
import pytest

from helpers.workbook import doctor


def found(name, **arguments):
    return {finding.name: finding for finding in doctor.examine(**arguments)}[name]


def test_everything_is_looked_at_and_every_fault_has_a_remedy():
    findings = doctor.examine()
    assert [finding.name for finding in findings][:3] == ["Python", "packages", "notebooks"]
    assert all(finding.remedy for finding in findings if finding.state == "bad")


def test_another_python_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    assert found("Python").state == "bad"


def test_a_package_out_of_bounds_or_missing_is_named(monkeypatch):
    wanted = ["pandas>=99,<100", "no-such-package>=1", "pytest>=1; extra == 'test'"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: wanted)
    packages = found("packages")
    assert packages.state == "bad"
    assert "pandas" in packages.detail
    assert "no-such-package is missing" in packages.detail
    assert "requirements.lock" in packages.remedy


def test_packages_within_their_bounds_are_good(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ["pandas>=1"])
    assert found("packages").state == "good"


def test_a_package_that_is_only_on_the_path_is_noted(monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", missing)
    assert found("packages").state == "note"


def test_missing_files_are_bad(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    assert found("notebooks").state == "bad"
    assert found("fonts").state == "bad"


def test_no_browser_is_only_a_note(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert found("browser").state == "note"


def test_a_full_disk_and_little_memory_are_said(monkeypatch, tmp_path):
    usage = collections.namedtuple("usage", "total used free")
    memory = collections.namedtuple("memory", "available")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1000))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory(1000))
    assert found("disk", folder=tmp_path).state == "bad"
    assert "--jobs 1" in found("memory").remedy


@pytest.mark.parametrize(("encoding", "state"), [("utf-8", "good"), ("cp936", "note")])
def test_a_screen_that_cannot_show_chinese_is_noted(monkeypatch, encoding, state):
    monkeypatch.setattr(sys, "stdout", collections.namedtuple("screen", "encoding")(encoding))
    seen = doctor._encoding(str)
    monkeypatch.undo()
    assert seen.state == state
