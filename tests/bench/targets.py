# SPDX-License-Identifier: MIT
"""The windows of a run: each measures one scenario on one target and checks that acknowledged work is in the database."""
import json
import os
import subprocess
import time

import cpu
import database

NOISE = 0.15        # share of the machine that strangers may use before a window is marked

CHECK_IN, VIEW, CLAIM, SPREAD, OVERLOAD, FLOOR = "check-in", "view", "claim", "spread claims", "overload", "floor"
OVERLOAD_CROWD = 4          # times as many customers as in the other windows
SCENARIOS = (FLOOR, CHECK_IN, VIEW, CLAIM, SPREAD, OVERLOAD)
WANTED_STATUS = {CHECK_IN: 201, VIEW: 200, CLAIM: 201, SPREAD: 201, OVERLOAD: 201, FLOOR: 200}
EXPECTED = {CHECK_IN: '"count":5', VIEW: '"count":4', CLAIM: '"state":"claimed"', SPREAD: '"state":"claimed"', OVERLOAD: '"count":5'}


def month():
    return time.strftime("%Y-%m", time.gmtime(time.time() + 9 * 3600))


def path_of(scenario, event):
    rest = {CHECK_IN: "attendance", OVERLOAD: "attendance", VIEW: f"attendance?month={month()}"}.get(scenario, "milestones/*/claim")
    return f"/api/v1/events/{event.slug}/{rest}"


class Target:
    """groups: the root processes of each part of the processor time, by name. events: the database of its events."""
    events = None

    def __init__(self, name, choices):
        self.name, self.choices = name, choices

    def groups(self):
        return {}

    def command(self, scenario, event):
        raise NotImplementedError

    def timing(self, scenario):
        words = ["--clean-ms", self.choices.seconds * 1000, "--most-ms", self.choices.most * 1000, "--warm-up-ms", self.choices.warm_up * 1000,
                 "--steal-percent", self.choices.steal, "--count", self.crowd(scenario)]
        if scenario in (CHECK_IN, CLAIM, SPREAD, OVERLOAD):
            words.append("--once")
        return [str(int(word)) if isinstance(word, float) else str(word) for word in words]

    def crowd(self, scenario):
        """The number of customers for a window."""
        return self.choices.customers * (OVERLOAD_CROWD if scenario == OVERLOAD else 1)

    def fresh_event(self, slug, scenario):
        return self.events.fresh_event(slug, self.crowd(scenario), scenario == SPREAD) if self.events else None

    def rows(self, scenario, event):
        """The rows that this window wrote; None if it writes nothing."""
        if scenario in (CHECK_IN, OVERLOAD):
            return self.events.attendance_rows(event)
        return self.events.claim_rows(event) if scenario in (CLAIM, SPREAD) else None

    def measure(self, scenario, event):
        meter = cpu.Meter(self.groups())
        done = subprocess.run([str(word) for word in self.command(scenario, event)], capture_output=True, text=True, check=False)
        used, (all_seconds, busy_seconds) = meter.end()
        if done.returncode != 0:
            raise RuntimeError(f"{scenario} of {self.name}: {done.stderr.strip()}")
        figures = json.loads(done.stdout)
        used[self.own_group()] = figures.pop("cpu_seconds")
        figures["cpu"] = {name: 1000 * seconds / max(1, figures["done"]) for name, seconds in used.items()}     # seconds per 1,000
        figures["strangers"] = max(0.0, busy_seconds - sum(used.values())) / max(all_seconds, 1e-9)
        figures["marks"] = self.check(scenario, event, figures, done.stderr)
        return figures

    @staticmethod
    def own_group():
        return "load"

    def check(self, scenario, event, figures, words):
        """The problems of a window. Errors make the run invalid, noise only the window."""
        marks = {"errors": [], "noise": []}
        try:
            rows = figures["rows"] = self.rows(scenario, event)
        except database.Mismatch as mismatch:
            rows = None
            marks["errors"].append(str(mismatch))
        if rows is not None and not figures["done"] <= rows <= figures["done"] + figures["unknown"]:
            marks["errors"].append(f"{figures['done']} acknowledged, {figures['unknown']} unknown, but {rows} rows")
        if figures["unexpected"]:
            marks["errors"].append(f"{figures['unexpected']} unexpected answers {figures.get('answers', '')}: {' '.join(words.split())[:400]}")
        if figures["unknown"]:
            marks["errors"].append(f"{figures['unknown']} requests without an answer")
        if figures["clean_seconds"] < self.choices.seconds / 2:
            marks["noise"].append(f"only {figures['clean_seconds']:.1f} s with little steal" if not figures["is_exhausted"] else
                                  f"customers used up after {figures['seconds']:.1f} s; take more (--customers)")
        if figures["strangers"] > NOISE:
            marks["noise"].append(f"other programs took {100 * figures['strangers']:.0f} % of the machine")
        return marks


