"""The folds of a search, and their nested subsets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Fold = tuple[Any, Any]  # the indices to train on, and to test on


class Folds:
    """The folds of a splitter, split once, so that all candidates see the same.

    A smaller share of a fold lies inside every larger one. Test sets are always whole.
    """

    def __init__(self, splitter: Any, *, stratified: bool, seed: int) -> None:
        self._splitter = splitter
        self._stratified = stratified
        self._random = np.random.RandomState(seed)
        self._folds: list[tuple[Any, Any, Any]] | None = None

    def __len__(self) -> int:
        """0 until they were first asked for."""
        return len(self._folds or ())

    def share(self, share: float) -> Share:
        """As a splitter whose training sets have this share in (0, 1] of their samples."""
        return Share(self, share)

    def shuffled(self, X: Any, y: Any, params: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
        """Of each fold: what to train on, the order in which it is drawn from, what to test on."""
        if self._folds is None:
            self._folds = [
                (train, self._order(y, train), test)
                for train, test in self._splitter.split(X, y, **params)
            ]
        return self._folds

    def _order(self, y: Any, train: Any) -> Any:
        order = self._random.permutation(len(train))
        if not self._stratified:
            return order
        return order[_spread(np.asarray(y)[train][order])]


@dataclass(frozen=True)
class Share:
    """A splitter with a share of the training samples of each fold."""

    folds: Folds
    share: float

    def split(self, X: Any, y: Any = None, **params: Any) -> Iterator[Fold]:
        for train, order, test in self.folds.shuffled(X, y, params):
            taken = order[: max(1, round(self.share * len(train)))]
            yield (train if self.share >= 1 else train[np.sort(taken)]), test


def _spread(labels: Any) -> Any:
    """An order in which every beginning has each label about as often as the whole.

    The k-th of the n samples with a label stands at k / n; so the first of each come first of all.
    """
    _, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    position = np.empty(len(labels))
    for code, count in enumerate(counts):
        position[codes == code] = np.arange(count) / count
    return np.argsort(position, kind="stable")
