# SPDX-License-Identifier: MIT
"""Everything that can be requested: each page of the console with the filters and sorts that it offers, and each call of the api."""
import base64
import hashlib
import hmac
import html
import http.client
import json
import re
import subprocess
import time
import urllib.parse

import database

EXPORT_LINES = 200          # that are read of an export here; scale.py reads a whole one


class Answer:
    def __init__(self, status, headers, text, seconds):
        self.status, self.headers, self.text, self.seconds = status, headers, text, seconds


def ask(base, method, path, headers=None, body=None, most=None):
    """most: the number of bytes after which reading stops."""
    where = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=600)
    began = time.monotonic()
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        text = answer.read(most).decode(errors="replace")
        return Answer(answer.status, answer.headers, text, time.monotonic() - began)
    finally:
        connection.close()


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Customer:
    """A customer of the crowd, with a token."""

    def __init__(self, facts, number):
        issuer, now = facts["issuer"], int(time.time())
        with open(issuer["hs256_secret_file"], "rb") as file:
            secret = file.read().strip()
        self.subject, self.base = f"{database.PREFIX}{number}", facts["base_url"]
        claims = {"iss": issuer["iss"], "aud": issuer["aud"], "sub": self.subject, "iat": now, "exp": now + 86400}
        text = encode(b'{"alg":"HS256","typ":"JWT"}') + "." + encode(json.dumps(claims).encode())
        self.token = text + "." + encode(hmac.new(secret, text.encode(), hashlib.sha256).digest())

    def ask(self, method, path):
        return ask(self.base, method, path, {"Authorization": "Bearer " + self.token})


class Staff:
    """The demo's owner, signed in to the console."""

    def __init__(self, facts):
        self.base, self.cookies = facts["base_url"], {}
        page = self.ask("/admin/sign-in")
        fields = {name: html.unescape(value) for name, value in re.findall(r'name="(_\w+)" value="([^"]*)"', page.text)}
        answer = self.ask("/admin/sign-in", fields | facts["console"])
        if answer.status != 303:
            raise RuntimeError(f"the console let nobody in: {answer.status}")

    def ask(self, path, fields=None, most=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Accept-Language": "en"}
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base}
        body = urllib.parse.urlencode(fields) if fields is not None else None
        answer = ask(self.base, "POST" if body else "GET", path, headers, body, most)
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer


# ---- the console

