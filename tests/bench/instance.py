# SPDX-License-Identifier: MIT
"""The measured instance: a separate demo in its own directory, and nginx with a constant worker. All of it ends with this process."""
import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import cpu

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TREE, "packaging", "demo"))
from services import Failure, Services, adopt_orphans  # noqa: E402, F401


def program(name):
    found = shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin")
    if not found:
        sys.exit(f"bench: {name} is not installed")
    return found


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def make_tokens(path, issuer, prefix, count):
    """One HS256 token per line, for the customers 1 to count."""
    with open(issuer["hs256_secret_file"], "rb") as file:
        secret = file.read().strip()
    head, now = encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()), int(time.time())
    with open(path, "w", encoding="ascii") as file:
        for number in range(1, count + 1):
            claims = {"iss": issuer["iss"], "aud": issuer["aud"], "sub": f"{prefix}{number}", "iat": now, "exp": now + 86400}
            text = head + "." + encode(json.dumps(claims).encode())
            file.write(text + "." + encode(hmac.new(secret, text.encode(), hashlib.sha256).digest()) + "\n")


class Issuer:
    """A login with a key pair, whose public key our server publishes."""
    audience = "bench"

    def __init__(self, algorithm, directory):
        self.algorithm, self.iss = algorithm, f"https://{algorithm.lower()}.bench.dojang.invalid/"
        self.keys, self.tokens = os.path.join(directory, f"{algorithm}.json"), os.path.join(directory, f"tokens-{algorithm}")

    def sign(self, build, prefix, count):
        subprocess.run([os.path.join(build, "tests", "bench", "tokens"), self.algorithm, self.iss, self.audience, prefix, str(count), self.keys, self.tokens],
                       check=True)

    def section(self, port):
        return (f"[issuer {self.algorithm}]\niss = {self.iss}\naudience = {self.audience}\nalgorithm = {self.algorithm}\n"
                f"jwks_uri = http://127.0.0.1:{port}/{os.path.basename(self.keys)}\nallow_http = yes\n")

    def first_token(self):
        with open(self.tokens, encoding="ascii") as file:
            return file.readline().strip()


