"""Figures: one function a question, `plots.data_quality(account)`; a result goes in, a `Picture` comes out.

One import line for each topic module; every public function is named in `__all__`.
"""

from helpers.present.plots.quality import data_quality

__all__ = [
    "data_quality",
]
