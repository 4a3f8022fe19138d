# SPDX-License-Identifier: MIT
"""Child processes that run exactly as long as the demo: started, watched, restarted and ended, never searched by name."""
import ctypes
import os
import signal
import subprocess
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LIBC = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """A message for the user at the terminal, in a sentence or two."""


class Stop(BaseException):
    """The demo received a signal to end."""


def adopt_orphans():
    """Makes this process adopt grandchildren whose parent was killed, so that none is left running."""
    if LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise Failure("this kernel does not let a process adopt orphans (prctl PR_SET_CHILD_SUBREAPER)")


def become_child(parent):
    """Runs in a child before it executes its program: the child ends when the demo is killed, and Ctrl-C does not reach it."""
    def prepare():
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
    return prepare


def spawn(argv, log, **more):
    """Starts a program without inherited files, except for its output, which goes to the file log."""
    with open(log, "ab") as output:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                                preexec_fn=become_child(os.getpid()), **more)


def tail(path, lines=20):
    """The errors of a log and its end: mariadb-install-db ends with a page of advice."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            said = file.readlines()
        return "".join([line for line in said[:-lines] if "ERROR" in line][-lines:] + said[-lines:]).rstrip()
    except OSError:
        return ""


def run(argv, log, doing, output=False, given=None):
    """Runs a program to its end and returns its standard output as text if output is set. Raises Failure if it fails."""
    with open(log, "ab") as errors:
        done = subprocess.run(argv, input=given, stdin=None if given is not None else subprocess.DEVNULL, stderr=errors,
                              stdout=subprocess.PIPE if output else errors, start_new_session=True,
                              preexec_fn=become_child(os.getpid()), check=False, **({"text": True} if given is None else {}))
    if done.returncode != 0:
        raise Failure(f"{doing} failed; the end of {log}:\n{tail(log)}")
    return done.stdout


def children():
    """The ids of all our children, including adopted ones."""
    found, own = [], os.getpid()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    state, parent = file.read().rsplit(b")", 1)[1].split()[:2]
            except OSError:
                continue
            if int(parent) == own and state != b"Z":
                found.append(int(name))
    return found


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


class Services:
    """The programs that always run. One that ends is restarted; on_restart gets its name."""

    def __init__(self, log_directory, on_restart):
        self.log_directory = log_directory
        self.on_restart = on_restart
        self.argv, self.pids, self.started, self.wait = {}, {}, {}, {}

    def log(self, name):
        return os.path.join(self.log_directory, name.split(" ")[0] + ".log")

    def start(self, name, argv):
        """name can have a second word, as in "api a": both pools write to api.log."""
        self.argv[name] = argv
        self.pids[name] = spawn(argv, self.log(name)).pid
        self.started[name] = time.monotonic()

    def pids_of(self, kind):
        return [pid for name, pid in self.pids.items() if name.split(" ")[0] == kind]

    def wait_for(self, condition, what, seconds=60):
        """Waits until condition() is true. Raises Failure if a service ends meanwhile."""
        end = time.monotonic() + seconds
        while not condition():
            pid, _ = self.reap(os.WNOHANG)
            name = self.name_of(pid)
            if name:
                raise Failure(f"{name} ended while it was starting; the end of {self.log(name)}:\n{tail(self.log(name))}")
            if time.monotonic() > end:
                raise Failure(f"{what} was not ready within {seconds} seconds; see {self.log_directory}")
            time.sleep(0.03)

    def name_of(self, pid):
        return next((name for name, known in self.pids.items() if known == pid), None)

    @staticmethod
    def reap(flags):
        try:
            return os.waitpid(-1, flags)
        except ChildProcessError:
            return 0, 0

    def watch(self):
        """Restarts services that end, until the demo ends."""
        while True:
            pid, status = self.reap(0)
            name = self.name_of(pid)
            if not name:
                continue
            how = f"was killed by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"ended with {os.WEXITSTATUS(status)}"
            print(f"{name} {how}; restarting it", flush=True)
            del self.pids[name]
            self.end(self.strangers(), 2)           # its own children, which may hold its sockets
            lived = time.monotonic() - self.started[name]
            self.wait[name] = 0 if lived > 5 else min(10, 2 * self.wait.get(name, 0) + 0.5)
            if lived < 1:
                time.sleep(self.wait[name])         # it ends at once: wait before the next try
            self.start(name, self.argv[name])
            self.on_restart(name)

    def strangers(self):
        return [pid for pid in children() if pid not in self.pids.values()]

    @staticmethod
    def end(pids, seconds):
        """Ends these children: first with a signal, then by killing them after a time limit."""
        for pid in pids:
            send(pid, signal.SIGTERM)
            send(pid, signal.SIGCONT)
        end, waiting = time.monotonic() + seconds, set(pids)
        while waiting := waiting & set(children()):
            if time.monotonic() > end:
                for pid in waiting:
                    send(pid, signal.SIGKILL)
            time.sleep(0.02)

    def stop(self, *order):
        """Ends everything, in this order of kinds and then the rest."""
        for kind in order:
            self.end(self.pids_of(kind), 10)
        while children():
            self.end(children(), 5)
