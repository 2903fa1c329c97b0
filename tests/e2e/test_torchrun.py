"""A trainer under the real torchrun, two ranks on the CPU that reduce tensors, is killed whole.

No part of every test run: `./dev test-torch` installs Debian's python3-torch and runs it.
"""

from ranks import RANKS, Ranks


class Torchrun(Ranks):
    # Debian's 1.13 takes no "redirect nothing" from Python 3.11: standard error it is.
    LAUNCHER = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(RANKS),
                "--redirects", "2", "--tee", "2", "--log_dir", "logs")
    MORE = ("--gloo",)

    def test_all_ranks_are_gone_at_the_deadline(self):
        self.check_the_deadline(25)

    def test_all_ranks_are_gone_after_a_killed_run(self):
        self.check_a_killed_run()


del Ranks  # has no launcher of its own to be run with
