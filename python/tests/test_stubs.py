"""The committed stub of the extension is what the extension says of itself."""

import difflib
import pathlib
import subprocess
import sys

STUB = pathlib.Path(__file__).resolve().parents[1] / "hpopt" / "_engine.pyi"


def test_the_stub_is_up_to_date(tmp_path: pathlib.Path) -> None:
    fresh = tmp_path / "_engine.pyi"
    generator = [sys.executable, "-m", "nanobind.stubgen", "--quiet", "--module", "hpopt._engine"]
    subprocess.run([*generator, "--output-file", fresh], check=True)
    committed, generated = (path.read_text().splitlines() for path in (STUB, fresh))
    differences = "\n".join(difflib.unified_diff(committed, generated, lineterm="", n=1))
    assert not differences, f"write it anew with ./dev stubs:\n{differences}"
