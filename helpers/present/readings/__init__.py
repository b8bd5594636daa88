"""Sentences computed from results: one function a question, `readings.data_quality(account)`.

One import line for each topic module; every public function is named in `__all__`.
"""

from helpers.present.readings.base import Reading
from helpers.present.readings.quality import data_quality

__all__ = [
    "Reading",
    "data_quality",
]