class Web(Target):
    """Load over HTTP."""

    def __init__(self, name, choices, url, tokens):
        super().__init__(name, choices)
        self.url, self.tokens = url, tokens

    def command(self, scenario, event):
        words = [self.choices.program("load"), "--lanes", self.choices.connections, "--tokens", self.tokens, "--url",
                 self.url + path_of(scenario, event), "--method", "GET" if scenario == VIEW else "POST", "--status", WANTED_STATUS[scenario],
                 "--expect", EXPECTED[scenario], *self.timing(scenario)]
        if scenario in (CLAIM, SPREAD):
            words += ["--milestone", event.milestone, "--milestones", event.milestones]
        return words


class Dojang(Web):
    """Through nginx to the api's workers, as in production. variant: the algorithm of the tokens' issuer, if it is not the demo's HS256, or another
    commit."""

    def __init__(self, choices, instance, tokens, events, variant=None):
        super().__init__("through nginx" + (f", {variant}" if variant else ""), choices, instance.facts()["base_url"], tokens)
        self.instance, self.events = instance, events
        self.rates = {}         # the highest so far, by scenario

    def groups(self):
        pids = self.instance.facts()["pids"]
        return {"app": pids["api"], "nginx": [pids["nginx"]], "database": [pids["mariadbd"]]}

    def measure(self, scenario, event):
        figures = super().measure(scenario, event)
        self.rates[scenario] = max(self.rates.get(scenario, 0), figures["clean_rate"] or figures["rate"])
        return figures

    def worker_memory(self):
        """The memory of a worker of each pool; the supervisor and shared memory are divided among the workers."""
        sizes = []
        for root in self.groups()["app"]:
            pool = {pid: size for pid in cpu.family([root]) if (size := cpu.memory(pid)) is not None}
            if len(pool) > 1:
                sizes.append(sum(pool.values()) / (len(pool) - 1))
        return sizes


class Rush(Dojang):
    """More check-ins than it can serve, answered or not: refused customers come again. Afterwards a normal load."""
    FACTOR, AFTER_SECONDS = 3, 1
    CONNECTIONS = 4096          # more than nginx lets wait
    WAITING = 3000              # limit_conn in nginx/dojang/locations.conf

    def __init__(self, choices, ours):
        super().__init__(choices, ours.instance, ours.tokens, ours.events)
        self.name, self.ours = f"{self.FACTOR} × that load", ours

    def timing(self, scenario):
        """The queue is full when the measurement begins."""
        capacity = max(1, self.ours.rates[scenario])
        filling = 1000 * 1.2 * self.WAITING / ((self.FACTOR - 1) * capacity)
        words = super().timing(scenario)
        words[words.index("--warm-up-ms") + 1] = str(int(1000 * self.choices.warm_up + min(filling, 5000)))
        return words

    def command(self, scenario, event):
        words = super().command(scenario, event)
        words[words.index("--lanes") + 1] = self.CONNECTIONS
        return words + ["--rate", max(1, int(self.FACTOR * self.ours.rates[scenario])), "--after-ms", 1000 * self.AFTER_SECONDS,
                        "--after-lanes", self.choices.connections]

    def measure(self, scenario, event):
        """Responses take longer than a clean interval."""
        figures = super().measure(scenario, event)
        return figures | {"clean_p50_ms": figures["p50_ms"], "clean_p99_ms": figures["p99_ms"]}

    def check(self, scenario, event, figures, words):
        """A refusal that is not in the contract's form was already counted as an unexpected response."""
        marks = super().check(scenario, event, figures, words)
        if not figures["refused"]:
            marks["noise"].append("nobody was turned away: it carried all of the load, or the queue was never full")
        if figures["unsent"] > figures["sent"] / 20:
            marks["noise"].append(f"{figures['unsent']} of {figures['sent'] + figures['unsent']} requests found no free connection")
        return marks


