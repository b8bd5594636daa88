"""Set what a community manager can do against what each role asks, and name the chapter for each gap."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

# 1 has heard of it, 2 does it with help, 3 does it alone, 4 improves how it is done, 5 teaches it.
# The levels are the course's own judgement of what the roles do all week, no survey: change them.
ROLES = ("junior community manager", "senior community manager", "community director", "growth expert")
WANTED = {
    "communication": (3, 4, 5, 3),
    "content": (3, 4, 3, 3),
    "users and positioning": (2, 3, 4, 4),
    "daily operations": (3, 4, 4, 3),
    "data analysis": (2, 3, 3, 5),
    "experiments": (1, 2, 3, 5),
    "conversion": (2, 3, 4, 5),
    "crisis and compliance": (2, 3, 5, 2),
    "leading and budgets": (1, 3, 5, 3),
}
CHAPTERS = {
    "communication": "04 Interaction",
    "content": "03 Content",
    "users and positioning": "02 Positioning",
    "daily operations": "04 Interaction",
    "data analysis": "06 Evaluation",
    "experiments": "05 Conversion",
    "conversion": "05 Conversion",
    "crisis and compliance": "08 Outlook and playbook",
    "leading and budgets": "07 Case studies",
}
LOWEST, HIGHEST = 1, 5


def gaps(
    own: Mapping[str, float],
    *,
    wanted: Mapping[str, tuple[float, ...]] = WANTED,
    roles: tuple[str, ...] = ROLES,
    largest: int = 3,
    language: str = "en",
) -> pd.DataFrame:
    """Compare one's own levels with those of each role.

    Parameters
    ----------
    own : mapping of str to number
        Own level in each skill, 1 (has heard of it) to 5 (teaches it); a skill left out is not compared.
    wanted : mapping of str to tuple of number
        Level that each role asks, in order of `roles`; the course's own by default.
    roles : tuple of str
        Names of the roles.
    largest : int, default 3
        How many gaps of each role are marked.
    language : str, default "en"
        Language of figures and sentences made from the result.

    Returns
    -------
    pandas.DataFrame
        One row a role and skill: ``role``, ``skill``, ``own``, ``wanted``, ``gap`` (0 where the level is
        reached), ``chapter`` (that trains the skill), ``marked`` (among the role's largest gaps).

    Raises
    ------
    ValueError
        For a skill that is not in `wanted`, or a level outside 1 to 5.

    Examples
    --------
    >>> mine = gaps({"communication": 4, "data analysis": 2})
    >>> mine[mine["role"] == "growth expert"][["skill", "own", "wanted", "gap"]]
               skill  own  wanted  gap
    6  communication    4       3    0
    7  data analysis    2       5    3

    Taught in: 08 Outlook and playbook
    """
    unknown = [name for name in own if name not in wanted]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of the skills; they are: {', '.join(wanted)}.")
    outside = [name for name, level in own.items() if not LOWEST <= level <= HIGHEST]
    if outside:
        raise ValueError(f"The level in {outside[0]!r} has to lie between {LOWEST} and {HIGHEST}.")
    rows = [
        {"role": role, "skill": skill, "own": level, "wanted": wanted[skill][place]}
        for place, role in enumerate(roles)
        for skill, level in own.items()
    ]
    table = pd.DataFrame(rows, columns=["role", "skill", "own", "wanted"])
    table["gap"] = (table["wanted"] - table["own"]).clip(lower=0)
    table["chapter"] = table["skill"].map(CHAPTERS)
    rank = table.groupby("role")["gap"].rank(method="first", ascending=False)
    table["marked"] = (table["gap"] > 0) & (rank <= largest)
    table.attrs["about"] = {"language": language, "metric": "own levels", "n": len(own), "simulated": False}
    return table


def fit(table: pd.DataFrame) -> pd.DataFrame:
    """Say how far each role is away.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of :func:`gaps`.

    Returns
    -------
    pandas.DataFrame
        One row a role: ``role``, ``n`` (skills), ``reached`` (of them), ``missing`` (steps missing in all).

    Examples
    --------
    >>> fit(gaps({"communication": 4, "data analysis": 2}))["missing"].tolist()
    [0, 1, 2, 3]

    Taught in: 08 Outlook and playbook
    """
    grouped = table.groupby("role", sort=False)
    found = pd.DataFrame(
        {
            "n": grouped.size(),
            "reached": grouped["gap"].apply(lambda gap: int((gap == 0).sum())),
            "missing": grouped["gap"].sum(),
        }
    ).reset_index()
    found.attrs = dict(table.attrs)
    return found
