import pytest

from helpers.community import known_ids, privacy
from helpers.community.engine import Engine
from helpers.community.store import opened


def _ids(names):
    return " union all ".join(f"select '{name}' as id" for name in names)


def _given(folder, names, key=b"secret"):
    with opened(folder / "store") as store:
        engine = Engine()
        known_ids.hide(engine, _ids(names), key, store)
        store.commit({}, {known_ids.TABLE: store.hidden} if store.hidden else {})
        rows = engine.rows("select original_id, member_id from private_ids")
        fresh = Engine()
        fresh.hide("private_ids", _ids(names), key)
        assert rows == fresh.rows("select original_id, member_id from private_ids")
        return store


def test_only_new_ids_are_hashed_and_the_pseudonyms_are_those_of_a_fresh_opening(tmp_path, monkeypatch):
    hashed = []
    real = privacy.pseudonymise
    _given(tmp_path, ["b", "c"])

    def counting(ids, key):
        hashed.append(list(ids))
        return real(ids, key)

    monkeypatch.setattr(privacy, "pseudonymise", counting)
    with opened(tmp_path / "store") as store:
        known_ids.hide(Engine(), _ids(["a", "b", "c"]), b"secret", store)
    assert hashed == [["a"]]
    _given(tmp_path, ["a", "b", "c"])
    _given(tmp_path, ["a", "b", "c"], key=b"other")
    _given(tmp_path, ["a", "b", "c"])


def test_an_id_that_left_the_data_leaves_the_store(tmp_path):
    _given(tmp_path, ["a", "b"])
    store = _given(tmp_path, ["b", "c"])
    (name,) = store.hidden["files"]
    rows = Engine().rows(f"select original_id from read_parquet('{store.path(name)}')")
    assert rows == [("b",), ("c",)]


def test_the_store_is_never_told_the_key(tmp_path):
    store = _given(tmp_path, ["a"], key=b"a key that nobody may read")
    assert all(b"a key that nobody" not in path.read_bytes() for path in store.folder.iterdir())


@pytest.mark.parametrize("alike", [["a"], ["a", "b"]])
def test_pseudonyms_that_begin_alike_are_made_anew(tmp_path, monkeypatch, alike):
    _given(tmp_path, ["b"])

    def narrow(ids, key):
        return privacy.shorten(["0" * 12 + f"{ord(one):016x}" for one in ids])

    monkeypatch.setattr(privacy, "pseudonymise", narrow)
    assert not _given(tmp_path / "narrow", ["a", "b"]).hidden
    assert _given(tmp_path / "narrow", ["b"]).hidden
    assert not _given(tmp_path / "narrow", [*alike, "b", "c"]).hidden