class Instance:
    def __init__(self, build, directory, workers, tree=TREE):
        """tree: the source of the programs in build, for the demo that starts them."""
        self.tree = tree
        self.build, self.directory, self.workers = build, directory, workers
        self.log = os.path.join(directory, "log")
        os.makedirs(self.log, exist_ok=True)
        adopt_orphans()
        self.services = Services(self.log, self.on_restart)
        self.floor_port = None

    @staticmethod
    def on_restart(name):
        raise RuntimeError(f"{name} ended")

    def facts(self):
        with open(os.path.join(self.directory, "demo", "demo.json"), encoding="utf-8") as file:
            return json.load(file)

    def start(self, customers, keeps=False):
        os.environ.update(DOJANG_PORT="0", DOJANG_DIR=os.path.join(self.directory, "demo"), DOJANG_WORKERS=str(self.workers),
                          DOJANG_DEMO_CUSTOMERS=str(customers))
        os.environ["DOJANG_KEEP"] = "1" if keeps else ""
        os.environ.pop("DOJANG_LIMITS", None)
        self.services.start("demo", [os.path.join(self.tree, "packaging", "demo", "run"), self.build])
        self.services.wait_for(lambda: os.path.exists(os.path.join(self.directory, "demo", "demo.json")), "the demo", 180)
        self.forget_the_clock()

    def forget_the_clock(self):
        """Removes the setting clock_file: a host has none, and the programs read the file twice per request."""
        path = self.facts()["settings_file"]
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(line for line in lines if not line.startswith("clock_file"))
        self.restart_workers()

    def stop(self):
        self.services.end(self.services.pids_of("demo"), 60)    # its database may have much to write
        self.services.stop("nginx", "floor", "keys")

    # ---- issuers beside the demo's

    def add_issuers(self, issuers, prefix, count):
        """Issuers with published keys, like a shop's login: a small server publishes the keys, and workers fetch and keep them."""
        directory, port = os.path.dirname(issuers[0].keys), self.free_port()
        os.makedirs(directory)
        for issuer in issuers:
            issuer.sign(self.build, prefix, count)
        self.services.start("keys", [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", directory, str(port)])
        self.services.wait_for(lambda: self.status(f"http://127.0.0.1:{port}/") == 200, "the server of the issuers' keys")
        with open(self.facts()["settings_file"], "a", encoding="utf-8") as file:
            file.write("".join(issuer.section(port) for issuer in issuers))
        self.restart_workers()
        for issuer in issuers:
            self.services.wait_for(lambda it=issuer: self.is_known(it), f"workers that know the keys of {issuer.algorithm}", 90)

    def restart_workers(self):
        """Ends the workers; their supervisors start new ones."""
        roots = set(self.facts()["pids"]["api"])
        before = cpu.family(roots) - roots
        for pid in before:
            os.kill(pid, signal.SIGTERM)
        self.services.wait_for(lambda: not before & cpu.family(roots) and len(cpu.family(roots) - roots) >= self.workers, "other workers")

    def is_known(self, issuer):
        """Whether all workers have the keys, as far as this is visible from outside."""
        url, token = self.facts()["base_url"] + "/api/v1/me", issuer.first_token()
        return all(self.status(url, token) == 200 for _ in range(4 * self.workers))

    @staticmethod
    def status(url, token=None):
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    # ---- the floors: nginx with Dojang's own files, and a constant instead of the api

    def start_floors(self, runtime):
        """runtime: a short path for the sockets."""
        worker = os.path.join(self.build, "tests", "bench", "floor")
        halves = (self.workers - self.workers // 2, self.workers // 2)
        sockets = [os.path.join(runtime, f"floor-{name}.sock") for name, workers in zip("ab", halves) if workers]
        for path, workers in zip(sockets, halves):
            self.services.start(f"floor {path[-6]}", [
                program("spawn-fcgi"), "-n", "-s", path, "-M", "0660", "-b", "4096", "--", worker, str(workers)])
        self.services.wait_for(lambda: all(map(os.path.exists, sockets)), "the floor's sockets")
        self.write_floor_site(runtime, sockets)
        nginx = os.path.join(runtime, "nginx")
        self.services.start("nginx", [program("nginx"), "-p", runtime, "-c", os.path.join(nginx, "nginx.conf"), "-e", "stderr"])
        self.services.wait_for(lambda: os.path.exists(os.path.join(runtime, "nginx.pid")), "nginx of the floors")

    def write_floor_site(self, runtime, sockets):
        """Writes the settings of the demo's nginx, with other workers."""
        self.floor_port = self.free_port()
        os.makedirs(os.path.join(runtime, "www"), exist_ok=True)
        self.write(os.path.join(runtime, "www", "static.json"), json.dumps({"filler": "x" * 330}))
        nginx = os.path.join(runtime, "nginx")
        shutil.copytree(os.path.join(self.directory, "demo", "nginx"), nginx)
        with open(os.path.join(nginx, "dojang.conf"), encoding="utf-8") as file:
            text = re.sub(r"unix:\S*/api-([ab])\.sock", rf"unix:{runtime}/floor-\1.sock", file.read())
        text = re.sub(r"fastcgi_cache_path \S+", f"fastcgi_cache_path {runtime}/visitors", text)
        if any(path not in text for path in sockets):
            raise RuntimeError("the demo's nginx does not name the pools as expected")
        self.write(os.path.join(nginx, "dojang.conf"), text)
        with open(os.path.join(HERE, "nginx.conf.in"), encoding="utf-8") as file:
            text = file.read()
        for name, value in {
                "USER": "user root;" if os.getuid() == 0 else "", "PROCESSES": str(min(4, len(os.sched_getaffinity(0)))),
                "FILES": "8192", "CONNECTIONS": "4096", "RUN": runtime, "PORT": str(self.floor_port)}.items():
            text = text.replace(f"@{name}@", value)
        self.write(os.path.join(nginx, "nginx.conf"), text)

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    @staticmethod
    def free_port():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]
