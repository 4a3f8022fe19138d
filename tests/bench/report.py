# SPDX-License-Identifier: MIT
"""Medians and ratios of a run's windows, as a table with bars and as JSON.

A ratio compares two windows of the same repetition, which ran under similar conditions. The median of these is reported."""
import shutil
import statistics

from targets import CHECK_IN, CLAIM, FLOOR, OVERLOAD, SCENARIOS, SPREAD, VIEW, Rush

EIGHTHS = " ▏▎▍▌▋▊▉█"
CONSTANT = "nginx → constant answer"
SITE = CONSTANT + ", site and log"      # behind the very files of nginx that Dojang is behind
OURS, DIRECT = "through nginx", "without HTTP"
ALGORITHMS = ("RS256", "ES256")     # beside HS256, which is meant where none is named
HEADINGS = {FLOOR: "Floors: nginx without Dojang", CHECK_IN: "Check-in", VIEW: "Attendance view", CLAIM: "Claim, one hot product",
            SPREAD: "Claim, spread over 64 products", OVERLOAD: "Overload: check-ins at its capacity, and more"}
RUSH = f"{Rush.FACTOR} × that load"
RUSH_FIGURES = ("refused", "sent", "refusal_p50_ms", "refusal_p99_ms", "after_rate", "after_refused", "drained_ms")


def middle(values):
    values = list(values)
    return statistics.median(values) if values else None


def good(windows):
    """The windows whose figures are used: noisy ones count only if there are no others."""
    return [window for window in windows if not window["marks"]["errors"] and not window["marks"]["noise"]] or windows


def summarize(windows, plan):
    groups = {(scenario, target.name): [] for scenario, group in plan for target in group}
    for window in windows:
        groups[window["scenario"], window["target"]].append(window)
    rows = []
    for (scenario, target), group in groups.items():
        usable = good(group)
        costs = sorted({name for window in usable for name in window["cpu"]})
        rows.append({"scenario": scenario, "target": target, "windows": len(group), "clean_windows": len(usable),
                     **{key: middle(window[key] for window in usable) for key in ("clean_rate", "rate", "clean_p50_ms", "clean_p99_ms", "stolen",
                                                                                   "idle", "strangers")},
                     **{key: middle(window[key] for window in usable) for key in RUSH_FIGURES if usable and key in usable[0]},
                     "is_noisy": all(window["marks"]["noise"] for window in group), "cpu": {name: middle(window["cpu"].get(name, 0) for window in usable) for name in costs}})
    return rows


def paired(windows, over, under, value, choose=max):
    """The median ratio of two (scenario, target)s by repetition, with the lowest, the highest and the number. under can be a list, from which
    choose selects one in each repetition."""
    def by_repetition(key):
        chosen = [window for window in windows if (window["scenario"], window["target"]) == key]
        return {window["repetition"]: value(window) for window in (good(chosen) if chosen else [])}
    above, below = by_repetition(over), {}
    for found in map(by_repetition, under if isinstance(under, list) else [under]):
        below |= {repetition: choose(each, below.get(repetition, each)) for repetition, each in found.items()}
    ratios = [above[repetition] / below[repetition] for repetition in above if below.get(repetition)]
    return {"ratio": statistics.median(ratios), "least": min(ratios), "most": max(ratios), "pairs": len(ratios)} if ratios else None


def ratios(windows, peers, other=None):
    """other: the name of the target that is another commit."""
    rate, app = (lambda window: window["clean_rate"]), (lambda window: window["cpu"]["app"])
    whole = lambda window: sum(seconds for name, seconds in window["cpu"].items() if name != "load")  # noqa: E731
    wanted = []
    for scenario in (CHECK_IN, VIEW, CLAIM):
        wanted.append((f"{scenario}: rate / the same work without HTTP", (scenario, OURS), (scenario, DIRECT), rate))
        wanted.append((f"{scenario}: CPU of all / the same work without HTTP", (scenario, OURS), (scenario, DIRECT), whole))
        wanted += [(f"{scenario}: rate / {floor}", (scenario, OURS), (FLOOR, floor), rate) for floor in (CONSTANT, SITE)]
        for algorithm in ALGORITHMS:
            wanted.append((f"{scenario}: rate, {algorithm} / HS256", (scenario, f"{OURS}, {algorithm}"), (scenario, OURS), rate))
            wanted.append((f"{scenario}: CPU of the app, {algorithm} / HS256", (scenario, f"{OURS}, {algorithm}"), (scenario, OURS), app))
        if other:
            wanted += [(f"{scenario}: {what} / {other}", (scenario, OURS), (scenario, other), value)
                       for what, value in (("rate", rate), ("CPU of the app", app), ("CPU of all", whole), ("p50", lambda window: window["clean_p50_ms"]),
                                           ("p99", lambda window: window["clean_p99_ms"]))]
        for peer in (peer.name for peer in peers):
            wanted.append((f"{scenario}: rate / {peer}", (scenario, OURS), (scenario, peer), rate))
            wanted.append((f"{scenario}: CPU of the app / {peer}", (scenario, OURS), (scenario, peer), app))
        for design in dict.fromkeys(peer.sql for peer in peers):
            group, words = [(scenario, peer.name) for peer in peers if peer.sql == design], f" with {design} SQL" if design else ""
            if len(group) > 1:
                wanted.append((f"{scenario}: rate / the faster peer{words}", (scenario, OURS), group, rate))
                wanted.append((f"{scenario}: CPU of the app / the thriftier peer{words}", (scenario, OURS), group, app, min))
    wanted.append(("claim: rate / spread over 64 products", (CLAIM, OURS), (SPREAD, OURS), rate))
    wanted.append(("access log: rate of the constant answer with / without", (FLOOR, SITE), (FLOOR, CONSTANT), rate))
    wanted.append((f"overload: answered under {RUSH} / at capacity", (OVERLOAD, RUSH), (OVERLOAD, OURS), rate))
    wanted.append(("overload: p99 of the answered / at capacity", (OVERLOAD, RUSH), (OVERLOAD, OURS), lambda window: window["clean_p99_ms"]))
    wanted.append(("overload: answered in the first second after / at capacity", (OVERLOAD, RUSH), (OVERLOAD, OURS),
                   lambda window: window.get("after_rate", rate(window))))
    found = [{"name": name} | (paired(windows, *what) or {"pairs": 0}) for name, *what in wanted]
    return [ratio for ratio in found if ratio["pairs"]]


