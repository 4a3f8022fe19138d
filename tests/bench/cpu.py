# SPDX-License-Identifier: MIT
"""Processor time and memory of process trees, and of the whole machine."""
import ctypes
import os
import time

LIBC = ctypes.CDLL(None, use_errno=True)
TICKS = os.sysconf("SC_CLK_TCK")


def cost(pid):
    """Seconds of processor time that a process has used with all its threads; None if it has ended."""
    clock = ctypes.c_int()
    if LIBC.clock_getcpuclockid(pid, ctypes.byref(clock)) != 0:
        return None
    try:
        return time.clock_gettime(clock.value)
    except OSError:
        return None


def parents():
    table = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                table[int(name)] = int(file.read().rsplit(b")", 1)[1].split()[1])
        except OSError:
            pass
    return table


def family(roots):
    """These processes and all their running descendants."""
    table, found = parents(), set()
    new = {pid for pid in roots if pid in table}
    while new:
        found |= new
        new = {pid for pid, parent in table.items() if parent in found} - found
    return found


def costs(roots):
    return {pid: seconds for pid in family(roots) if (seconds := cost(pid)) is not None}


def memory(pid):
    """Proportional set size in MB: shared pages are divided by the number of processes that share them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return None


def machine():
    """Seconds since the start of the machine, summed over its processors: (all, busy)."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(word) / TICKS for word in file.readline().split()[1:9]]
    idle, waiting, stolen = ticks[3], ticks[4], ticks[7]
    return sum(ticks), sum(ticks) - idle - waiting - stolen


class Meter:
    """The processor time of groups of processes, given by their roots, from creation until end()."""

    def __init__(self, groups):
        self.groups = groups
        self.before = {name: costs(roots) for name, roots in groups.items()}
        self.machine = machine()

    def end(self):
        """Seconds by group, and the machine's (all, busy). The last moments of a process that ended meanwhile are missing."""
        used = {}
        for name, roots in self.groups.items():
            before = self.before[name]
            used[name] = sum(seconds - before.get(pid, 0) for pid, seconds in costs(roots).items())
        return used, tuple(after - before for after, before in zip(machine(), self.machine))
