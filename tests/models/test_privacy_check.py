"""Privacy check: every finding is planted and found, clean data are clean, and the articles are named."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.models import privacy_check
from helpers.models.privacy_rules import CHECKS, duties

IDS = [f"m{number:012x}" for number in range(40)]


def opened(members=None, texts=(), **tables):
    listed = pd.DataFrame({"member_id": IDS, "joined_at": "2026-01-01", "gender": ["f", "m"] * 20})
    listed = listed.assign(consent_at="2026-01-01", left_at=None, age_band="25-34")
    for name, values in (members or {}).items():
        listed[name] = values
    events = pd.DataFrame({"member_id": IDS, "event_type": "like", "occurred_at": "2026-02-01"})
    if texts:
        surveys = pd.DataFrame({"comment": list(texts), "member_id": IDS[0], "answered_at": "2026-02-01"})
        tables["surveys"] = surveys.assign(score=3, kind="nps")
    return Community.open({"members": listed, "events": events, **tables}, as_of="2026-03-01")


def found(community, name, **options):
    table = privacy_check.check(community, **options)
    return table[(table["check"] == name) & (table["state"] == "found")]


def test_clean_data_are_clean():
    table = privacy_check.check(opened(texts=["fine tea"]))
    assert set(table["check"]) == set(CHECKS)
    assert set(table["state"]) == {"clean"}
    assert table["pipl"].str.startswith("art. ").all()


def test_personal_data_in_texts_are_counted_and_not_shown():
    row = found(opened(texts=["write to a@example.com", "13800000000", "good"]), "personal data in texts")
    assert row[["kind", "count", "n"]].to_numpy().tolist() == [["e-mail", 1, 3], ["mobile number", 1, 3]]
    assert "example" not in row.to_string()


def test_columns_that_were_not_asked_for_are_named():
    community = opened({"phone": "-", "religion": ["a"] * 10 + [None] * 30})
    assert found(community, "contact data in columns")["column"].tolist() == ["phone"]
    sensitive = found(community, "sensitive columns").iloc[0]
    assert (sensitive["kind"], sensitive["count"], sensitive["n"]) == ("religion", 10, 40)
    assert sensitive["gdpr"].startswith("art. 9")


def test_consent_may_be_missing_late_or_not_recorded():
    agreed = ["2026-01-01"] * 30 + ["2026-02-10"] * 6 + [None] * 4
    community = opened({"consent_at": agreed})
    assert found(community, "consent missing")[["count", "n"]].to_numpy().tolist() == [[4, 40]]
    assert found(community, "data before consent")[["count", "n"]].to_numpy().tolist() == [[6, 36]]
    without = Community.open(
        {
            "members": pd.DataFrame({"member_id": IDS, "joined_at": "2026-01-01"}),
            "events": pd.DataFrame({"member_id": IDS, "event_type": "like", "occurred_at": "2026-02-01"}),
        }
    )
    row = found(without, "consent missing").iloc[0]
    assert (row["kind"], row["count"]) == ("not recorded", 40)


def test_who_never_joined_needs_no_consent_to_membership():
    community = opened(
        {"role": ["customer"] * 5 + ["member"] * 35, "consent_at": [None] * 5 + ["2026-01-01"] * 35}
    )
    assert found(community, "consent missing").empty


def test_minors_are_seen_by_their_age_band():
    bands = ["under 14"] * 2 + ["14-17"] * 3 + ["12"] + ["18-24"] * 34
    row = found(opened({"age_band": bands}), "minors")
    assert row[["kind", "count"]].to_numpy().tolist() == [["under 14", 3], ["14 to 17", 3]]


def test_small_cells_stand_out_by_the_combination():
    community = opened({"age_band": ["18-24"] * 37 + ["55+"] * 3})
    row = found(community, "small cells", smallest=5).iloc[0]
    assert (row["column"], row["count"], row["n"]) == ("gender, age_band", 3, 40)
    assert found(community, "small cells", smallest=1).empty


def test_records_of_those_who_left_long_ago():
    community = opened({"left_at": ["2026-01-05"] * 3 + ["2026-02-25"] + [None] * 36})
    assert found(community, "kept too long", keep_days=30)[["count", "n"]].to_numpy().tolist() == [[3, 4]]
    assert found(community, "kept too long").empty


def test_ids_that_are_phone_numbers_are_in_the_clear():
    numbers = [f"138000000{number:02d}" for number in range(3)]
    events = pd.DataFrame({"member_id": numbers, "event_type": "like", "occurred_at": "2026-02-01"})
    row = found(Community.open({"events": events}), "ids in the clear").iloc[0]
    assert (row["kind"], row["count"], row["n"]) == ("mobile number", 3, 3)


def test_what_cannot_be_told_is_said():
    events = pd.DataFrame({"member_id": IDS, "event_type": "like", "occurred_at": "2026-02-01"})
    table = privacy_check.check(Community.open({"events": events})).set_index("check")
    assert table.loc["consent missing", "state"] == table.loc["small cells", "state"] == "cannot tell"
    orders = pd.DataFrame({"order_id": ["1"], "member_id": IDS[:1], "ordered_at": "2026-02-01", "amount": 1})
    assert len(privacy_check.check(Community.open({"orders": orders}))) == len(CHECKS)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("fm"), st.sampled_from(["a", "b", None])), min_size=1),
    st.integers(1, 4),
)
def test_small_cells_are_those_of_a_plain_count(people, smallest):
    frame = pd.DataFrame(people, columns=["gender", "region"])
    groups = frame.groupby(["gender", "region"], dropna=False).size().rename("n").reset_index()
    table = privacy_check.combine(groups, ["gender", "region"], smallest).set_index("columns")
    for name, of in (("gender", [one[0] for one in people]), ("gender, region", people)):
        sizes = [of.count(one) for one in of]
        assert table.loc[name, "count"] == sum(size < smallest for size in sizes)
        assert table.loc[name, "k"] == min(sizes)
        assert table.loc[name, "n"] == len(people)


def test_the_example_of_the_paper_is_two_anonymous():
    # Sweeney (2002), figure 2: eleven people, every combination of four attributes at least twice.
    paper = pd.DataFrame(
        [
            ("Black", "1965", "m", "0214*"), ("Black", "1965", "m", "0214*"), ("Black", "1965", "f", "0213*"),
            ("Black", "1965", "f", "0213*"), ("Black", "1964", "f", "0213*"), ("Black", "1964", "f", "0213*"),
            ("White", "1964", "m", "0213*"), ("White", "1964", "m", "0213*"), ("White", "1964", "m", "0213*"),
            ("White", "1967", "m", "0213*"), ("White", "1967", "m", "0213*"),
        ],
        columns=["race", "birth", "gender", "zip"],
    )  # fmt: skip
    groups = paper.groupby(list(paper)).size().rename("n").reset_index()
    whole = privacy_check.combine(groups, list(paper), 2).iloc[-1]
    assert (whole["k"], whole["count"], whole["n"]) == (2, 0, 11)


def test_duties_beyond_the_data_name_their_articles():
    table = duties()
    assert table["duty"].is_unique
    assert table.set_index("duty").loc["breach"].tolist() == ["art. 57", "art. 33, 34"]


def test_more_attributes_never_make_anybody_safer():
    community = opened({"age_band": ["18-24"] * 20 + ["55+"] * 20, "region": list("abcdefgh") * 5})
    table = privacy_check.cells(community, smallest=8)
    assert table.groupby("attributes")["count"].max().is_monotonic_increasing
    with pytest.raises(Exception, match="city_tier"):
        privacy_check.cells(community, columns=["city_tier"])
