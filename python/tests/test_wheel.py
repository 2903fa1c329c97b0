"""The wheel, built from the sdist and installed into a fresh virtual environment."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What every Linux of the last years has: glibc itself and the unwinder of its compiler.
SYSTEM = re.compile(r"(libc|libm|libpthread|libdl|libgcc_s|ld-linux-x86-64)\.so\.\d+")
NEWEST_GLIBC = (2, 34)


def run(*command: object, **options: object) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def room() -> pathlib.Path:
    """Where `./dev wheel` leaves what it made."""
    run(ROOT / "dev", "wheel")
    return ROOT / "build" / "wheel"


@pytest.fixture(scope="session")
def sdist(room: pathlib.Path) -> pathlib.Path:
    (made,) = room.glob("*.tar.gz")
    return made


@pytest.fixture(scope="session")
def wheel(room: pathlib.Path) -> pathlib.Path:
    (made,) = room.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def environment(wheel: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A virtual environment that holds the wheel and what it requires, nothing else."""
    place = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", wheel)
    import cloudpickle

    (site,) = place.glob("lib/python*/site-packages")
    shutil.copytree(pathlib.Path(cloudpickle.__file__).parent, site / "cloudpickle")
    return place


@pytest.fixture(scope="session")
def binaries(wheel: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> list[pathlib.Path]:
    place = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    files = (path for path in place.rglob("*") if path.is_file())
    return [path for path in files if path.open("rb").read(4) == b"\x7fELF"]


@pytest.fixture
def alone(tmp_path: pathlib.Path) -> Iterator[dict[str, object]]:
    """Nothing of this process leads the child to another hpopt."""
    kept = {name: value for name, value in os.environ.items() if name not in OTHERS}
    yield {"env": kept, "cwd": tmp_path}


OTHERS = {"PYTHONPATH", "PYTHONHOME", "HPOPT", "LD_PRELOAD", "LD_LIBRARY_PATH"}


def test_the_sdist_has_the_sources_and_nothing_that_was_built(sdist: pathlib.Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert {"pyproject.toml", "CMakeLists.txt", "layers", "LICENSE", "README.md"} <= names
    assert {"src/cli/main.cc", "include/hpopt/study.h", "python/hpopt/__init__.py"} <= names
    assert not [name for name in names if name.startswith(("build/", ".", "dist/"))]


def test_the_wheel_names_what_it_is(wheel: pathlib.Path) -> None:
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    assert re.fullmatch(rf"hpopt-[\d.]+-{tag}-{tag}-linux_\w+\.whl", wheel.name)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode()
    assert "hpopt/py.typed" in names
    assert "hpopt/_engine.pyi" in names
    assert "hpopt_hook.pth" in names
    assert not [name for name in names if name.endswith((".a", ".h", ".cmake", ".cc"))]
    required = re.findall(r"^Requires-Dist: (.*)$", text, re.M)
    assert [line for line in required if "extra ==" not in line] == ["cloudpickle>=2.2"]


def test_it_brings_the_package(environment: pathlib.Path, alone: dict[str, object]) -> None:
    code = "import hpopt, pathlib; print(pathlib.Path(hpopt.__file__).resolve())"
    said = run(environment / "bin" / "python", "-c", code, **alone)
    assert pathlib.Path(said.strip()).is_relative_to(environment.resolve())


def test_it_brings_the_command(environment: pathlib.Path, alone: dict[str, object]) -> None:
    command = environment / "bin" / "hpopt"
    assert re.fullmatch(r"hpopt \d+\.\d+\.\d+.*", run(command, "--version", **alone).strip())
    trial = ["sh", "-c", 'echo "x: $0"', "~x:float(0,1)"]
    run(command, "run", "--trials", "3", "--metric", "x:max", "--", *trial, **alone)
    assert '"score"' in run(command, "best", "--json", **alone)


def test_it_needs_what_every_linux_has(binaries: list[pathlib.Path]) -> None:
    assert sorted(path.name.split(".")[0] for path in binaries) == ["_engine", "hpopt"]
    for path in binaries:
        needed = re.findall(r"NEEDED +(\S+)", run("objdump", "-p", path))
        assert [name for name in needed if not SYSTEM.fullmatch(name)] == [], path.name


def test_older_distributions_load_it(binaries: list[pathlib.Path]) -> None:
    for path in binaries:
        versions = re.findall(r"GLIBC_(\d+)\.(\d+)", run("objdump", "-T", "-p", path))
        newest = max((int(major), int(minor)) for major, minor in versions)
        assert newest <= NEWEST_GLIBC, path.name


def test_the_extension_keeps_its_libraries_to_itself(binaries: list[pathlib.Path]) -> None:
    (extension,) = (path for path in binaries if path.name.startswith("_engine"))
    listed = run("nm", "--dynamic", "--defined-only", "--extern-only", extension)
    assert [line.split()[-1] for line in listed.splitlines()] == ["PyInit__engine"]


def test_the_binaries_are_stripped(binaries: list[pathlib.Path]) -> None:
    for path in binaries:
        assert ".symtab" not in run("objdump", "-h", path), path.name
        assert ".debug_info" not in run("objdump", "-h", path), path.name
