"""Judge each day of a count by the weeks before it: expected value, limits, and false alarms."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import betainc, ndtri
from scipy.stats import nbinom

_SHORTEST = 14  # days of history without which nothing is expected
_SMALLEST = 0.1  # an expected count below this would make single events look impossible
# Mean of the squared standard normal within its middle 75 and 95 %.
_MIDDLE = {0.75: 0.3684, 0.95: 0.7589}


def _tails(count: np.ndarray, mean: np.ndarray, spread: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Chances of so few or fewer, and of so many or more, when the variance is `spread` times the mean.
    size, p = mean / (spread - 1), 1 / spread
    fewer = np.asarray(betainc(size, count + 1, p))
    more = np.where(count > 0, betainc(np.maximum(count, 1), size, 1 - p), 1.0)
    return fewer, more


def _spread(count: np.ndarray, mean: np.ndarray, quiet: np.ndarray, middle: float) -> np.ndarray:
    # Variance over mean from the middle of the days, so that the odd days themselves do not widen it.
    squares = np.where(quiet & (mean > 0), (count - mean) ** 2 / np.where(mean > 0, mean, 1), np.nan)
    unknown = np.isnan(squares).all(axis=-1, keepdims=True)
    squares = np.where(unknown, 1.0, squares)
    inner = np.where(squares <= np.nanquantile(squares, middle, axis=-1, keepdims=True), squares, np.nan)
    return np.maximum(np.nanmean(inner, axis=-1) / _MIDDLE[middle], 1.001)


def _weekdays(count: np.ndarray, exposure: np.ndarray, weekday: np.ndarray, quiet: np.ndarray) -> np.ndarray:
    # Factor of each weekday against the week around it; five imagined counts keep rare events near 1.
    if len(count) <= _SHORTEST:
        return np.ones(len(count))
    week = np.ones(7)
    used = np.where(quiet, exposure, 0.0)
    around = np.convolve(np.where(quiet, count, 0.0), week, "same")
    level = around / np.maximum(np.convolve(used, week, "same"), 1e-12)
    expected = np.bincount(weekday, weights=level * used, minlength=7)
    observed = np.bincount(weekday, weights=np.where(quiet, count, 0.0), minlength=7)
    factor = (observed + 5) / (expected + 5)
    return (factor / factor.mean())[weekday]


def _steady(count: np.ndarray, weight: np.ndarray, quiet: np.ndarray) -> np.ndarray:
    # The history in which nothing ever happens: one straight line, and the weekdays.
    used = quiet & (weight > 0)
    rate = count[used] / weight[used]
    time = np.arange(len(count), dtype=float)
    line = np.polyval(np.polyfit(time[used], rate, 1, w=np.sqrt(weight[used])), time)
    return np.clip(line, rate.mean() / 4, None) * weight


def _scan(
    count: np.ndarray, weight: np.ndarray, spread: np.ndarray, history: int, limit: float, side: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Day after day, all histories (rows) at once: a straight line through the quiet days before it.
    rows, length = count.shape
    mean = np.full((rows, length), np.nan)
    chance = np.full((rows, length), np.nan)
    alarm = np.zeros((rows, length), dtype=bool)
    time = np.arange(length, dtype=float)
    for now in range(_SHORTEST, length):
        span = slice(max(0, now - history), now)
        quiet = ~alarm[:, span]
        # After half a window of alarms the new level is the level: forget what was before it.
        moved = quiet.sum(axis=1, keepdims=True) <= quiet.shape[1] / 2
        quiet = np.where(moved, np.arange(quiet.shape[1]) >= quiet.shape[1] - _SHORTEST, quiet)
        w, t = weight[span] * quiet, time[span] - now
        y = count[:, span] * quiet
        total, first, second = w.sum(axis=1), (w * t).sum(axis=1), (w * t * t).sum(axis=1)
        ready = ((w > 0).sum(axis=1) >= _SHORTEST) & (weight[now] > 0)
        spare = np.where(ready, total * second - first**2, 1.0)
        flat = y.sum(axis=1) / np.where(total > 0, total, 1.0)
        line = (second * y.sum(axis=1) - first * (y * t).sum(axis=1)) / np.where(spare > 0, spare, 1.0)
        rate = np.clip(np.where(spare > 0, line, flat), flat / 4, flat * 4)
        mean[:, now] = np.where(ready, np.maximum(rate * weight[now], _SMALLEST), np.nan)
        fewer, more = _tails(count[:, now], np.where(ready, mean[:, now], 1.0), spread)
        either = np.minimum(2 * np.minimum(fewer, more), 1.0)
        tail = {"high": more, "low": fewer, "both": either}[side]
        chance[:, now] = np.where(ready, tail, np.nan)
        alarm[:, now] = ready & (tail <= limit)
    return mean, chance, alarm


def _fit(
    count: np.ndarray, weight: np.ndarray, history: int, limit: float, side: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    spread = np.full(len(count), 1.001)
    if count.shape[1] > _SHORTEST:
        mean, _, alarm = _scan(count, weight, spread, history, 0.0, side)
        spread = _spread(count, mean, ~alarm, 0.75)
        mean, _, alarm = _scan(count, weight, spread, history, limit, side)
        spread = _spread(count, mean, ~alarm, 0.95)
    return (*_scan(count, weight, spread, history, limit, side), spread)


def chart(
    series: pd.DataFrame,
    *,
    side: str = "both",
    history: int = 28,
    false_alarms: float = 0.5,
    repeats: int = 60,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare every day's count with what the days before it let one expect.

    Parameters
    ----------
    series : DataFrame
        ``day`` (every day, in order), ``observed`` (a count) and, where it is counted out of something
        that varies, ``exposure``.
    side : {"both", "high", "low"}, default "both"
        Which deviations raise an alarm.
    history : int, default 28
        Days before a day on which its expected value rests.
    false_alarms : float, default 0.5
        Days a month (30 days) on which the chart may cry wolf although nothing happened.
    repeats : int, default 60
        Simulated histories in which nothing happens; they set the limit.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    DataFrame
        ``day``, ``n`` (exposure), ``observed``, ``expected``, ``low`` and ``high`` (the limits of the
        chart), ``z`` (deviation as a normal score), ``probability`` (of so large a deviation when nothing
        happens), ``alarm``, ``direction`` ("high", "low" or ""), ``left_edge`` (no history yet).
        ``attrs["about"]`` holds ``false_alarms`` (asked for), ``false_alarms_simulated`` (days a month
        in the simulated histories), ``threshold``, ``dispersion`` and ``alarm_days``.

    Notes
    -----
    Expected: a straight line through the last `history` days that were quiet, times the weekday's factor.
    Distribution: negative binomial, its variance a multiple (``dispersion``) of the mean, both taken from
    the middle of this history so that the odd days do not hide themselves. The limit is set on simulated
    histories that go through the same steps, so its error rate includes that of the estimates. It knows
    no festivals: a sale day is an alarm with a known reason.

    Examples
    --------
    >>> days = pd.DataFrame({"day": pd.date_range("2026-03-02", periods=70), "observed": 20})
    >>> days.loc[60, "observed"] = 90
    >>> found = chart(days)
    >>> found.loc[found["alarm"], ["day", "observed", "expected", "direction"]]
              day  observed  expected direction
    60 2026-05-01        90      20.0      high

    Taught in: 06 Evaluation
    """
    if side not in ("both", "high", "low"):
        raise ValueError(f'side={side!r}: choose one of "both", "high", "low".')
    if history < _SHORTEST:
        raise ValueError(f"history={history}: {_SHORTEST} days or more are needed to expect anything.")
    days = pd.DatetimeIndex(series["day"])
    count = series["observed"].to_numpy(float)
    exposure = series["exposure"].to_numpy(float) if "exposure" in series else np.ones(len(count))
    weekday = days.day_of_week.to_numpy()
    limit = nominal = false_alarms / 30
    quiet = np.ones(len(count), dtype=bool)
    for _round in range(2):
        weight = exposure * _weekdays(count, exposure, weekday, quiet)
        mean, _, alarm, spread = _fit(count[None, :], weight, history, nominal, side)
        quiet = ~alarm[0]
    simulated = np.nan
    if np.isfinite(mean).any() and repeats:
        random = np.random.default_rng(seed)
        size = np.maximum(_steady(count, weight, quiet), 1e-9) / (spread[0] - 1)
        drawn = random.poisson(random.gamma(size, spread[0] - 1, (repeats, len(count)))).astype(float)
        _, chances, _, _ = _fit(drawn, weight, history, nominal, side)
        chances = chances[np.isfinite(chances)]
        limit = min(float(np.quantile(chances, nominal, method="lower")), nominal)
        # Counts jump: the highest limit whose alarms stay within what was asked for.
        if (chances <= limit).mean() > nominal * 1.05:
            limit = float(np.nextafter(limit, 0))
        simulated = float((chances <= limit).mean() * 30)
    mean, chance, alarm = (part[0] for part in _scan(count[None, :], weight, spread, history, limit, side))
    result = _table(series, exposure, mean, chance, alarm, float(spread[0]), limit, side)
    result.attrs["about"] = dict(series.attrs.get("about", {})) | {
        "false_alarms": false_alarms,
        "false_alarms_simulated": simulated,
        "threshold": limit,
        "dispersion": float(spread[0]),
        "days": int(np.isfinite(chance).sum()),
        "alarm_days": int(alarm.sum()),
        "history": history,
    }
    return result