def bar(share, width):
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return (EIGHTHS[8] * (eighths // 8) + EIGHTHS[eighths % 8]).strip()


def figure(value, width, decimals):
    return f"{value:{width},.{decimals}f}" if value is not None else " " * (width - 1) + "-"


def table(rows):
    width = max(10, min(30, shutil.get_terminal_size((110, 24)).columns - 92))
    label = 1 + max(len(row["target"]) for row in rows)
    lines = [f"{'':{label}}{'per s':>8} {'p50 ms':>7} {'p99 ms':>7}  {'app':>6} {'nginx':>6} {'db':>6} {'load':>6} {'stolen':>6}",
             f"{'':{label}}{'':8} {'':7} {'':7}  CPU seconds per 1,000 requests"]
    for scenario in SCENARIOS:
        group = [row for row in rows if row["scenario"] == scenario]
        most = max((row["clean_rate"] for row in group), default=0)
        lines += ["", HEADINGS[scenario]] if group else []
        for row in group:
            costs = " ".join(figure(row["cpu"].get(name), 6, 3) for name in ("app", "nginx", "database", "load"))
            lines.append(f"{row['target']:{label}}{figure(row['clean_rate'], 8, 0)} {figure(row['clean_p50_ms'], 7, 1)} "
                         f"{figure(row['clean_p99_ms'], 7, 1)}  {costs} {100 * row['stolen']:5.0f}%{'~' if row['is_noisy'] else ' '}{bar(row['clean_rate'] / most if most else 0, width)}")
    return "\n".join(lines)


def rush_words(rows):
    """A few sentences on the overload, or None."""
    row = next((row for row in rows if row["target"] == RUSH), None)
    if not row:
        return None
    return (f"\nOverload: of {row['sent']:,.0f} requests {row['refused']:,.0f} were refused, each with 503 or 429 with Retry-After, after "
            f"{row['refusal_p50_ms']:.1f} ms (p99 {row['refusal_p99_ms']:.1f}).\nAfterwards the queue was empty within {row['drained_ms']:.0f} ms; in the first second "
            f"{row['after_rate']:,.0f} were answered and {row['after_refused']:,.0f} refused.")


def ratio_table(found):
    width = 2 + max(len(ratio["name"]) for ratio in found)
    lines = ["", "Ratios: the median of pairs of the same repetition (least to most, pairs)"]
    for ratio in found:
        lines.append(f"{ratio['name']:{width}}{ratio['ratio']:6.2f}  ({ratio['least']:.2f} to {ratio['most']:.2f}, {ratio['pairs']})  "
                     f"{bar(ratio['ratio'] / 4 if ratio['ratio'] > 1 else ratio['ratio'], 20)}")
    return "\n".join(lines)


def errors(windows):
    """Sentences on failed windows."""
    return [f"{window['scenario']}, {window['target']}, repetition {window['repetition']}: {text}"
            for window in windows for text in window["marks"]["errors"]]


def noise(windows):
    """One sentence on windows that other programs disturbed, or None."""
    noisy = [window for window in windows if window["marks"]["noise"]]
    if not noisy:
        return None
    return (f"noise: {len(noisy)} of {len(windows)} windows were disturbed: steal up to {100 * max(w['stolen'] for w in noisy):.0f} %, other "
            f"programs up to {100 * max(w['strangers'] for w in noisy):.0f} % of the machine. A row with ~ has no other windows.")
