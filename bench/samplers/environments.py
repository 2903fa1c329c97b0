"""The virtual environments of the peers, each made when a tool of it is first run."""

import functools
import os
import pathlib
import subprocess
import sys

import record

HERE = pathlib.Path(__file__).resolve().parent
_BASE_PYTHON = "/usr/bin/python3"


class Unavailable(Exception):
    """The peer does not install here; the text says why."""


def _pip(folder, requirements):
    # The interpreter of .venv may be a link that stands nowhere else.
    base = _BASE_PYTHON if os.access(_BASE_PYTHON, os.X_OK) else sys.executable
    subprocess.run([base, "-m", "venv", folder], check=True)
    done = subprocess.run(
        [
            *(folder / "bin" / "python", "-m", "pip", "install", "--quiet"),
            *("--disable-pip-version-check", "-r", requirements),
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Unavailable((done.stderr.strip() or "pip failed").splitlines()[-1])


@functools.cache
def python(environment):
    """The interpreter of an environment: peers/NAME.txt is installed; a copy is the stamp."""
    if environment == "hpopt":
        return sys.executable
    requirements = HERE / "peers" / f"{environment}.txt"
    folder = record.ROOT / f".venv-samplers-{environment}"
    stamp = folder / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        print(f"installing {', '.join(packages(requirements))} into {folder.name}", flush=True)
        _pip(folder, requirements)
        stamp.write_text(requirements.read_text())
    return str(folder / "bin" / "python")


def packages(requirements):
    lines = requirements.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@functools.cache
def version(environment, package):
    words = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run([python(environment), "-c", words], capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"{package} is not in {environment}")
    return done.stdout.strip()


def variables(environment):
    """One thread a process, so that the seconds of all mean the same."""
    paths = [str(HERE), str(HERE / "peers")]
    if environment == "hpopt":
        paths.append(os.environ.get("PYTHONPATH", ""))
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return os.environ | dict.fromkeys(threads, "1") | {"PYTHONPATH": os.pathsep.join(paths)}
