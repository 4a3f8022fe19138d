#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Computes what is needed when this many customers check in within the first ten minutes after midnight: a small model over measured costs
(docs/capacity.json; --bench takes the CPU of a run of `make bench` instead). Prints docs/capacity.md's table and draws its chart."""
import argparse
import json
import math
import os

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Assumed, not measured.
PEAK = 0.25                 # of those who come in ten minutes come in the busiest one
VIEWS, CLAIMS = 1, 0.1      # by each of them, beside the check-in
HOT = 0.2                   # of the claims want the same product
BUSY = 0.6                  # of a processor that may be used at the peak
HOST, DATABASE_HOST = 8, 32 # processors of a web host and of the largest database host one would buy
COMMITS = 20000             # durable commits a second that one database server's disk and group commit bear
WAIT_MS = 3.0               # that a worker is occupied by a request when the database is not overloaded
DAYS = 30                   # of history in the table of what is stored
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def costs(path, bench):
    with open(path, encoding="utf-8") as file:
        known = json.load(file)
    if bench:
        with open(bench, encoding="utf-8") as file:
            for row in json.load(file)["summary"]:
                name = {"attendance view": "view"}.get(row["scenario"], row["scenario"])
                if row["target"] == "through nginx" and name in known["cpu_ms"]:
                    known["cpu_ms"][name] = {part: row["cpu"][part] for part in ("app", "nginx", "database")}
    return known


def need(customers, known):
    """At the peak, for the customers of the first ten minutes."""
    rate = customers * PEAK / 60
    rates = {"check-in": rate, "view": rate * VIEWS, "claim": rate * CLAIMS}
    cores = {part: sum(rates[name] * known["cpu_ms"][name][part] for name in rates) / 1000 / BUSY for part in ("app", "nginx", "database")}
    cores["app"] += sum(rates.values()) * known["rs256_ms"] / 1000 / BUSY
    commits = rates["check-in"] + rates["claim"]
    log = {kind: sum(rates[name] * known[kind][name] for name in ("check-in", "claim")) / 1e6 for kind in ("redo_bytes", "binlog_bytes")}
    writers = max(1, math.ceil(cores["database"] / DATABASE_HOST), math.ceil(commits / COMMITS))
    stored = customers * (DAYS * known["row_bytes"]["attendance"] + known["row_bytes"]["users"]
                          + DAYS * CLAIMS * sum(known["row_bytes"][name] for name in ("claims", "point_entries", "outbox_messages"))) / 1e9
    return {"customers": customers, "rate": rate, "requests": sum(rates.values()), "cores": cores, "web_hosts": math.ceil((cores["app"] + cores["nginx"]) / HOST),
            "workers": math.ceil(sum(rates.values()) * WAIT_MS / 1000 / BUSY), "commits": commits, "log": log, "writers": writers,
            "hot": rates["claim"] * HOT / known["hot_claims_per_second"]["with binary log"], "stored": stored}


def table(rows):
    head = ("customers in ten minutes | check-ins /s at the peak | requests /s | processors: app | nginx | database | web hosts of 8 | workers | "
            "commits /s | redo, MB/s | binary log, MB/s | database writers | hot product | stored in a month").split(" | ")
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [f"{row['customers']:,}", f"{row['rate']:,.0f}", f"{row['requests']:,.0f}", *(f"{row['cores'][part]:,.1f}" for part in ("app", "nginx", "database")),
                 str(row["web_hosts"]), f"{row['workers']:,}", f"{row['commits']:,.0f}", f"{row['log']['redo_bytes']:.2f}", f"{row['log']['binlog_bytes']:.2f}",
                 str(row["writers"]), f"{100 * row['hot']:.0f} %", f"{row['stored']:,.1f} GB"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


# ---- the chart: both axes by powers of ten

LEFT, TOP, WIDE, HIGH = 70, 40, 600, 320
LINES = (("database", "#b23a48", "none"), ("nginx", "#7a9e3f", "none"), ("app", "#2a6f97", "9 7"))       # app over database: they are nearly the same


def at(customers, cores):
    return LEFT + WIDE * (math.log10(customers) - 4) / 3, TOP + HIGH * (1 - (math.log10(max(cores, 0.01)) + 2) / 4)


def chart(known):
    steps = [10 ** (4 + step / 10) for step in range(31)]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + 120} {TOP + HIGH + 60}" font-family="sans-serif" font-size="13" role="img" '
             'aria-labelledby="t d"><title id="t">Processors at the peak, by customers who check in within ten minutes</title>'
             '<desc id="d">Straight lines on logarithmic axes: each part grows with the customers. The table of docs/capacity.md has the figures.</desc>'
             f'<rect width="100%" height="100%" fill="#fff"/><text x="{LEFT}" y="24" font-size="15">Processors needed at the peak (60 % busy)</text>']
    for power in range(4, 8):
        x, _ = at(10 ** power, 1)
        parts.append(f'<line x1="{x:.0f}" y1="{TOP}" x2="{x:.0f}" y2="{TOP + HIGH}" stroke="#ddd"/><text x="{x:.0f}" y="{TOP + HIGH + 20}" text-anchor="middle">{10 ** power:,}</text>')
    for power in range(-2, 3):
        _, y = at(1e4, 10 ** power)
        parts.append(f'<line x1="{LEFT}" y1="{y:.0f}" x2="{LEFT + WIDE}" y2="{y:.0f}" stroke="#ddd"/><text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10 ** power:g}</text>')
    _, y = at(1e4, DATABASE_HOST)
    parts.append(f'<line x1="{LEFT}" y1="{y:.0f}" x2="{LEFT + WIDE}" y2="{y:.0f}" stroke="#b23a48" stroke-dasharray="5 4"/>'
                 f'<text x="{LEFT + 6}" y="{y - 6:.0f}" fill="#b23a48">one database host of {DATABASE_HOST}</text>')
    ends = []
    for name, colour, dashes in LINES:
        points = [at(customers, need(customers, known)["cores"][name]) for customers in steps]
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dashes}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>')
        ends.append([points[-1][1], name, colour])
    for place, end in enumerate(sorted(ends)):
        end[0] = max(end[0], sorted(ends)[place - 1][0] + 15) if place else end[0]
        parts.append(f'<text x="{LEFT + WIDE + 8}" y="{end[0] + 4:.0f}" fill="{end[2]}">{end[1]}</text>')
    parts.append(f'<text x="{LEFT + WIDE / 2}" y="{TOP + HIGH + 44}" text-anchor="middle">customers who check in within the first ten minutes after midnight</text></svg>')
    return "".join(parts) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--costs", default=os.path.join(TREE, "docs", "capacity.json"), help="measured costs")
    parser.add_argument("--bench", default="", help="a bench.json whose CPU replaces that of the costs")
    parser.add_argument("--chart", default="", help="SVG file for the chart")
    choices = parser.parse_args()
    known = costs(choices.costs, choices.bench)
    print(table([need(customers, known) for customers in SIZES]))
    if choices.chart:
        with open(choices.chart, "w", encoding="utf-8") as file:
            file.write(chart(known))


main()
