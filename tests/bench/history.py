#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""The kept runs of `make bench`: one line of docs/performance/history.jsonl each, and the chart of their ratios. Run directly, it redraws the
chart."""
import html
import json
import os
import re

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DIRECTORY = os.path.join(TREE, "docs", "performance")
LINES, CHART = os.path.join(DIRECTORY, "history.jsonl"), os.path.join(DIRECTORY, "history.svg")
DISTURBED = 0.5         # share of the windows up to which a run is kept

# The panels: heading, name of the ratio, target.
PANELS = (
    ("Check-in / same work without HTTP", "check-in: rate / the same work without HTTP", 0.5),
    ("Check-in / nginx → constant answer", "check-in: rate / nginx → constant answer", 0.25),
    ("Check-in / faster peer, same SQL", "check-in: rate / the faster peer with derived SQL", 1.8),
    ("Check-in / faster peer, idiomatic SQL", "check-in: rate / the faster peer with idiomatic SQL", 2.2),
    ("View / same work without HTTP", "view: rate / the same work without HTTP", None),
    ("View / faster peer, same SQL", "view: rate / the faster peer with derived SQL", 1.7),
    ("Claim / faster peer, same SQL", "claim: rate / the faster peer with derived SQL", 1.8),
    ("Claim, hot / spread over 64", "claim: rate / spread over 64 products", 0.9),
    ("Check-in, RS256 / HS256", "check-in: rate, RS256 / HS256", 0.85),
    ("Answered under 3 × the load / at capacity", "overload: answered under 3 × that load / at capacity", None),
)


def entry(result):
    """One line: when and where it was measured, and each ratio as median, minimum and maximum."""
    about, windows = result["about"], result["windows"]
    return {"at": about["at"], "commit": about["commit"], "processors": about["processors"], "model": about["model"],
            "repetitions": about["settings"]["repetitions"], "seconds": about["settings"]["seconds"],
            "disturbed": round(sum(bool(window["marks"]["noise"]) for window in windows) / max(1, len(windows)), 2),
            "ratios": {ratio["name"]: [round(ratio[key], 3) for key in ("ratio", "least", "most")] for ratio in result["ratios"]},
            "cpu_ms": {f"{row['scenario']}, {row['target']}": {name: round(cost, 3) for name, cost in row["cpu"].items()} for row in result["summary"]}}


def kept():
    try:
        with open(LINES, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]
    except FileNotFoundError:
        return []


def keep(result):
    """Returns a message. A run that other programs disturbed too much is not kept, because it would mislead."""
    line = entry(result)
    if line["disturbed"] > DISTURBED:
        return f"not kept: {100 * line['disturbed']:.0f} % of the windows were disturbed"
    os.makedirs(DIRECTORY, exist_ok=True)
    with open(LINES, "a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    draw()
    return f"kept in {LINES}"


# ---- the chart: a small one for each ratio, the runs from left to right

COLUMNS, WIDE, HIGH, LEFT, TOP, ROW, COLUMN = 2, 270, 90, 46, 70, 160, 370
STYLE = """
.back{fill:#fff}text{fill:#222;font:13px sans-serif}.small{fill:#555;font-size:11px}.grid{stroke:#ddd}.goal{stroke:#7a5b00;stroke-dasharray:5 4}
.line{fill:none;stroke:#2a6f97;stroke-width:2}.dot{fill:#2a6f97}.range{stroke:#2a6f97;opacity:.5}
@media (prefers-color-scheme:dark){.back{fill:#16181c}text{fill:#e6e6e6}.small{fill:#a8adb5}.grid{stroke:#3a3f47}.goal{stroke:#e0b84c}
.line,.range{stroke:#7cc4ee}.dot{fill:#7cc4ee}}
"""


def top_of(values):
    """The end of an axis from 0: a round number above all values."""
    most = max(values)
    return next(end for end in (0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 10, 20, 50, 100, 1e9) if most <= end)


def short(commit):
    """The commit from git describe, without the release."""
    return re.sub(r"^.*-[0-9]+-g", "", commit).replace("-dirty", "+")


def panel(place, heading, name, goal, runs):
    left, top = LEFT + COLUMN * (place % COLUMNS), TOP + ROW * (place // COLUMNS)
    found = [(number, run, run["ratios"][name]) for number, run in enumerate(runs) if name in run["ratios"]]
    end = top_of([high for _, _, (_, _, high) in found] + [goal or 0])
    x = lambda number: left + WIDE * (number + 0.5) / max(1, len(runs))  # noqa: E731
    y = lambda value: top + HIGH * (1 - value / end)  # noqa: E731
    parts = [f'<text x="{left}" y="{top - 12}">{html.escape(heading)}</text>']
    for value in (0, end / 2, end):
        parts.append(f'<line class="grid" x1="{left}" x2="{left + WIDE}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
                     f'<text class="small" x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
    if goal:
        parts.append(f'<line class="goal" x1="{left}" x2="{left + WIDE}" y1="{y(goal):.1f}" y2="{y(goal):.1f}"><title>to reach: {goal:g}</title></line>')
    parts.append('<polyline class="line" points="' + " ".join(f"{x(number):.1f},{y(ratio[0]):.1f}" for number, _, ratio in found) + '"/>')
    for number, run, (ratio, least, most) in found:
        words = html.escape(f"{run['at'][:10]}, {short(run['commit'])}: {ratio:.2f} ({least:.2f} to {most:.2f})")
        parts.append(f'<line class="range" x1="{x(number):.1f}" x2="{x(number):.1f}" y1="{y(least):.1f}" y2="{y(most):.1f}"/>'
                     f'<circle class="dot" cx="{x(number):.1f}" cy="{y(ratio):.1f}" r="3.5"><title>{words}</title></circle>')
    last = found[-1]
    parts.append(f'<text class="small" x="{left + WIDE + 6}" y="{y(last[2][0]) + 4:.1f}">{last[2][0]:.2f}</text>')
    ends = ((runs[0], left, "start"), (runs[-1], left + WIDE, "end"))
    for run, where, anchor in ends[:len(runs)]:
        parts.append(f'<text class="small" x="{where}" y="{top + HIGH + 16}" text-anchor="{anchor}">{html.escape(short(run["commit"]))}</text>')
    return "".join(parts) + "\n"


def draw():
    runs = kept()
    shown = [each for each in PANELS if any(each[1] in run["ratios"] for run in runs)]
    rows = -(-len(shown) // COLUMNS)
    words = "; ".join(f"{heading}: " + ", ".join(f"{run['ratios'][name][0]:.2f}" for run in runs if name in run["ratios"]) for heading, name, _ in shown)
    text = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMN * COLUMNS + 20} {TOP + ROW * rows - 20}" role="img" aria-labelledby="t d">\n'
            f'<title id="t">Ratios of the kept runs of make bench, oldest first</title>\n<desc id="d">{html.escape(words)}</desc>\n<style>{STYLE}</style>\n'
            f'<rect class="back" width="100%" height="100%"/>\n<text x="14" y="26">Kept runs: median, least to most; dashed: to reach</text>\n'
            + "".join(panel(place, *each, runs) for place, each in enumerate(shown)) + "</svg>\n")
    with open(CHART, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    draw()
