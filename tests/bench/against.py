# SPDX-License-Identifier: MIT
"""Another commit of Dojang, built for a comparison side by side."""
import os
import subprocess
import sys

from instance import Failure


def run(log, directory, *argv):
    with open(log, "ab") as output:
        if subprocess.run(argv, cwd=directory, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False).returncode != 0:
            raise Failure(f"{' '.join(argv)} failed; see {log}")


def build(commit, tree, directory):
    """Checks the commit out and builds it below directory, unless that was done before. Returns its tree; its build directory is `build` there."""
    done = subprocess.run(["git", "-C", tree, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"there is no commit {commit}")
    name = done.stdout.strip()
    other, log = os.path.join(directory, name), os.path.join(directory, f"{name}.log")
    if os.path.exists(os.path.join(other, "build", "built")):
        return other
    print(f"building {name[:12]}", file=sys.stderr, flush=True)
    os.makedirs(os.path.join(other, "build"), exist_ok=True)
    run(log, tree, "sh", "-c", f"git archive {name} | tar -x -C '{other}'")
    run(log, other, "autoreconf", "-fi")
    run(log, os.path.join(other, "build"), "../configure", "-q")
    run(log, os.path.join(other, "build"), "make", "-s", f"-j{os.cpu_count()}")
    with open(os.path.join(other, "build", "built"), "w", encoding="ascii"):
        pass
    return other