class Direct(Target):
    """The same functions and their SQL in the same number of processes, without HTTP."""

    def __init__(self, choices, instance, events):
        super().__init__("without HTTP", choices)
        self.instance, self.events = instance, events

    def groups(self):
        return {"database": [self.instance.facts()["pids"]["mariadbd"]]}

    @staticmethod
    def own_group():
        return "app"

    def command(self, scenario, event):
        words = [self.choices.program("direct"), "--settings", self.instance.facts()["settings_file"], "--event", event.slug, "--work",
                 {SPREAD: CLAIM}.get(scenario, scenario), "--lanes", self.choices.workers, "--subjects", database.PREFIX, *self.timing(scenario)]
        if scenario in (CLAIM, SPREAD):
            words += ["--milestone", event.milestone, "--milestones", event.milestones]
        return words


class Floor(Target):
    """nginx without Dojang."""

    def __init__(self, name, choices, instance, path, tokens):
        super().__init__(name, choices)
        self.instance, self.path, self.tokens = instance, path, tokens

    def groups(self):
        pids = self.instance.services.pids_of
        return {"app": pids("floor"), "nginx": pids("nginx")}

    def command(self, scenario, event):
        return [self.choices.program("load"), "--lanes", self.choices.connections, "--tokens", self.tokens, "--url",
                f"http://127.0.0.1:{self.instance.floor_port}{self.path}", *self.timing(scenario)]


class Peer(Web):
    """Another server that gives the same responses, named in peers.json."""

    def __init__(self, name, choices, facts, events):
        self.sql = facts.get("sql")
        super().__init__(f"{name}, {self.sql} SQL" if self.sql else name, choices, facts[name], facts["tokens"])
        self.pid_file, self.events = facts["pids"][name], events
        self.database_pid = int(open(events.durability()["pid_file"], encoding="ascii").read())

    def groups(self):
        with open(self.pid_file, encoding="ascii") as file:
            return {"app": [int(word) for word in file.read().split()], "database": [self.database_pid]}


def peers_of(paths, client, choices):
    """The peers of all named files, separated by commas."""
    found = []
    for path in filter(None, (path.strip() for path in paths.split(","))):
        with open(path, encoding="utf-8") as file:
            facts = json.load(file)
        events = database.Peers(client, facts["mysql_socket"], "peers", choices.customers)
        found += [Peer(name, choices, facts, events) for name in facts["pids"]]
    names = [peer.name for peer in found]
    if len(set(names)) != len(names):
        raise RuntimeError(f"two peers have the same name; \"sql\" tells them apart: {', '.join(names)}")
    return found


def is_disk(path):
    """False on a file system in memory, where syncing costs nothing."""
    best, kind = "", ""
    with open("/proc/mounts", encoding="utf-8") as file:
        for line in file:
            mount, name = line.split()[1:3]
            if (path + "/").startswith(mount.rstrip("/") + "/") and len(mount) > len(best):
                best, kind = mount, name
    return kind not in ("tmpfs", "ramfs")
