"""Write a ninety-day plan from the evaluation and the diagnosis, as Markdown to edit and HTML to show."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from helpers.community import Community
from helpers.community.errors import TableMissing
from helpers.metrics import routine
from helpers.models import diagnosis, privacy_check, quarter_goals, risk_register
from helpers.present import numbers, readings
from helpers.present.language import Translate, term, translator
from helpers.present.outlook_words import check_name, to_do
from helpers.present.plan_words import goal_sentence, trial, verdict_rule, why
from helpers.present.readings.warning import risk_words
from helpers.present.week_plan import week_plan
from helpers.workbook import pages
from helpers.workbook.headlines import headlines
from helpers.workbook.run import ROOT

WORK = ROOT / "work"  # git leaves it alone
DAYS, STEP = 90, 30
SHARES = {"answers": 0.5, "content": 0.2, "numbers": 0.15}
_SEAL = "<!-- as written: {digest} -->"
_MARKS = re.compile(r"([\\`*_{}\[\]#|<>~$])")


@dataclass(frozen=True)
class Plan:
    """A plan that was written, not yet stored.

    Parameters
    ----------
    text : str
        Markdown.
    goals : DataFrame
        From `quarter_goals.goals`.
    about : dict
        The community's description.
    """

    text: str
    goals: pd.DataFrame
    about: dict[str, Any]

    def html(self) -> str:
        """Write the plan as a page that stands alone.

        Taught in: 08 Outlook
        """
        body = Markup(pages._markdown(_boxes(self.text)))
        _ = translator(self.about)
        title = _("Ninety days: {title}").format(title=self.about["title"])
        return pages.render("plan.html.j2", about=self.about, title=title, body=body, pages=[])

    def write(self, folder: Path | None = None) -> list[str]:
        """Store the plan as `plan.md` and `plan.html`; an edited `plan.md` is kept.

        Parameters
        ----------
        folder : pathlib.Path, optional
            Where to. Default: the folder `work` of the workbook, under the community's name.

        Returns
        -------
        list of str
            What was written. A `plan.md` that somebody has changed since stays, and the new text goes into
            `plan.new.md`.

        Taught in: 08 Outlook
        """
        target = folder or WORK / _folder_name(str(self.about["title"]))
        target.mkdir(parents=True, exist_ok=True)
        kept = target / "plan.md"
        name = "plan.new.md" if kept.exists() and _edited(kept.read_text(encoding="utf-8")) else "plan.md"
        text = f"{self.text}\n{_SEAL.format(digest=_digest(self.text))}\n"
        (target / name).write_text(text, encoding="utf-8", newline="\n")
        (target / "plan.html").write_text(self.html(), encoding="utf-8", newline="\n")
        return [name, "plan.html"]


def _folder_name(title: str) -> str:
    return re.sub(r"[^\w-]+", "-", title).strip("-").lower() or "community"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _edited(text: str) -> bool:
    # The seal at the end says what was written; a text that does not fit it was changed by somebody.
    found = re.search(_SEAL.replace("{digest}", r"(\w+)"), text)
    return found is None or found[1] != _digest(text[: found.start()].rstrip("\n") + "\n")


def _boxes(text: str) -> str:
    return re.sub(r"^- \[ \] ", "- ☐ ", text, flags=re.M)


def compose(
    community: Community,
    *,
    found: pd.DataFrame | None = None,
    hours: float = 20,
    budget: float | None = None,
    false_alarms: float = 0.5,
    smallest: int = 10,
    keep_days: int = 365,
) -> Plan:
    """Write the plan.

    Parameters
    ----------
    community : Community
        The opened community.
    found : DataFrame, optional
        From `diagnosis.diagnose`, for other thresholds.
    hours : float, default 20
        Hours a week that the team has.
    budget : float, optional
        What the ninety days may cost.
    false_alarms : float, default 0.5
        False alarm days a month for each signal.
    smallest, keep_days
        As in `privacy_check.check`.

    Returns
    -------
    Plan
        Its ``text`` is Markdown; ``html()`` gives a page, ``write()`` stores both.

    Notes
    -----
    Texts that come from the data are escaped. What the data do not tell is left as dots to fill.

    Taught in: 08 Outlook
    """
    about = community.about("plan")
    _ = translator(about)
    found = diagnosis.diagnose(community) if found is None else found
    goals = quarter_goals.goals(found)
    first = community.as_of + dt.timedelta(days=1)
    ends = [community.as_of + dt.timedelta(days=STEP * number) for number in (1, 2, 3)]
    risks = risk_words(risk_register.register(community)).to_dict("records")
    privacy = privacy_check.check(community, smallest=smallest, keep_days=keep_days)
    costs = _costs(community)
    text = (
        _environment()
        .get_template("plan.md.j2")
        .render(
            _=_,
            title=community.title,
            simulated=community.simulated,
            first=numbers.day(first),
            last=numbers.day(ends[-1]),
            ends=[numbers.day(day) for day in ends],
            as_of=numbers.day(community.as_of),
            headlines=headlines(community),
            diagnosis=str(readings.challenges(found)),
            goals=[_goal(_, goal) for goal in goals.to_dict("records")],
            privacy=_tasks(_, privacy),
            false_alarms=numbers.decimal(false_alarms),
            week=_week(community),
            hours=_hours(hours),
            costs=[
                {"kind": term(_, row["kind"]), "amount": numbers.money(row["amount"], community.currency)}
                for row in costs.to_dict("records")
            ],
            budget="……" if budget is None else numbers.money(budget, community.currency),
            spent=_spent(_, costs, community),
            risks=risks,
        )
    )
    return Plan(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", goals, about)


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(pages.TEMPLATES, encoding="utf-8")
    return jinja2.Environment(
        loader=loader,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: escaped(value),
    )


def escaped(value: Any) -> Any:
    """Escape what Markdown or HTML would read as a mark, except the marks of the template itself."""
    return _MARKS.sub(r"\\\1", " ".join(value.split())) if isinstance(value, str) else value


def _goal(_: Translate, goal: dict[str, Any]) -> dict[str, str]:
    arm = ""
    if not numbers.is_missing(goal["arm"]):
        arm = _("for a drawn half, {n}; the other half waits").format(n=numbers.count(goal["arm"]))
    return {
        "sentence": goal_sentence(_, goal),
        "why": why(_, goal["reason"]),
        "rule": verdict_rule(_, goal),
        "trial": trial(_, goal["measure"]),
        "arm": arm,
    }


def _tasks(_: Translate, found: pd.DataFrame) -> list[str]:
    seen = found[found["state"] == "found"].drop_duplicates("check")
    return [
        _("Privacy: {name} ({count} of {n}): {todo}.").format(
            name=check_name(_, row["check"]),
            count=numbers.count(row["count"]),
            n=numbers.count(row["n"]),
            todo=to_do(_, row["check"]),
        )
        for row in seen.to_dict("records")
    ]


def _week(community: Community) -> list[dict[str, str]]:
    shown = week_plan(routine.week(community))
    return [{"day": c[0], "question": c[2], "measure": c[3], "value": c[4]} for c in shown.cells]


def _hours(hours: float) -> dict[str, str]:
    each = {name: numbers.decimal(share * hours, 0) for name, share in SHARES.items()}
    return each | {"all": numbers.decimal(hours, 0)}


def _costs(community: Community) -> pd.DataFrame:
    try:
        community.require("costs", "amount")
    except TableMissing:
        return pd.DataFrame(columns=["kind", "amount"])
    return community.query(
        """
select coalesce(kind, '') as kind, cast(sum(amount) as double) as amount
from costs
where date_diff('day', day, cast($last as date)) between 0 and $days - 1
group by 1
order by amount desc, kind""",
        last=community.as_of,
        days=DAYS,
    )


def _spent(_: Translate, costs: pd.DataFrame, community: Community) -> str:
    if costs.empty:
        return ""
    total = numbers.money(float(costs["amount"].sum()), community.currency)
    return _("The last {n} days cost {total}.").format(n=DAYS, total=total)
