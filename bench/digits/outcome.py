"""What one tool made of its time, in the same words for all of them."""

import dataclasses


@dataclasses.dataclass
class Trial:
    params: dict
    state: str = "running"  # complete, stopped, failed or cut (by the deadline)
    # Of every report: epoch, validation accuracy, seconds since the tool's start (None: unknown).
    reports: list = dataclasses.field(default_factory=list)

    def best(self, deadline=None):
        """(validation accuracy, epoch) of its best report, of those before the deadline."""
        seen = [
            (validation, -epoch)
            for epoch, validation, seconds in self.reports
            if deadline is None or seconds is None or seconds <= deadline
        ]
        validation, epoch = max(seen, default=(0.0, 0))
        return validation, -epoch


@dataclasses.dataclass
class Outcome:
    trials: list
    ended: float  # seconds after its start at which the tool was gone

    def best_trial(self, deadline=None):
        return max(self.trials, key=lambda trial: trial.best(deadline)[0], default=None)

    def count(self, state):
        return sum(trial.state == state for trial in self.trials)

    def epochs(self):
        """All epochs trained, those of stopped trials too."""
        return sum(len({epoch for epoch, _, _ in trial.reports}) for trial in self.trials)
