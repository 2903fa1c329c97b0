"""A trial that runs out of memory: told apart from other failures, and tried with a smaller batch."""

import sys
import unittest

from harness import ANSWER, HPOPT, NO_ANSWER, HpoptCase, interrupt

# The machine holds a batch of 64. How it fails is said by the first argument.
SCRIPT = """
import os, signal, subprocess, sys, time
how = sys.argv[1]
words = dict(word.lstrip('-').split('=') for word in sys.argv[2:])
batch = int(words.get('batch-size', 128))
if batch > 64:
    if how == 'cuda':
        raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 3.94 GiB total)')
    if how == 'xla':
        sys.exit('jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory '
                 'allocating 17179869184 bytes.')
    if how == 'python':
        raise MemoryError
    if how == 'limit':  # a real one: more than its address space may hold
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        kept = bytearray(4 << 30)
    if how == 'killed':
        os.kill(os.getpid(), signal.SIGKILL)
    if how == 'reported':
        subprocess.run([os.environ['HPOPT'], 'report', '--oom'], check=True)
        sys.exit(0)
    if how == 'quiet':  # caught, printed, and its exit code is 0
        print('torch.OutOfMemoryError: CUDA out of memory.')
        sys.exit(0)
if how == 'innocent':
    print('no CUDA out of memory so far', flush=True)
    raise ValueError('the learning rate is cursed')
if how == 'slow':
    if batch > 64:
        raise MemoryError
    time.sleep(0.3)
for epoch in (1, 2, 3):
    print(f'Epoch {epoch}/3 - score: {batch / 64 - float(words["x"]) ** 2}', flush=True)
"""


class OutOfMemory(HpoptCase):
    BATCH = "--batch-size=~choice(32,64,128,256;default=256)"

    def command(self, how, batch=BATCH):
        script = self.folder / "train.py"
        script.write_text(SCRIPT)
        return ["--", sys.executable, str(script), how, batch, "--x=~float(0,1)"]

    def run_it(self, how, *words, batch=BATCH, trials=8, code=ANSWER):
        return self.hpopt("run", "--time", "60s", "--trials", trials, "--metric", "score:max", "--name",
                          "study", *words, *self.command(how, batch), code=code, HPOPT=HPOPT)

    def check_retries(self, how, memory):
        text = self.run_it(how, "--workers", 1).stdout
        what = "GPU memory" if memory == "gpu" else "memory"
        for trial, batch, half in ((1, 256, 128), (2, 128, 64)):
            self.assertIn(f"trial {trial} ran out of {what} with batch-size={batch}: "
                          f"trial {trial + 1} tries it with {half}", text)
        trials = self.trials()
        self.assertEqual([t["state"] for t in trials], ["out-of-memory"] * 2 + ["complete"] * 6, text)
        self.assertEqual([t["params"]["batch-size"] for t in trials[:3]], [256, 128, 64])
        self.assertEqual(len({t["params"]["x"] for t in trials[:3]}), 1, "nothing else changes")
        self.assertLessEqual({t["params"]["batch-size"] for t in trials[3:]}, {32, 64})
        self.assertEqual(self.json("show", 1)["memory"], memory)
        self.assertIsNone(self.json("show", 3)["memory"])
        self.assertIn(f"it ran out of {what}", self.hpopt("why", 1).stdout)
        self.assertIn("tries it with 128", self.hpopt("why", 2).stdout)
        self.assertEqual(self.json("status")["trials"]["out_of_memory"], 2)

    def test_of_a_gpu(self):
        self.check_retries("cuda", "gpu")

    def test_of_xla(self):
        self.check_retries("xla", "gpu")

    def test_of_python(self):
        self.check_retries("python", "host")

    def test_of_an_address_space(self):
        self.check_retries("limit", "host")

    def test_of_a_process_that_the_kernel_killed(self):
        self.check_retries("killed", "host")

    def test_that_the_trial_reports(self):
        self.check_retries("reported", "host")

    def test_that_was_printed_before_a_good_exit_without_a_score(self):
        self.check_retries("quiet", "gpu")

    def test_a_mention_is_none(self):
        text = self.run_it("innocent", code=NO_ANSWER).stdout
        self.assertIn("the learning rate is cursed", text)
        self.assertEqual({t["state"] for t in self.trials()}, {"failed"})

    def test_a_batch_that_is_no_parameter(self):
        done = self.run_it("python", batch="--batch-size=128", code=NO_ANSWER)
        text = done.stdout + done.stderr
        self.assertIn("with --batch-size '~choice(...)' instead of 128, hpopt would try a smaller batch",
                      text)
        self.assertIn("MemoryError", text)
        self.assertLess(len(self.trials()), 8, "it ends early")

    def test_a_space_that_is_too_large_as_a_whole(self):
        done = self.run_it("cuda", batch="--batch-size=~choice(128,256)", code=NO_ANSWER)
        text = done.stdout + done.stderr
        self.assertIn("the study allows no smaller one", text)
        self.assertIn("would run out of memory as trial", text)
        self.assertLessEqual(len(self.trials()), 4)

    def test_an_interrupted_study_remembers_its_bounds(self):
        words = ["run", "--time", "60s", "--trials", 12, "--metric", "score:max", "--name", "study",
                 "--workers", 1, *self.command("slow")]
        process = self.start(*words)
        for line in process.stdout:
            if "trial 4 starts" in line:
                break
        interrupt(process)
        process.communicate(timeout=30)
        self.hpopt(*words, code=ANSWER)
        trials = self.trials()
        self.assertEqual(len(trials), 12)
        self.assertEqual([t["trial"] for t in trials if t["state"] == "out-of-memory"], [1, 2])


if __name__ == "__main__":
    unittest.main()
