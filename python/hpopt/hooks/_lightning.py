"""`log_metrics` of every Lightning logger: of the packages lightning and pytorch_lightning, and of
Fabric."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from hpopt.hooks._forward import forward
from hpopt.hooks._metrics import Logged, logged
from hpopt.hooks._on_import import Action


def _hook(module: ModuleType) -> None:
    rank_zero_only = module.rank_zero_only

    def read(logger: Any, metrics: Any, step: Any = None, *_: Any, **__: Any) -> Logged:
        if getattr(rank_zero_only, "rank", 0):
            return Logged(None, {})
        # The trainer puts the epoch in, and counts it from 0.
        if "epoch" in metrics:
            metrics = {**metrics, "epoch": metrics["epoch"] + 1}
        return logged(metrics, step)

    forward(module.Logger, "log_metrics", read)


MODULES: dict[str, Action] = {
    "lightning.fabric.loggers.logger": _hook,
    "lightning_fabric.loggers.logger": _hook,
}