def routes(program):
    """The paths of GET routes, from the console's own table."""
    lines = subprocess.run([program, "--routes"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split()[1] for line in lines if line.startswith("GET ")]


def values(db, pages):
    """The values for the {names} in paths: those with the most rows."""
    event, slug = db.ask("SELECT id, slug FROM events WHERE slug = 'month-5'")[0]
    product = db.number(f"SELECT product_id FROM milestones WHERE event_id = {event} AND at = 15")
    customer, claim = db.ask(f"SELECT user_id, MAX(id) FROM claims WHERE event_id = {event} GROUP BY user_id ORDER BY COUNT(*) DESC, user_id LIMIT 1")[0]
    known = {
        "event": slug, "product": product, "customer": customer, "claim": claim,
        "milestone": db.number(f"SELECT MIN(id) FROM milestones WHERE event_id = {event}"),
        "message": db.number("SELECT MAX(id) FROM outbox_messages"), "staff": db.number("SELECT MIN(id) FROM staff"),
        "webhook": db.number("SELECT MIN(id) FROM webhook_endpoints"), "recipient": db.number("SELECT COALESCE(MIN(id), 1) FROM alert_recipients"),
        "outage": db.number("SELECT COALESCE(MIN(id), 1) FROM outages"),
        "key": db.number("SELECT COALESCE(MIN(id), 1) FROM api_keys"),
    }
    for page in pages:
        for name in re.findall(r"\{(\w+)\}", page):
            if name not in known:
                raise RuntimeError(f"say in tests/bench/pages.py what stands for {{{name}}} of {page}")
    return known


def offered(path, page):
    """The queries that a page offers: links to the same page (sorts, the next part) and each option of its GET forms."""
    found = {}
    for link in re.findall(r'href="([^"]*)"', page):
        link = html.unescape(link).partition("#")[0]
        where, _, query = link.partition("?")
        if query and where in (path, ""):
            found[re.sub(r"cursor=[^&]*", "cursor=…", query)] = query
    for form in re.findall(r'<form[^>]*method="get"[^>]*>.*?</form>', page, re.S):
        for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
            choices = [html.unescape(value) for value in re.findall(r'<option[^>]*value="([^"]+)"', options)]
            for value in choices if len(choices) <= 8 else (choices[0], choices[len(choices) // 2], choices[-1]):
                found[f"{name}={urllib.parse.quote(value)}"] = f"{name}={urllib.parse.quote(value)}"
    return found


# Filters that are hard only in combination: few rows of many.
COMBINED = {
    "/admin/claims": ("event={event}&state=cancelled", "event={event}&product={product}", "event={event}&product={product}&state=cancelled",
                      "product={product}&state=cancelled", "state=delivered", "state=shipped"),
    "/admin/customers": ("search=minji", "search=minji.7", "search=nobody-has-this-name", "search=bench-77", "search=7", "search=a"),
    "/admin/messages": ("state=dead", "state=waiting"),
    "/admin/audit": ("subject=claim", "action=claim.cancel", "actor=command"),
    "/admin/": ("event={event}",),
}


def console_pages(staff, db, program):
    """name → path of everything that can be viewed, each once. The name is the same for every size of database."""
    paths = routes(program)
    known = values(db, paths)
    fill = lambda text: re.sub(r"\{(\w+)\}", lambda match: str(known[match.group(1)]), text)
    found = {}
    for route in paths:
        path = fill(route)
        found[route] = path
        if route.endswith(".csv"):
            continue
        page = staff.ask(path).text
        for name, query in offered(path, page).items():
            found[f"{route}?{generic(name, known)}"] = f"{path}?{query}"
        for query in COMBINED.get(route, ()):
            if re.search(rf'name="{query.split("=")[0]}"', page):
                found[f"{route}?{query}"] = f"{path}?{fill(query)}"
    return found


def generic(query, known):
    """Row counts differ between sizes, names do not."""
    return re.sub(r"\b(product|claim|customer|milestone)=\d+", lambda match: f"{match.group(1)}=*", query)


# ---- the api

def calls(facts, db):
    """name → a function that makes the call. Calls that write can be made once."""
    one, event = int(db.number("SELECT SUBSTRING(subject, 7) FROM users u JOIN claims c ON c.user_id = u.id JOIN events e ON e.id = c.event_id "
                               "WHERE e.slug = 'month-11' AND u.subject LIKE 'bench-%' AND u.state = 'active' "
                               "GROUP BY u.id ORDER BY COUNT(*) DESC, u.id LIMIT 1")), "/api/v1/events/month-11"
    customer, key = Customer(facts, one), {"Authorization": "Bearer " + facts["api_key"], "Content-Type": "application/json"}
    milestone, product = db.ask("SELECT m.id, m.product_id FROM milestones m JOIN events e ON e.id = m.event_id WHERE e.slug = 'month-11' AND m.at = 15")[0]
    claim = db.number("SELECT MAX(id) FROM claims WHERE kind = 'item'")
    month = time.strftime("%Y-%m", time.gmtime(time.time() + 9 * 3600))
    own = {name: (lambda words=name.split(): customer.ask(words[0], words[1])) for name in (
        "GET /api/v1/me", "GET /api/v1/me/points", "GET /api/v1/me/claims", "GET /api/v1/events", f"GET {event}", f"GET {event}/milestones",
        f"GET {event}/attendance?month={month}", "GET /api/v1/events/month-5", f"POST {event}/attendance", f"POST {event}/attendance again",
        f"POST {event}/milestones/{milestone}/claim")}
    shop = lambda method, path, body=None: lambda: ask(facts["base_url"], method, "/api/v1/shop/" + path, key, json.dumps(body) if body else None)
    stock = shop("POST", f"products/{product}/stock", {"delta": 1, "reference": f"scale-{time.time()}", "reason": "came in"})
    points = shop("POST", f"users/{customer.subject}/points", {"amount": 1, "reference": f"scale-{time.time()}", "reason": "a gift"})
    return {re.sub(r"\d{4}-\d\d|(?<=/)\d+(?=/)", "*", name): call for name, call in own.items()} | {
        "GET /shop/users/*": shop("GET", f"users/{customer.subject}"), "GET /shop/users/*?export=1": shop("GET", f"users/{customer.subject}?export=1"),
        "GET /shop/claims": shop("GET", "claims"), "GET /shop/claims?state=claimed": shop("GET", "claims?state=claimed"),
        "GET /shop/claims?state=cancelled": shop("GET", "claims?state=cancelled"), "GET /shop/products": shop("GET", "products"),
        "PATCH /shop/claims/*": shop("PATCH", f"claims/{claim}", {"state": "delivered"}),
        "POST /shop/products/*/stock": stock, "POST /shop/products/*/stock again": stock,
        "POST /shop/users/*/points": points, "POST /shop/users/*/points again": points,
        "GET /readyz": lambda: ask(facts["base_url"], "GET", "/readyz"), "GET /metrics": lambda: ask(facts["base_url"], "GET", "/metrics"),
    }
