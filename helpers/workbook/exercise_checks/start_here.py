"""Judge the exercises of chapter 00: the account, the calendar, silent members, intervals, a first query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.metrics.intervals import wilson
from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "S1",
    passes=_(
        "Rows read = used + set aside + excluded: 1,240 = 1,190 + 18 + 32. Nothing is dropped in silence."
    ),
    mistakes=[
        Mistake("answer = 1240 - 18", "on purpose"),
        Mistake("answer = 1240 - 32", "quarantine"),
        Mistake("answer = 1240", "before the rules"),
    ],
)
def account(answer: Any) -> Hint | None:
    """Expect 1,240 less the 32 excluded and the 18 set aside."""
    if close(answer, 1190, tolerance=1e-9):
        return None
    if close(answer, 1222, tolerance=1e-9):
        return Hint(_("The staff's rows are without fault, but they are excluded on purpose."))
    if close(answer, 1208, tolerance=1e-9):
        return Hint(_("Rows with an impossible date lie in quarantine: set aside, not used."))
    if close(answer, 1240, tolerance=1e-9):
        return Hint(_("That is what came in, before the rules. Which rows are set aside, which excluded?"))
    return Hint(_("Rows read = used + set aside + excluded. Solve for used."))


@exercise(
    "S2",
    passes=_("A week is over at the end of its Sunday, and on every other day the week of that day is not."),
    mistakes=[
        Mistake(
            "import datetime as dt\ndef unfinished(as_of):\n"
            "    return as_of - dt.timedelta(days=as_of.weekday())",
            "is over",
        ),
        Mistake("def unfinished(as_of):\n    return as_of", "Monday of the week"),
        Mistake(
            "import datetime as dt\ndef unfinished(as_of):\n"
            "    return as_of - dt.timedelta(days=as_of.isoweekday() % 7)",
            "Sunday before it",
        ),
    ],
)
def unfinished_week(answer: Callable[[dt.date], Any]) -> Hint | None:
    """Expect the Monday of the day's week, or None on a Sunday; tried on eight days in a row."""
    wednesday, sunday = dt.date(2026, 5, 27), dt.date(2026, 5, 31)
    given = answer(wednesday)
    if given == dt.date(2026, 5, 24):
        return Hint(_("You went back to the Sunday before it. Weeks begin on Monday: see date.weekday()."))
    if given == wednesday:
        return Hint(_("Return the Monday of the week, not the day itself."))
    if answer(sunday) is not None:
        return Hint(_("At the end of Sunday 2026-05-31 the week is over: return None."))
    for ahead in range(8):
        day = dt.date(2026, 12, 28) + dt.timedelta(days=ahead)  # over a change of year
        wanted = None if day.weekday() == 6 else day - dt.timedelta(days=day.weekday())
        if answer(day) != wanted:
            return Hint(
                _("For {day} the answer is {wanted}, yours is {given}."),
                {"day": str(day), "wanted": str(wanted), "given": str(answer(day))},
            )
    return None


@exercise(
    "S3",
    passes=_(
        "Everybody in people, less those who contributed: the silent ones have to be looked for on the list."
    ),
    mistakes=[
        Mistake(
            "silent = community.query('select count(*) as n from (select member_id from member_days "
            "group by member_id having sum(actions) = 0) as quiet')['n'].iloc[0]",
            "never came back",
        ),
        Mistake(
            "silent = community.query('select count(*) as n from people left join (select distinct member_id "
            "from member_days) as seen on people.member_id = seen.member_id "
            "where seen.member_id is null')['n'].iloc[0]",
            "only read",
        ),
        Mistake(
            "silent = community.query('select count(*) as n from member_days "
            "where actions = 0')['n'].iloc[0]",
            "days, not members",
        ),
        Mistake(
            "silent = community.query('select count(distinct member_id) as n from member_days "
            "where actions > 0')['n'].iloc[0]",
            "the others",
        ),
    ],
)
def silent_members(answer: Any, community: Any) -> Hint | None:
    """Expect how many of `people` have no contribution in `member_days`."""
    row = community.query(
        """
with sums as (
    select member_id, sum(actions) as actions, count(*) filter (where actions = 0) as quiet_days
    from member_days
    group by member_id
)
select
    count(*) as members,
    cast(count(*) filter (where sums.actions > 0) as bigint) as contributed,
    cast(count(*) filter (where sums.member_id is null) as bigint) as unseen,
    cast(sum(sums.quiet_days) as bigint) as quiet_days
from people
left join sums on people.member_id = sums.member_id
order by members"""
    ).iloc[0]
    silent = row["members"] - row["contributed"]
    if close(answer, silent, tolerance=1e-9):
        return None
    if close(answer, silent - row["unseen"], tolerance=1e-9):
        return Hint(
            _(
                "member_days knows only who left a trace. Those who joined and "
                "never came back are in people alone."
            )
        )
    if close(answer, row["unseen"], tolerance=1e-9):
        return Hint(_("Those left no trace at all. Whoever only read contributed nothing either."))
    if close(answer, row["quiet_days"], tolerance=1e-9):
        return Hint(_("You counted days, not members: member_days has a row for each member and day."))
    if close(answer, row["contributed"], tolerance=1e-9):
        return Hint(_("That many did contribute; asked are the others."))
    return Hint(_("Take everybody in people and leave out those with any day on which actions is above 0."))


