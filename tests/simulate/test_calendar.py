from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pytest

from helpers.simulate.calendar import clock_times, is_day_off, lay_out


@pytest.mark.parametrize("year", [2025, 2026])
def test_days_off_are_those_of_the_official_calendar(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if is_day_off(day) != chinese_calendar.is_holiday(day)] == []


def test_make_up_saturday_is_worked() -> None:
    assert not is_day_off(date(2026, 2, 28))
    assert is_day_off(date(2026, 3, 7))


def test_day_numbers_and_dates_agree() -> None:
    days = lay_out(date(2025, 6, 1), 10, history=5, weekly=1, mishap=None)
    assert days.date_of(days.number(date(2025, 6, 9))) == date(2025, 6, 9)
    assert days.date_of(-5) == date(2025, 5, 27)


def test_mishap_wears_on_its_days_only() -> None:
    days = lay_out(date(2025, 6, 1), 10, history=0, weekly=1, mishap=(3, 2, 5.0))
    assert days.wear[:6].tolist() == [1, 1, 1, 5, 5, 1]


def test_no_weekly_rhythm_means_equal_days() -> None:
    days = lay_out(date(2025, 7, 1), 28, history=0, weekly=0, mishap=None)
    assert np.ptp(days.rhythm[:28]) == 0


def test_evenings_are_busier_than_nights() -> None:
    rng = np.random.default_rng(1)
    times = clock_times(rng, np.zeros(5000, bool), np.zeros(5000, np.int64))
    hours = np.bincount(times // 3600, minlength=24)
    assert times.min() >= 0 and times.max() < 86400
    assert hours[21] > 10 * hours[3]
