"""`SummaryWriter.add_scalar` and `add_scalars`, PyTorch's and tensorboardX's."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from hpopt.hooks._forward import forward
from hpopt.hooks._metrics import Logged, logged
from hpopt.hooks._on_import import Action


def _read_scalar(
    writer: Any, tag: str, scalar_value: Any, global_step: Any = None, *_: Any, **__: Any
) -> Logged:
    return logged({tag: scalar_value}, global_step)


def _read_scalars(
    writer: Any,
    main_tag: str,
    tag_scalar_dict: dict[str, Any],
    global_step: Any = None,
    *_: Any,
    **__: Any,
) -> Logged:
    return logged({f"{main_tag}/{tag}": v for tag, v in tag_scalar_dict.items()}, global_step)


def _hook(module: ModuleType) -> None:
    forward(module.SummaryWriter, "add_scalar", _read_scalar)
    forward(module.SummaryWriter, "add_scalars", _read_scalars)


MODULES: dict[str, Action] = {"torch.utils.tensorboard.writer": _hook, "tensorboardX.writer": _hook}