@exercise(
    "S4",
    passes=_("Divided by those asked, inside 0 to 1, and honest even where nobody said yes."),
    mistakes=[
        Mistake(
            "def share_with_interval(answers):\n"
            "    asked = pd.Series(list(answers)).dropna().astype(bool)\n"
            "    half = 1.96 * (asked.mean() * (1 - asked.mean()) / len(asked)) ** 0.5\n"
            "    return asked.mean(), asked.mean() - half, asked.mean() + half",
            "shrinks to nothing",
        ),
        Mistake(
            "from helpers.metrics.intervals import wilson\ndef share_with_interval(answers):\n"
            "    yes = sum(answer is True for answer in answers)\n"
            "    return yes / len(answers), *wilson(yes, len(answers))",
            "were not asked",
        ),
        Mistake(
            "def share_with_interval(answers):\n"
            "    return pd.Series(list(answers)).dropna().astype(bool).mean()",
            "three numbers",
        ),
    ],
)
def share_and_interval(answer: Callable[[list[bool | None]], Any]) -> Hint | None:
    """Expect (share, low, high) of the answers given, by Wilson or as good."""
    some = [True] * 3 + [False] * 5 + [None] * 4
    given = answer(some)
    if not hasattr(given, "__len__") or len(given) != 3:
        return Hint(_("Return three numbers: the share, the low end and the high end."))
    if close(given[0], 3 / 12):
        return Hint(_("Those with None were not asked: they belong neither to yes nor to the denominator."))
    if not close(given[0], 3 / 8):
        return Hint(_("For 3 yes, 5 no and 4 not asked the share is 3 of 8."))
    high = list(answer([False] * 20))[2]
    if close(high, 0.0):
        return Hint(
            _(
                "For twenty times no your interval shrinks to nothing, as if it were certain. "
                "Use wilson(count, n)."
            )
        )
    for answers in (some, [False] * 20, [True] * 5 + [False] * 45):
        asked = [one for one in answers if one is not None]
        wanted = wilson(sum(asked), len(asked))
        low, high = list(answer(list(answers)))[1:]
        if not (close(low, float(wanted[0])) and close(high, float(wanted[1]))):
            return Hint(
                _(
                    "For {yes} of {n} the interval is {low} to {high}: "
                    "call wilson(count, n), the count first."
                ),
                {"yes": sum(asked), "n": len(asked), "low": f"{wanted[0]:.3f}", "high": f"{wanted[1]:.3f}"},
            )
    return None


@exercise(
    "S5",
    passes=_("Different members, comments only, the largest first."),
    mistakes=[
        Mistake(
            'answer = community.query("select platform, count(*) as members from events where event_type = '
            "'comment' group by platform order by members desc\")",
            "each comment",
        ),
        Mistake(
            'answer = community.query("select platform, count(distinct member_id) as members from events '
            'group by platform order by members desc")',
            "every kind of event",
        ),
        Mistake(
            'answer = community.query("select platform, count(distinct member_id) as members from events '
            "where event_type = 'comment' group by platform order by members\")",
            "largest first",
        ),
        Mistake(
            'answer = community.query("select platform, count(distinct member_id) as n from events '
            "where event_type = 'comment' group by platform\")",
            "columns",
        ),
    ],
)
def commenters(answer: pd.DataFrame, community: Any) -> Hint | None:
    """Expect platform and distinct commenting members, in falling order."""
    if not isinstance(answer, pd.DataFrame) or list(answer.columns) != ["platform", "members"]:
        return Hint(_("The answer is a table with the columns platform and members, in this order."))
    truth = community.query(
        """
select
    platform,
    count(distinct member_id) as everybody,
    count(distinct case when event_type = 'comment' then member_id end) as members,
    cast(sum(case when event_type = 'comment' then 1 else 0 end) as bigint) as comments
from events
group by platform
order by members desc"""
    ).set_index("platform")
    given = answer.set_index("platform")["members"]
    if set(given.index) != set(truth.index[truth["members"] > 0]):
        return Hint(_("One row a platform is wanted: group by platform."))
    wanted = truth.loc[given.index]
    if (given == wanted["comments"]).all():
        return Hint(_("You counted each comment. Asked are different members: count(distinct member_id)."))
    if (given == wanted["everybody"]).all():
        return Hint(_("You counted every kind of event. Keep the comments: where event_type = 'comment'."))
    if not (given == wanted["members"]).all():
        return Hint(_("The counts differ. Which rows are comments, and is each member counted once?"))
    if not given.is_monotonic_decreasing:
        return Hint(_("The numbers are right; put the largest first: order by members desc."))
    return None


@exercise(
    "S6",
    passes=_(
        "The morning group's interval runs from 30 to 90 %: it is not known to be better, only unknown. "
        "Invite more of its members and count again; of the two others the tea-ware group is ahead."
    ),
    mistakes=[
        Mistake('answer = {"A", "B"}', "six people"),
        Mistake('answer = {"B", "C", "D"}', "were invited"),
        Mistake('answer = {"B"}', "one in three lies"),
        Mistake('answer = {"C"}', "do not overlap"),
    ],
)
def three_groups(answer: Any) -> Hint | None:
    """Expect B and C."""
    chosen = {str(letter).strip().upper() for letter in answer}
    if "A" in chosen:
        return Hint(_("Statement A: four of six people are few. Where does the interval begin?"))
    if "D" in chosen:
        return Hint(_("Statement D: the width follows from how many were invited, not from how many came."))
    if "C" not in chosen:
        return Hint(_("Statement C: look whether one in three lies inside wilson(4, 6)."))
    if "B" not in chosen:
        return Hint(_("Statement B: the intervals of 90 and of 54 in 300 do not overlap."))
    return None if chosen == {"B", "C"} else Hint(_("Give a set of letters from A to D."))
