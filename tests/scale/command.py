"""The program as a user starts it, against a server, to its good end."""

import json
import os

from program import Program

_RUN_SECONDS = 120


def start(ossum, server, directory, *words, **streams):
    """Begins `ossum words`, which tells in JSON how it ended."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(directory),
        "OSS_ENDPOINT": server.endpoint,
        "OSS_REGION": "cn-hangzhou",
        "OSS_ACCESS_KEY_ID": "scale",
        "OSS_ACCESS_KEY_SECRET": "scale",
        "AWS_ACCESS_KEY_ID": "scale",
        "AWS_SECRET_ACCESS_KEY": "scale",
    }
    return Program([ossum, "--json", *words], environment, directory, **streams)


def finish(program, seconds=_RUN_SECONDS):
    """Waits for the good end of `program`."""
    ended = program.wait(seconds)
    if ended.code != 0:
        raise AssertionError(
            f"{program.shown}: exit code {ended.code}\n"
            f"{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
        )
    return ended


def run(ossum, server, directory, *words, **streams):
    """Runs `ossum words` to its good end, and tells of it."""
    with start(ossum, server, directory, *words, **streams) as program:
        return finish(program)


def last_line(ended):
    """What its last line says."""
    return json.loads(ended.stdout.splitlines()[-1])
