import os
import subprocess
import sys

from deploy.log import Log
from deploy.supervised import ROOT


def test_a_full_log_moves_aside_and_goes_on(tmp_path):
    with Log(tmp_path / "stack.log", screen=False, largest=1000) as log:
        for number in range(100):
            log.line("registry", f"line {number}")

    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) == {"stack.log", "stack.log.1"}
    assert max(sizes.values()) < 1100
    assert (tmp_path / "stack.log").read_text().endswith("| line 99\n")


def test_what_the_stack_tells_is_on_the_screen_and_in_the_file(tmp_path, capsys):
    with Log(tmp_path / "stack.log", screen=True) as log:
        log.tell("Đang chạy.")
        log.line("registry", "one of many lines")

    assert capsys.readouterr().out == "Đang chạy.\n"
    assert "stack               | Đang chạy." in (tmp_path / "stack.log").read_text()


def test_a_screen_that_goes_away_stops_nothing(tmp_path):
    code = (
        "import pathlib, sys, time; from deploy.log import Log\n"
        "with Log(pathlib.Path(sys.argv[1]), screen=True) as log:\n"
        "    sys.stdin.readline(); log.tell('first'); log.tell('second')\n"
        "import os; os._exit(7)"
    )
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "stack.log")], cwd=ROOT, stdin=subprocess.PIPE, stdout=writing
    ) as process:
        os.close(writing)
        os.close(reading)
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.close()

    assert process.returncode == 7
    assert "second" in (tmp_path / "stack.log").read_text()
