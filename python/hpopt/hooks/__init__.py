"""Scores of scripts that log elsewhere: to W&B, TensorBoard or a Lightning logger.

Each hook forwards what the library is told to `hpopt.report`, and the script stays as it is:

    HPOPT_HOOK=wandb,lightning hpopt run --metric val_acc:max -- python train.py --lr '~log(1e-5,1)'
    hpopt run --metric val_acc:max -- python -m hpopt.hooks train.py --lr '~log(1e-5,1)'

or, in the script, `hpopt.hooks.install("wandb")`, before or after the library is imported. Nothing
is imported that the script does not import itself. When the trial is not to go on, a hooked script
gets SIGTERM at once. In an objective of `study.optimize` the score is reported, and
`trial.stop_requested` tells the verdict.
"""

from __future__ import annotations

import warnings
from types import ModuleType

from hpopt.errors import InvalidInput
from hpopt.hooks import _lightning, _tensorboard, _wandb
from hpopt.hooks._on_import import Action, on_import

__all__ = ["NAMES", "install"]

_HOOKS: dict[str, dict[str, Action]] = {
    "wandb": _wandb.MODULES,
    "tensorboard": _tensorboard.MODULES,
    "lightning": _lightning.MODULES,
}
NAMES = tuple(_HOOKS)
_installed: set[str] = set()


def install(*names: str) -> None:
    """Forwards what these libraries are told; without names, all of `NAMES`. Twice is as once.

    Errors: InvalidInput: there is no such hook.
    """
    unknown = [name for name in names if name not in _HOOKS]
    if unknown:
        raise InvalidInput(f"there is no hook {unknown[0]!r}", "hooks", f"take {', '.join(NAMES)}")
    for name in names or NAMES:
        if name in _installed:
            continue
        _installed.add(name)
        for module, hook in _HOOKS[name].items():
            on_import(module, _careful(name, hook))


def install_listed(text: str) -> None:
    """The same from a list such as HPOPT_HOOK holds it: "wandb, lightning", or "all"."""
    names = text.replace(",", " ").split()
    install(*([] if "all" in names else names))


def _careful(name: str, hook: Action) -> Action:
    """An unknown version of a library costs the hook, not the script."""

    def act(module: ModuleType) -> None:
        try:
            hook(module)
        except AttributeError as error:
            warnings.warn(
                f"hpopt does not know this version of {module.__name__} ({error}): "
                f"the hook {name!r} hears nothing; call hpopt.report yourself",
                RuntimeWarning,
                stacklevel=2,
            )

    return act
