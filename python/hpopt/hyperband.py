"""Where the original keeps asynchronous Hyperband."""

from hpopt.legacy.hyperband import AsyncHyperBand

__all__ = ["AsyncHyperBand"]
