"""Where the original keeps asynchronous Hyperband, in its first version."""

from hpopt.legacy.hyperband import AsyncHyperBand

__all__ = ["AsyncHyperBand"]
