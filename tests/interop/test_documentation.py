"""The examples of docs/serve.md do what the page says."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

from sdk_test import SdkTest
from server import BUCKET, REGION

PAGE = Path(__file__).resolve().parents[2] / "docs" / "serve.md"


class Documentation(SdkTest):
    signature_version = "v4"

    def test_the_examples_in_python_run_as_they_stand(self):
        examples = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
        self.assertTrue(examples)
        environment = {
            **os.environ,
            "OSS_ENDPOINT": self.server.endpoint,
            "OSS_REGION": REGION,
            "OSS_ACCESS_KEY_ID": self.server.access_key_id,
            "OSS_ACCESS_KEY_SECRET": self.server.access_key_secret,
        }
        for example in examples:
            self.assertIn(f'"{BUCKET}"', example)
            subprocess.run([sys.executable, "-c", example], env=environment, check=True)
        self.assertEqual(self.get("hello.txt")[1], b"hello")


if __name__ == "__main__":
    unittest.main()
