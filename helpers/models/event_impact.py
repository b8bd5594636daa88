"""Ask what an event did to the groups that held it, against what would have happened without it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.metrics.intervals import percentiles
from helpers.models import synthetic_control

METHODS = ("before_after", "other_groups", "synthetic_twin")
LEAST_OTHERS = 3  # groups without an event below which nothing is compared
HALF = 0.5  # added to the messages after, so that a silent group has a logarithm
SMALL = 5  # host groups below which the answer is hardly more than a story
FEW_MESSAGES = 400  # messages of one group after the event below which it says little alone


class _Changes(NamedTuple):
    # One event: groups by week, and for each group how much more it changed than by each method expected.
    groups: list[str]
    hosts: np.ndarray
    values: np.ndarray
    shares: np.ndarray
    before: int
    effects: dict[str, np.ndarray]


def _event(part: pd.DataFrame) -> _Changes:
    wide = part.pivot(index="group_id", columns="week", values="messages")
    hosts = part.drop_duplicates("group_id").set_index("group_id")["host"].loc[wide.index].to_numpy(bool)
    values, before = wide.to_numpy(float), int((wide.columns < 0).sum())
    # Every group against its own weeks before, so that large and small ones can be compared.
    scaled = values / values[:, :before].mean(axis=1, keepdims=True)
    weeks_after = values.shape[1] - before
    later = (values[:, before:].sum(axis=1) + HALF) / (values[:, :before].mean(axis=1) * weeks_after)
    change, others = np.log(later), np.flatnonzero(~hosts)
    shares = synthetic_control.twins(scaled, before, np.arange(len(values)), others)
    rest = np.array([change[others[others != row]].mean() for row in range(len(values))])
    effects = {
        "before_after": change,
        "other_groups": change - rest,
        "synthetic_twin": change - np.log(shares @ later),
    }
    return _Changes(list(wide.index), hosts, values, shares, before, effects)


def _changes(panel: pd.DataFrame) -> dict[str, _Changes]:
    events = {}
    for campaign, part in panel.groupby("campaign_id", sort=False):
        alone = part.drop_duplicates("group_id")["host"].to_numpy(bool)
        if alone.any() and (~alone).sum() >= LEAST_OTHERS:
            events[str(campaign)] = _event(part)
    return events


def _draws(effects: np.ndarray, hosts: int, repeats: int, random: np.random.Generator) -> np.ndarray:
    # Sums over as many groups as there were hosts, drawn by lot among those that held nothing.
    drawn = random.random((repeats, len(effects))).argsort(axis=1)[:, :hosts]
    return np.asarray(effects[drawn].sum(axis=1) * (hosts / drawn.shape[1]))


def _placebos(events: dict[str, _Changes], method: str, repeats: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    totals, hosts = np.zeros(repeats), 0
    for event in events.values():
        size = int(event.hosts.sum())
        totals += _draws(event.effects[method][~event.hosts], size, repeats, random)
        hosts += size
    return totals / hosts


def detectable(panel: pd.DataFrame, *, hosts: int, seed: int = 0, repeats: int = 4000) -> float:
    """Say how strong an effect must be for a comparison with twins to find it four times out of five.

    Parameters
    ----------
    panel : DataFrame
        Groups none of which held an event, from :func:`helpers.models.event_panel.latest`.
    hosts : int
        How many groups are to hold it.
    seed, repeats
        As in :func:`compare`.

    Returns
    -------
    float
        Factor on the messages; missing where too few groups would be left to compare with.

    Taught in: 04 Interaction
    """
    if panel["group_id"].nunique() < hosts + LEAST_OTHERS:
        return float("nan")
    effects = _event(panel).effects["synthetic_twin"]
    drawn = _draws(effects, hosts, repeats, np.random.default_rng(seed)) / hosts
    return float(np.exp(np.quantile(drawn, 0.975) - np.quantile(drawn, 0.2)))


def compare(panel: pd.DataFrame, *, level: float = 0.95, seed: int = 0, repeats: int = 4000) -> pd.DataFrame:
    """Estimate in three ways by how much an event multiplied the messages of the groups that held it.

    ``before_after`` compares the hosts with themselves. ``other_groups`` takes off what happened to the
    other groups at the same time (difference in differences, on logarithms). ``synthetic_twin`` takes off
    what happened to a mixture of other groups that had moved alike before (synthetic control).

    Parameters
    ----------
    panel : DataFrame
        From :func:`helpers.models.event_panel.panel`.
    level : float, default 0.95
        Confidence level.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 4000
        How many placebos are drawn.

    Returns
    -------
    DataFrame
        ``method``, ``n`` (host groups), ``comparison`` (other groups, the fewest at any date), ``count``
        (messages of the hosts in the weeks after), ``estimate`` (factor), ``low``, ``high``, ``p``,
        ``extra``, ``extra_low``, ``extra_high`` (messages), ``detectable`` (smallest factor that such a
        comparison finds four times out of five), ``small`` (fewer than 5 host groups). No rows when no
        event can be compared.

    Notes
    -----
    Groups, not messages, are the units. The spread of the last two methods is that of placebos: groups
    that held nothing, treated as if they had. The interval holds if, but for the event, hosts would have
    moved as such a group does; hosts that were not drawn by lot may not. For before–after the interval is
    Student's over the hosts: it does not know that something else happened at the same time.
    Abadie, Diamond & Hainmueller (2010) for the placebos.

    Taught in: 04 Interaction
    """
    events = _changes(panel)
    columns = ["method", "n", "comparison", "count", "estimate", "low", "high", "p"]
    columns += ["extra", "extra_low", "extra_high", "detectable", "small"]
    rows: list[dict[str, Any]] = []
    for method in METHODS if events else ():
        single = np.concatenate([event.effects[method][event.hosts] for event in events.values()])
        n, effect = len(single), float(single.mean())
        p = detectable = np.nan
        if method == "before_after":
            spread = single.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
            width = float(stdtrit(n - 1, 0.5 + level / 2)) * spread if n > 1 else np.nan
            low, high = effect - width, effect + width
        else:
            drawn = _placebos(events, method, repeats, seed)
            under, over = percentiles(drawn, level)
            low, high = effect - float(over), effect - float(under)
            p = (1 + int((np.abs(drawn) >= abs(effect)).sum())) / (repeats + 1)
            detectable = float(np.exp(over - np.quantile(drawn, 0.2)))
        count = int(sum(event.values[event.hosts][:, event.before :].sum() for event in events.values()))
        bounds = np.array([effect, low, high])
        extra = count * (1 - np.exp(-bounds))
        rows.append(
            {"method": method, "n": n, "comparison": min(int((~e.hosts).sum()) for e in events.values())}
            | {"count": count, "p": p, "detectable": detectable, "small": n < SMALL}
            | dict(zip(("estimate", "low", "high"), np.exp(bounds).tolist(), strict=True))
            | dict(zip(("extra", "extra_low", "extra_high"), extra.tolist(), strict=True))
        )
    result = pd.DataFrame(rows, columns=columns)
    result.attrs["about"] = dict(panel.attrs.get("about", {})) | {"metric": "effect of events"}
    return result


def by_group(panel: pd.DataFrame) -> pd.DataFrame:
    """Show each host group by itself: its change, by how much it beat the others and its twin, and its rank.

    Parameters
    ----------
    panel : DataFrame
        From :func:`helpers.models.event_panel.panel`.

    Returns
    -------
    DataFrame
        ``campaign_id``, ``name``, ``group_id``, ``before``, ``after`` (messages a week), ``before_after``,
        ``other_groups``, ``synthetic_twin`` (factors), ``rank`` (place of its factor against the twin
        among all groups at that date, 1 the highest), ``n`` (groups at that date), ``misfit`` (typical
        weekly distance from its twin before the event, as a share of its mean), ``donors`` (groups of the
        twin with at least a tenth, and their shares), ``small`` (too few messages to say much alone).

    Taught in: 04 Interaction
    """
    columns = ["campaign_id", "name", "group_id", "before", "after", *METHODS]
    columns += ["rank", "n", "misfit", "donors", "small"]
    names = dict(zip(panel["campaign_id"], panel["name"], strict=True))
    rows: list[dict[str, Any]] = []
    for campaign, event in _changes(panel).items():
        scaled = event.values / event.values[:, : event.before].mean(axis=1, keepdims=True)
        effect = event.effects["synthetic_twin"]
        for row in np.flatnonzero(event.hosts):
            share = event.shares[row]
            gap = scaled[row, : event.before] - (share @ scaled)[: event.before]
            donors = [(share[at], event.groups[at]) for at in np.argsort(-share) if share[at] >= 0.1]
            rank = 1 + int((effect[~event.hosts] > effect[row]).sum())
            rows.append(
                {"campaign_id": campaign, "name": names[campaign], "group_id": event.groups[row]}
                | {"before": event.values[row, : event.before].mean()}
                | {"after": event.values[row, event.before :].mean()}
                | {method: float(np.exp(event.effects[method][row])) for method in METHODS}
                | {"rank": rank, "n": 1 + int((~event.hosts).sum())}
                | {"misfit": float(np.sqrt((gap**2).mean()))}
                | {"donors": ", ".join(f"{group} {part:.0%}" for part, group in donors)}
                | {"small": event.values[row, event.before :].sum() < FEW_MESSAGES}
            )
    result = pd.DataFrame(rows, columns=columns)
    result.attrs["about"] = dict(panel.attrs.get("about", {})) | {"metric": "events by group"}
    return result


def paths(panel: pd.DataFrame) -> pd.DataFrame:
    """Lay each host group beside its synthetic twin, week by week.

    Parameters
    ----------
    panel : DataFrame
        From :func:`helpers.models.event_panel.panel`.

    Returns
    -------
    DataFrame
        ``campaign_id``, ``name``, ``group_id``, ``week``, ``messages``, ``twin`` (messages expected from
        the mixture of other groups), ``others`` (messages if it had moved like the other groups together).

    Taught in: 04 Interaction
    """
    columns = ["campaign_id", "name", "group_id", "week", "messages", "twin", "others"]
    names = dict(zip(panel["campaign_id"], panel["name"], strict=True))
    parts = []
    for campaign, event in _changes(panel).items():
        level = event.values[:, : event.before].mean(axis=1, keepdims=True)
        scaled = event.values / level
        weeks = np.arange(scaled.shape[1]) - event.before
        for row in np.flatnonzero(event.hosts):
            parts.append(
                pd.DataFrame({"week": weeks, "messages": event.values[row].astype(int)}).assign(
                    campaign_id=campaign,
                    name=names[campaign],
                    group_id=event.groups[row],
                    twin=event.shares[row] @ scaled * level[row],
                    others=scaled[~event.hosts].mean(axis=0) * level[row],
                )[columns]
            )
    result = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    result.attrs["about"] = dict(panel.attrs.get("about", {})) | {"metric": "host groups and their twins"}
    return result
