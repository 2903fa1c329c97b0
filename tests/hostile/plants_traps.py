"""Puts pipes and links in the place of its own files, so that who opens them waits for ever."""

import os
import pathlib
import shutil

import training

training.train()
checkpoints = os.environ.get("HPOPT_CHECKPOINT_DIR")
if checkpoints:
    trial = pathlib.Path(checkpoints).resolve().parent
    assert trial.is_relative_to(training.FOLDER.resolve())
    for path in list(trial.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        os.mkfifo(path)
    for name in ("reports.jsonl", "result.json"):
        if not (trial / name).exists():
            (trial / name).symlink_to(trial / name)
training.report(3)
training.linger()
