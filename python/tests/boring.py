"""A Lightning module that learns next to nothing, and data for it; logs val_acc and val_loss."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch.utils.data import DataLoader, TensorDataset

if "pytorch_lightning" in sys.modules:
    import pytorch_lightning as lightning
else:
    import lightning.pytorch as lightning


class Boring(lightning.LightningModule):
    """The accuracy of an epoch is `accuracy_of(epoch)`, epochs from 1."""

    def __init__(self, accuracy_of: Any = lambda epoch: epoch / 100) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)
        self.accuracy_of = accuracy_of

    def training_step(self, batch: Any, index: int) -> torch.Tensor:
        return self.layer(batch[0]).pow(2).mean()

    def validation_step(self, batch: Any, index: int) -> None:
        self.log("val_acc", float(self.accuracy_of(self.current_epoch + 1)))
        self.log("val_loss", self.layer(batch[0]).pow(2).mean())

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1, momentum=0.9)

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(TensorDataset(torch.ones(16, 4)), batch_size=4)

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(TensorDataset(torch.ones(4, 4)), batch_size=4)
