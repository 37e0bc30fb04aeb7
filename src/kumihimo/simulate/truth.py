"""What is true of the synthetic sites but stands nowhere in the network: to compare estimates with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kumihimo.simulate.chunk import check_size
from kumihimo.simulate.dice import Floats
from kumihimo.simulate.names import site_id
from kumihimo.simulate.shops import chunk_sizes, draw_shops


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The truth about every site, in the order of the firms.

    Attributes
    ----------
    sites
        Site ids.
    duration_factor
        Real over planned processing time.
    on_time
        Probability that a job is delivered on time.
    defect_rate
        Expected share of defective pieces.
    """

    sites: tuple[str, ...]
    duration_factor: Floats
    on_time: Floats
    defect_rate: Floats


def truth_of(firms: int, seed: int, *, today: date) -> Truth:
    """Return the truth behind `generate_network` with the same arguments.

    Raises
    ------
    InputError
        The size or the seed is out of range.
    """
    check_size(firms, seed)
    parts = [draw_shops(seed, firms, number, today) for number in range(len(chunk_sizes(firms)))]
    return Truth(
        sites=tuple(site_id(number) for number in range(firms)),
        duration_factor=np.concatenate([part.duration_factor for part in parts]),
        on_time=np.concatenate([part.on_time for part in parts]),
        defect_rate=np.concatenate([part.defect_rate for part in parts]),
    )
