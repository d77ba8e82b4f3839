"""The shortest form of tools/soak: faults come faster, everything else is the same."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    run = subprocess.run([ROOT / "tools" / "soak", "--seconds", "6", "--binary", os.environ["OUTSPAN_BINARY"]])
    sys.exit(run.returncode)