def _table(
    series: pd.DataFrame,
    exposure: np.ndarray,
    mean: np.ndarray,
    chance: np.ndarray,
    alarm: np.ndarray,
    spread: float,
    limit: float,
    side: str,
) -> pd.DataFrame:
    count = series["observed"].to_numpy(float)
    known = np.where(np.isfinite(mean), mean, 1.0)
    size, p = known / (spread - 1), 1 / spread
    tail = limit / 2 if side == "both" else limit
    fewer, more = _tails(count, known, np.full(len(count), spread))
    above = more < fewer
    z = np.where(above, -1, 1) * ndtri(np.clip(np.where(above, more, fewer), 1e-300, 0.5))
    low = np.zeros(len(count)) if side == "high" else nbinom.ppf(tail, size, p)
    high = np.full(len(count), np.inf) if side == "low" else nbinom.isf(tail, size, p)
    seen = np.isfinite(mean)
    return pd.DataFrame(
        {
            "day": series["day"].to_numpy(),
            "n": exposure.astype(int),
            "observed": series["observed"].to_numpy(),
            "expected": mean,
            "low": np.where(seen, low, np.nan),
            "high": np.where(seen, high, np.nan),
            "z": np.where(seen, z, np.nan),
            "probability": chance,
            "alarm": alarm,
            "direction": np.where(alarm, np.where(above, "high", "low"), ""),
            "left_edge": ~seen,
        }
    )
