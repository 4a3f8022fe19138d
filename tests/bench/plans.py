# SPDX-License-Identifier: MIT
"""The execution plan of each statement: its EXPLAIN with the rows that were really read, from MariaDB's slow log, which is set to record
every statement of the console's account while pages are requested."""
import glob
import os
import re
import subprocess

CONSOLE = "dojang_console"
COLUMNS = ("id", "select_type", "table", "type", "possible_keys", "key", "key_len", "ref", "rows", "r_rows", "filtered", "r_filtered", "extra")


def named(tree):
    """The statements of sql/queries as [(name, a pattern for the log, which has values instead of question marks)]."""
    paths = sorted(glob.glob(os.path.join(tree, "sql", "queries", "*.sql")))
    command = ["awk", "-v", "part=text", "-f", os.path.join(tree, "sql", "queries.awk"), *paths]
    text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    return [(name, re.compile(".*?".join(re.escape(piece) for piece in sql.strip().split("?")), re.S))
            for name, sql in re.findall(r"^-- name: \S+: (\S+)\n(.*)$", text, flags=re.M)]


class Plans:
    def __init__(self, db, log, tree):
        self.db, self.log, self.names = db, log, named(tree)

    def begin(self):
        """Only new connections are logged, so the console must reconnect."""
        self.db.ask(f"""SET GLOBAL slow_query_log_file = '{self.log}'; SET GLOBAL slow_query_log = 1; SET GLOBAL long_query_time = 0;
            SET GLOBAL log_slow_verbosity = 'query_plan,explain'; KILL USER {CONSOLE}@localhost;""")

    def end(self):
        self.db.ask("SET GLOBAL slow_query_log = 0; SET GLOBAL long_query_time = 10;")

    def name_of(self, statement):
        text = " ".join(statement.split())
        return next((name for name, pattern in self.names if pattern.fullmatch(text)), re.sub(r"\d+", "?", text)[:40])

    def read(self):
        """Each statement once, by its name: the plan of the execution that read most, [{"table", "type", "key", "r_rows", "extra"}]."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            entries = file.read().split("# User@Host: ")[1:]
        found = {}
        for entry in entries:
            lines = [dict(zip(COLUMNS, line.split("\t"))) for line in re.findall(r"^# explain: (\d.*)$", entry, flags=re.M)]
            statement = re.search(r"^SET timestamp=\d+;\n(.*);\s*(?:# Time:.*)?\Z", entry, flags=re.S | re.M)
            if not entry.startswith(CONSOLE) or not lines or not statement:
                continue
            name, rows = self.name_of(statement.group(1)), sum(read_of(line) for line in lines)
            if name not in found or rows > sum(read_of(line) for line in found[name]):
                found[name] = lines
        return found


def read_of(line):
    """The rows that a line of a plan read; a line that never ran read none."""
    return float(line["r_rows"]) if re.fullmatch(r"[\d.]+", line["r_rows"]) else 0


def table_of(found):
    """The plans as text: a line for each table of each statement."""
    rows = [("statement", "table", "access", "key", "rows", "")]
    for name in sorted(found):
        for line in found[name]:
            if line["table"] != "NULL":
                rows.append((name, line["table"], line["type"], line["key"], f"{read_of(line):,.0f}", line["extra"].replace("NULL", "")))
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    return [f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]:<{widths[3]}}  {row[4]:>{widths[4]}}  {row[5]}".rstrip() for row in rows]
