"""`wandb.log` and `run.log`, whatever the mode: online, offline or disabled."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from hpopt.hooks._forward import forward
from hpopt.hooks._metrics import Logged, logged
from hpopt.hooks._on_import import Action


def _read(run: Any, data: Any, step: Any = None, *_: Any, **__: Any) -> Logged:
    return logged(data, step)


def _hook(module: ModuleType) -> None:
    forward(module.Run, "log", _read)


MODULES: dict[str, Action] = {"wandb.sdk.wandb_run": _hook}
