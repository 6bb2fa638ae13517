"""What was freed goes back to the system."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

FREED = """
import os
from flows.memory import give_back_memory

def resident_mb():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

blocks = [bytes(50_000) for _ in range(4000)]
blocks = blocks[-1:]  # the last one stays, so the heap cannot shrink from its end
before = resident_mb()
give_back_memory()
print(before - resident_mb())
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or not os.path.exists("/proc/self/statm"), reason="only glibc keeps it"
)
def test_what_was_freed_is_given_back():
    told = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=True).stdout
    assert float(told) > 150  # of 200 MB
