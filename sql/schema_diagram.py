# SPDX-License-Identifier: MIT
"""Draws docs/schema.svg: tables in columns by subject, references as lines in the gaps.

Each table that others refer to has a colour. In each gap its references join in one vertical line.
Where a gap is not beside the table, a horizontal line above the columns makes the connection."""
from html import escape

WIDTH, GAP, MARGIN, PADDING = 1000, 52, 14, 9
LINE, HEAD, TITLE, SPACE, LANE = 16, 22, 26, 12, 6
FONT, CHARACTER = 12, 7.25      # pixels, and the width of a character
TOP = 50

# Subjects of sql/schema.notes, by column.
COLUMNS = [["Customers", "Erasure and retention", "Staff"],
           ["Events and check-ins"],
           ["Products and stock", "Claims and points", "Migrations"],
           ["Notifications", "Audit and API keys"]]
LEGEND = "Bold: primary key. Coloured: id of a row of the table with that colour."

# On light and on dark.
COLOURS = [("#0969da", "#58a6ff"), ("#cf222e", "#ff7b72"), ("#1a7f37", "#3fb950"),
           ("#8250df", "#bc8cff"), ("#9a6700", "#d29922"), ("#bf3989", "#f778ba"),
           ("#0f7b7b", "#39c5cf"), ("#6e4a1e", "#c69668"), ("#c2410c", "#fb923c"),
           ("#4d5b00", "#a5b83a"), ("#3730a3", "#a5b4fc")]
MONOSPACE = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace'
SANS = 'system-ui, -apple-system, "Segoe UI", sans-serif'
STYLE = f"""
text {{ font: {FONT}px {MONOSPACE}; fill: #1f2328 }}
path {{ fill: none; stroke-width: 1.6 }}
circle {{ stroke: none }}
.page {{ fill: #fff }}
.box {{ fill: #fff; stroke: #818b98 }}
.head {{ fill: #eaeef2 }}
.subject {{ font-family: {SANS}; font-size: 15px; font-weight: 600 }}
.legend {{ font-size: 13px; font-weight: 400 }}
.name, .key {{ font-weight: 700 }}
.other {{ fill: #59636e }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #f0f6fc }}
.page {{ fill: #0d1117 }}
.box {{ fill: #151b23; stroke: #656c76 }}
.head {{ fill: #2a313c }}
.other {{ fill: #9198a1 }}
}}
"""


def column_x(number):
    return MARGIN + GAP / 2 + number * (BOX_WIDTH + GAP)


BOX_WIDTH = (WIDTH - 2 * MARGIN) / len(COLUMNS) - GAP


class Box:
    """A table: where it is, and where its lines are. Keys and references have a line each."""

    def __init__(self, table, column, y):
        self.table, self.column, self.x, self.y = table, column, column_x(column), y
        self.lines = [name for name in table.columns if name in (*table.primary, *table.references)]
        self.others = wrap([name for name in table.columns if name not in self.lines])
        self.height = HEAD + LINE * (len(self.lines) + len(self.others)) + 7

    def middle_of(self, name):
        return self.y + HEAD + LINE * (self.lines.index(name) + 0.5) + 3

    def side_at(self, gap):
        """Gap 0 is left of column 0."""
        return self.x if gap == self.column else self.x + BOX_WIDTH


def wrap(names):
    """Names with commas, in lines that fit into a box."""
    lines = []
    for i, name in enumerate(names):
        word = name + ("," if i + 1 < len(names) else "")
        if lines and len(lines[-1]) + 1 + len(word) <= (BOX_WIDTH - 2 * PADDING) // CHARACTER:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def place(subjects, tables):
    """{table: Box}, [(subject, x, y)], and where the longest column ends."""
    by_subject = dict(subjects)
    boxes, titles, bottom = {}, [], 0
    for number, column in enumerate(COLUMNS):
        y = TOP
        for subject in column:
            titles.append((subject, column_x(number), y + 16))
            y += TITLE
            for name in by_subject[subject]:
                boxes[name] = Box(tables[name], number, y)
                y += boxes[name].height + SPACE
            y += SPACE
        bottom = max(bottom, y)
    return boxes, titles, bottom


# --- lines


def gap_towards(box, target):
    """The gap beside the box through which a line goes: the one that is nearer to the target."""
    beside = (target.column, target.column + 1)
    return min((box.column, box.column + 1),
               key=lambda gap: (min(abs(gap - other) for other in beside), gap))


class Net:
    """All references to one table."""

    def __init__(self, target):
        self.target = target
        self.ends = {}      # gap: [(x, y)] of the columns that refer to it
        self.lanes = {}     # gap: x of the vertical line
        self.link = None    # y of the line above the columns

    def is_beside(self, gap):
        return gap in (self.target.column, self.target.column + 1)

    def finish(self):
        if not any(map(self.is_beside, self.ends)):
            self.ends[self.target.column] = []


