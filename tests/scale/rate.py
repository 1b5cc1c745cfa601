"""`--limit` is what moves, within 5 % over half a minute, whichever way and by whichever command.

All of them run at the same time: the rate of each is a small part of what the machine can do.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import command
from many_files import make_files
from server import BUCKET
from workspace import make_file

# Bytes a second.
RATE = 4_000_000
SECONDS = 30
SIZE = RATE * SECONDS
FILES = 1_500

_DEVIATION = 5
_URL = f"oss://{BUCKET}"
_COMMANDS = {
    "file to object": (["source", f"{_URL}/up"], {}),
    "object to file": ([f"{_URL}/down", "target"], {}),
    "standard input to object": (["-", f"{_URL}/in"], {"stdin": "source"}),
    "object to standard output": ([f"{_URL}/down", "-"], {"stdout": os.devnull}),
    f"{FILES:,} files, up": (["-r", "sources", f"{_URL}/ups/"], {}),
    f"{FILES:,} files, down": (["-r", f"{_URL}/downs/", "targets"], {}),
}


def examine(table, ossum, server, directory):
    make_file(directory / "source", SIZE)
    make_files(directory / "sources", FILES, SIZE // FILES)
    command.run(ossum, server, directory, "cp", "source", f"{_URL}/down")
    command.run(ossum, server, directory, "cp", "-r", "sources", f"{_URL}/downs/")

    def seconds(places, streams):
        began = time.monotonic()
        words = ["--quiet", "cp", "--limit", str(RATE), *places]
        streams = {stream: directory / path for stream, path in streams.items()}
        command.run(ossum, server, directory, *words, **streams)
        return time.monotonic() - began

    with ThreadPoolExecutor(len(_COMMANDS)) as threads:
        runs = {name: threads.submit(seconds, *run) for name, run in _COMMANDS.items()}
    for name, run in runs.items():
        rate = SIZE / run.result()
        what = f"--limit, {name}: {rate / 1e6:.2f} of {RATE / 1e6:.2f} MB/s, % off"
        table.at_most(what, 100 * abs(rate / RATE - 1), _DEVIATION)
