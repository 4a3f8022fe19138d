# SPDX-License-Identifier: MIT
"""The data of a measurement: customers, a new event for each window, and the count of the rows written.

The events are new because each check-in needs a new (customer, date) and each claim a new (customer, milestone)."""
import subprocess

PREFIX = "bench-"           # of the customers' subjects
STOCK = 1000000
HISTORY_DAYS = 4            # up to yesterday, so that today's check-in is the fifth
SPREAD = 64                 # products among which spread claims take turns
HOT = (1, 5, 15)            # the counts of an event's milestones; the claims are of the first


class Mismatch(Exception):
    """The database differs from what was acknowledged."""


class Database:
    def __init__(self, client, socket, name):
        self.name = name
        self.command = [client, "--no-defaults", "--user=root", f"--socket={socket}", "--batch", "--skip-column-names", name]

    def ask(self, text):
        done = subprocess.run(self.command, input=text, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the database refused: {done.stderr.strip()}\n{text}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def number(self, text):
        return int(self.ask(text)[0][0])

    def durability(self):
        """The settings that decide the cost of an acknowledgement. They must be the same on both sides of a comparison."""
        names = ("version", "innodb_flush_log_at_trx_commit", "log_bin", "innodb_doublewrite", "innodb_buffer_pool_size", "pid_file")
        return dict(zip(names, self.ask("SELECT " + ", ".join(f"@@{name}" for name in names))[0]))


class Event:
    def __init__(self, slug, number, milestone, milestones=1):
        self.slug, self.id, self.milestone, self.milestones = slug, number, milestone, milestones


class Dojang(Database):
    def __init__(self, client, socket, name, crowd="customers"):
        super().__init__(client, socket, name)
        self.crowd = f"bench.{crowd}"       # the table of the customers who are used

    def make_customers(self, iss, count):
        """Customers bench-1 to bench-N of the issuer, and a table from N to their ids."""
        self.ask(f"""
            INSERT IGNORE INTO issuers (iss) VALUES ('{iss}');
            INSERT IGNORE INTO users (issuer_id, subject, username, created_at)
              SELECT i.id, CONCAT('{PREFIX}', seq), CONCAT('{PREFIX}', seq), UTC_TIMESTAMP() FROM seq_1_to_{count}, issuers i WHERE iss = '{iss}';
            CREATE DATABASE IF NOT EXISTS bench;
            CREATE TABLE {self.crowd} (number INT UNSIGNED PRIMARY KEY, user_id BIGINT UNSIGNED NOT NULL)
              SELECT CAST(SUBSTRING(u.subject, {len(PREFIX) + 1}) AS UNSIGNED) AS number, u.id AS user_id
              FROM users u JOIN issuers i ON i.id = u.issuer_id WHERE i.iss = '{iss}' AND u.subject LIKE '{PREFIX}%';""")

    def fresh_event(self, slug, crowd, is_spread=False):
        """crowd: the number of customers with a history in it."""
        counts = [1] * SPREAD if is_spread else HOT
        products = ", ".join(f"('5,000 points', 'points', 5000, {STOCK}, @now)" for _ in counts)
        milestones = ", ".join(f"(@event, {at}, @product + {i})" for i, at in enumerate(counts))
        rows = self.ask(f"""
            SET @now = UTC_TIMESTAMP(), @today = DATE(UTC_TIMESTAMP() + INTERVAL 9 HOUR);
            START TRANSACTION;
            INSERT INTO events (slug, name, description, mode, time_zone, starts_on, ends_on, state, created_at) VALUES
              ('{slug}', 'Bench', '', 'cumulative', 'Asia/Seoul', @today - INTERVAL 20 DAY, @today + INTERVAL 20 DAY, 'open', @now);
            SET @event = LAST_INSERT_ID();
            INSERT INTO products (name, kind, points, remain, created_at) VALUES {products};
            SET @product = LAST_INSERT_ID();
            INSERT INTO stock_movements (product_id, delta, source, reference, at)
              SELECT id, remain, 'initial', id, @now FROM products WHERE id >= @product;
            INSERT INTO milestones (event_id, at, product_id) VALUES {milestones};
            INSERT INTO attendance (event_id, user_id, date, at, source)
              SELECT @event, user_id, @today - INTERVAL d.seq DAY, @now - INTERVAL d.seq DAY, 'import'
              FROM {self.crowd}, seq_1_to_{HISTORY_DAYS} d WHERE number <= {crowd} ORDER BY user_id, d.seq DESC;
            COMMIT;
            SELECT @event, MIN(id), COUNT(*) FROM milestones WHERE event_id = @event;""")
        event, milestone, found = map(int, rows[0])
        if found != len(counts):
            raise Mismatch(f"{found} milestones of {slug}, not {len(counts)}")
        return Event(slug, event, milestone, SPREAD if is_spread else 1)

    def attendance_rows(self, event):
        return self.number(f"SELECT COUNT(*) FROM attendance WHERE event_id = {event.id} AND source = 'check_in'")

    def claim_rows(self, event):
        """The numbers of claims, points entries, stock movements and units of stock must be equal."""
        counts = [int(text) for text in self.ask(f"""
            SELECT (SELECT COUNT(*) FROM claims WHERE event_id = {event.id}),
              (SELECT COUNT(*) FROM claims c JOIN point_entries e ON e.source = 'claim' AND e.reference = CAST(c.id AS CHAR) WHERE c.event_id = {event.id}),
              (SELECT COUNT(*) FROM claims c JOIN stock_movements s ON s.source = 'claim' AND s.reference = CAST(c.id AS CHAR) WHERE c.event_id = {event.id}),
              (SELECT SUM({STOCK} - remain) FROM products p JOIN milestones m ON m.product_id = p.id WHERE m.event_id = {event.id})""")[0]]
        if len(set(counts)) != 1:
            raise Mismatch(f"claims, points entries, movements and stock taken of {event.slug}: {counts}")
        return counts[0]


class Peers(Database):
    """The peers' tables, with a procedure for the new event."""

    def __init__(self, client, socket, name, customers):
        super().__init__(client, socket, name)
        self.customers = customers

    def fresh_event(self, slug, crowd, is_spread=False):
        del is_spread
        event, _, milestone = map(int, self.ask(f"CALL fresh_event('{slug}', {crowd})")[0])
        return Event(slug, event, milestone)

    def attendance_rows(self, event):
        return self.number(f"SELECT COUNT(*) FROM attendance WHERE event_id = {event.id}") - HISTORY_DAYS * self.customers

    def claim_rows(self, event):
        return self.number(f"SELECT COUNT(*) FROM claims WHERE event_id = {event.id}")
