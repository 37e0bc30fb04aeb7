"""Synthetic networks with known truth. Every firm is invented and says so.

`generate_network` gives objects, `generate_columns` and `write_large` the same firms as columns for matching;
`generate_work_orders` gives a network something to do.
"""

from __future__ import annotations

from kumihimo.simulate.columns import generate_columns
from kumihimo.simulate.network import MOST_OBJECTS, generate_network
from kumihimo.simulate.practices import price_bands
from kumihimo.simulate.storage import write_large
from kumihimo.simulate.truth import Truth, truth_of
from kumihimo.simulate.work_orders import generate_work_orders

__all__ = [
    "MOST_OBJECTS",
    "Truth",
    "generate_columns",
    "generate_network",
    "generate_work_orders",
    "price_bands",
    "truth_of",
    "write_large",
]
