"""A trainer whose launcher starts ranks in sessions of their own, as torchrun does, is killed whole.

The stand-in does what torchrun's agent does to processes; test_torchrun.py has the real one.
"""

from harness import HERE
from ranks import RANKS, Ranks


class StandIn(Ranks):
    LAUNCHER = (str(HERE / "launcher.py"), "--nproc-per-node", str(RANKS))

    def test_all_ranks_are_gone_at_the_deadline(self):
        self.check_the_deadline(4)

    def test_all_ranks_are_gone_after_a_killed_run(self):
        self.check_a_killed_run()


del Ranks  # has no launcher of its own to be run with
