"""Runs on a Dask cluster: an executor whose workers were handed the package and the case.

Workers share no folder with this machine and need not have the package, only the libraries it stands on.
`address` finds out who is at one, `client` is this side of the wire, `worker` travels to each Dask worker, and `child` serves there, in a process
of its own with the package that was handed over, and no other, on its path.
"""

from neutrality.cluster.address import knock
from neutrality.cluster.client import Cluster, connected

__all__ = ["Cluster", "connected", "knock"]