def find_nets(boxes):
    nets = {}
    for box in boxes.values():
        for name, targets in box.table.references.items():
            for target in map(boxes.get, targets):
                net = nets.setdefault(target.table.name, Net(target))
                gap = gap_towards(box, target)
                net.ends.setdefault(gap, []).append((box.side_at(gap), box.middle_of(name)))
    for net in nets.values():
        net.finish()
    return nets


def assign_lanes(nets):
    """A vertical line of its own for each net in each gap, and a link where gaps are far apart."""
    for gap in range(len(COLUMNS) + 1):
        here = [net for net in nets.values() if gap in net.ends]
        middle = column_x(gap) - GAP / 2
        for number, net in enumerate(here):
            net.lanes[gap] = middle + (number - (len(here) - 1) / 2) * LANE
    far = [net for net in nets.values() if not all(map(net.is_beside, net.ends))]
    for number, net in enumerate(far):
        net.link = TOP - 8 - number * LANE


def path(colour, commands):
    return f'<path class="{colour}" d="{commands}"/>'


def draw_target(net, gap, colour):
    x, end, y = net.lanes[gap], net.target.side_at(gap), net.target.y + HEAD / 2
    tip = end - 5 if end > x else end + 5
    return [path(colour, f"M{x:g} {y:g}H{end:g}"),
            path(f"{colour} tip", f"M{tip:g} {y - 4:g}L{end:g} {y:g}L{tip:g} {y + 4:g}Z")]


def draw_net(net, colour):
    out = []
    for gap, ends in net.ends.items():
        x, ys = net.lanes[gap], [y for _, y in ends]
        ys += [net.link] if net.link else []
        if net.is_beside(gap):
            ys.append(net.target.y + HEAD / 2)
            out += draw_target(net, gap, colour)
        out.append(path(colour, f"M{x:g} {min(ys):g}V{max(ys):g}"))
        for end, y in ends:
            out.append(path(colour, f"M{x:g} {y:g}H{end:g}"))
            out.append(f'<circle class="{colour}" cx="{x:g}" cy="{y:g}" r="2.4"/>')
    if net.link:
        xs = net.lanes.values()
        out.append(path(colour, f"M{min(xs):g} {net.link:g}H{max(xs):g}"))
    return out


# --- boxes


def text(css, x, y, words):
    attribute = f' class="{css.strip()}"' if css.strip() else ""
    return f'<text{attribute} x="{x:g}" y="{y:g}">{escape(words)}</text>'


def draw_box(box, colours):
    def css(kind, table):
        return f"{kind} t{colours[table]}" if table in colours else kind

    x, y = box.x + PADDING, box.y
    out = [f'<rect class="box" x="{box.x:g}" y="{y:g}" width="{BOX_WIDTH:g}" '
           f'height="{box.height:g}" rx="4"/>',
           f'<path class="head" d="M{box.x + 0.5:g} {y + HEAD:g}v-{HEAD - 4.5:g}q0 -4 4 -4'
           f'h{BOX_WIDTH - 9:g}q4 0 4 4v{HEAD - 4.5:g}z"/>',
           text(css("name", box.table.name), x, y + 15, box.table.name)]
    for name in box.lines:
        target = box.table.references.get(name, [None])[0]
        kind = css("key" if name in box.table.primary else "", target)
        out.append(text(kind, x, box.middle_of(name) + 4, name))
    first = y + HEAD + LINE * (len(box.lines) + 0.5) + 7
    return out + [text("other", x, first + LINE * i, words) for i, words in enumerate(box.others)]


def colour_rules(count):
    def rules(way):
        lines = []
        for i in range(count):
            colour = COLOURS[i % len(COLOURS)][way]
            lines.append(f".c{i} {{ stroke: {colour} }}")
            lines.append(f"circle.c{i}, .tip.c{i}, .t{i} {{ fill: {colour} }}")
        return "\n".join(lines)

    return f"{rules(0)}\n@media (prefers-color-scheme: dark) {{\n{rules(1)}\n}}\n"


def diagram(subjects, tables):
    """The text of the picture."""
    boxes, titles, bottom = place(subjects, tables)
    nets = find_nets(boxes)
    assign_lanes(nets)
    colours = {name: i for i, name in enumerate(nets)}
    height = bottom + 2 * SPACE
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" '
           'aria-labelledby="title desc">',
           "<!-- SPDX-License-Identifier: MIT. Generated by make schema. -->",
           '<title id="title">Tables of Dojang and their references</title>',
           '<desc id="desc">sql/schema.sql has them as text, with types and comments.</desc>',
           f"<style>{STYLE}{colour_rules(len(nets))}</style>",
           f'<rect class="page" width="{WIDTH}" height="{height:g}" rx="6"/>']
    out += [line for name, net in nets.items() for line in draw_net(net, f"c{colours[name]}")]
    out += [text("subject", x, y, subject) for subject, x, y in titles]
    out += [line for box in boxes.values() for line in draw_box(box, colours)]
    out.append(text("subject legend", column_x(0), height - 10, LEGEND))
    return "\n".join([*out, "</svg>", ""])
