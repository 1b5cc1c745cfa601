"""What every test of an official SDK for Python against `ossum serve` has at hand."""

import random
import tempfile
import unittest
from pathlib import Path

from server import Server

KIB = 1024
MIB = 1024 * KIB


class ServerTest(unittest.TestCase):
    """One server for the class, one client of it for the class.

    A class of claims is written once, as a plain class, and run twice: by a subclass for each
    signature version, which sets `signature_version`.
    """

    signature_version = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.start_server()
        cls.addClassCleanup(cls.server.end)
        cls.client = cls.connect()

    @classmethod
    def start_server(cls):
        """Starts the server of the class; with memory only, unless a class wants otherwise."""
        return Server()

    @classmethod
    def connect(cls):
        """Makes a client of the server; each SDK has its own."""
        raise NotImplementedError

    def temporary_directory(self):
        """Makes a directory that goes with the test."""
        directory = tempfile.TemporaryDirectory(prefix="ossum-interop-")
        self.addCleanup(directory.cleanup)
        return Path(directory.name)


def some_bytes(size, seed=1):
    """Bytes that look random and are the same every time."""
    return random.Random(seed).randbytes(size)
