"""A small convolutional net that learns digits, an epoch at a time."""

from collections.abc import Mapping
from typing import Any

import digits
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader

import hpopt
from hpopt.integrations.torch import Loop


def network(channels: int, dropout: float) -> nn.Module:
    """Two convolutions that each halve the picture, and one layer that decides."""
    return nn.Sequential(
        nn.Conv2d(1, channels, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(channels, 2 * channels, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(2 * channels * 7 * 7, 10),
    )


def learn(model: nn.Module, optimizer: torch.optim.Optimizer, batches: DataLoader[Any]) -> float:
    """One epoch; the mean loss of its batches."""
    model.train()
    total = 0.0
    for pictures, labels in batches:
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(pictures), labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(batches)


def accuracy(model: nn.Module, batches: DataLoader[Any]) -> float:
    """The share of the validation set that it gets right."""
    model.eval()
    with torch.no_grad():
        right = sum(int((model(x).argmax(1) == y).sum()) for x, y in batches)
    return right / digits.VALIDATION


def train(
    params: Mapping[str, Any], epochs: int, subset: int = 4000, trial: hpopt.Trial | None = None
) -> float:
    """Trains to the end, or until the trial is not to go on; the last accuracy."""
    torch.manual_seed(hpopt.seed())
    learned, validated = digits.load(subset)
    batches = DataLoader(learned, batch_size=params["batch_size"], shuffle=True)
    model = network(params["channels"], params["dropout"])
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=params["lr"], weight_decay=params["weight_decay"]
    )
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    with Loop(trial, model=model, optimizer=optimizer, scheduler=scheduler) as loop:
        for epoch in loop.epochs(epochs):
            loss = learn(model, optimizer, batches)
            scheduler.step()
            reached = accuracy(model, DataLoader(validated, batch_size=500))
            print(f"epoch {epoch}/{epochs} loss {loss:.4f}")
            loop.report(reached)
    return loop.score if loop.score is not None else 0.0
