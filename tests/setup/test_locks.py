"""The environment cannot drift: pyproject, both locks and environment.yml say the same."""

import re
import tomllib

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

PYTHONS = ("3.11.0", "3.11.9", "3.12.5", "3.13.1")
SYSTEMS = ({"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
           {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
           {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"})  # fmt: skip


@pytest.fixture
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def conda(root):
    return yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))


def machines():
    for python in PYTHONS:
        for system in SYSTEMS:
            short = ".".join(python.split(".")[:2])
            yield {**system, "python_version": short, "python_full_version": python,
                   "implementation_name": "cpython", "platform_python_implementation": "CPython"}  # fmt: skip


def locked(path):
    """Return (name, version, marker or None) for each pin of a lock."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        pin, *hashes = re.split(r"\s+--hash=", line)
        assert hashes, f"{pin} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest.strip()) for digest in hashes), pin
        requirement = Requirement(pin)
        (specifier,) = requirement.specifier
        assert specifier.operator == "==", pin
        found.append((canonicalize_name(requirement.name), Version(specifier.version), requirement.marker))
    return found


def installed(path, machine):
    """Return what pip would install from a lock on a machine, by name."""
    chosen = {}
    for name, version, marker in locked(path):
        if marker is None or Marker(str(marker)).evaluate(machine):
            assert name not in chosen, f"{name} is pinned twice for {machine}"
            chosen[name] = version
    return chosen


@pytest.mark.parametrize(
    "machine", list(machines()), ids=lambda m: f"{m['sys_platform']}-{m['python_full_version']}"
)
def test_every_dependency_is_locked_within_its_bounds(root, project, machine):
    runtime, tests = project["dependencies"], project["optional-dependencies"]["test"]
    spark = project["optional-dependencies"]["spark"]
    for lock, dependencies in (
        ("requirements.lock", runtime),
        ("tests/requirements.lock", [*runtime, *tests]),
        ("tests/spark-requirements.lock", [*runtime, *tests, *spark]),
    ):
        chosen = installed(root / lock, machine)
        for line in dependencies:
            wish = Requirement(line)
            assert wish.specifier.contains(chosen[canonicalize_name(wish.name)]), f"{line} in {lock}"


@pytest.mark.parametrize(
    "machine", list(machines()), ids=lambda m: f"{m['sys_platform']}-{m['python_full_version']}"
)
def test_the_test_lock_holds_the_runtime_lock(root, machine):
    runtime = installed(root / "requirements.lock", machine)
    tests = installed(root / "tests/requirements.lock", machine)
    spark = installed(root / "tests/spark-requirements.lock", machine)
    assert runtime.items() <= tests.items() <= spark.items()


def test_every_dependency_has_both_bounds(project):
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *extras["test"], *extras["spark"]]:
        operators = {specifier.operator for specifier in Requirement(line).specifier}
        assert operators == {">=", "<"}, line


def test_locks_name_no_host_and_no_path(root):
    for lock in ("requirements.lock", "tests/requirements.lock", "tests/spark-requirements.lock"):
        text = (root / lock).read_text(encoding="utf-8")
        assert not re.search(
            r"https?:|file:|index-url|find-links|^\s*/|[a-z0-9-]+\.(com|org|net|io)\b", text, re.M
        )


def test_numbers_come_from_one_version_on_every_python(root):
    for name in ("numpy", "pandas", "scipy", "matplotlib", "scikit-learn", "statsmodels", "duckdb"):
        assert len({pin[1] for pin in locked(root / "requirements.lock") if pin[0] == name}) == 1, name


def test_conda_installs_python_pip_and_the_lock_only(conda, project):
    python, pip, from_pip = conda["dependencies"]
    assert (pip, from_pip) == ("pip", {"pip": ["-r requirements.lock"]})
    assert conda["channels"] == ["conda-forge"]
    wanted = SpecifierSet(python.removeprefix("python").strip())
    assert wanted == SpecifierSet(project["requires-python"])


def test_conda_can_read_its_specs(conda):
    rattler = pytest.importorskip("rattler")
    for spec in conda["dependencies"][:2]:
        assert rattler.MatchSpec(spec).name is not None


def test_each_supported_python_is_accepted(project):
    supported = SpecifierSet(project["requires-python"])
    assert all(supported.contains(python) for python in PYTHONS)
    assert not supported.contains("3.10.14")
    assert not supported.contains("3.14.0")
