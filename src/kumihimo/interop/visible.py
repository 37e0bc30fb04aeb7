"""Which rows a viewer may see; which columns, `table_spec.TableSpec.visible` says."""

from __future__ import annotations

from dataclasses import replace

from kumihimo.model import AssessmentStatus, Network, Visibility

_SHOWN_TO_OTHERS = frozenset((AssessmentStatus.PUBLISHED, AssessmentStatus.DISPUTED, AssessmentStatus.EXPIRED))


def visible_network(network: Network, viewer: Visibility) -> Network:
    """Return the network without the rows that `viewer` may not see.

    An assessment that is being written, or that the firm is still looking at (right of reply), is for the coordinator
    and the firm alone.
    """
    if viewer in (Visibility.COORDINATOR, Visibility.OWN):
        return network
    shown = tuple(row for row in network.assessments if row.status in _SHOWN_TO_OTHERS)
    return replace(network, assessments=shown)
