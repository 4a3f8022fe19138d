# SPDX-License-Identifier: MIT
"""Fills a database with a crowd: customers with realistic habits, a year of events, and all rows that depend on their check-ins. All invariants
hold. The actions of customers are computed from the seed, so the same seed gives the same crowd. Rows are written in the order of their keys."""
import sys
import time

import database

EVENTS = 12                 # one of them running, one coming, the others over; a month long each
LENGTH = 30                 # days of an event
RUNNING_FOR = 21            # days of the running one until today
DAYS_PER_VISITOR = 8.5      # what VISITS makes on average
CHUNK = 20000               # customers at a time
KEPT = 90                   # days that sent messages and the delivery log are kept
NAMES = ("minji,jun,sora,hana,dohyun,yuna,taeyang,jiwoo,seojun,haeun,eunji,minho,jisoo,hyunwoo,nari,bora,sumin,donghae,yejin,gaeun,"
         "jaemin,ara,kyungsoo,mirae,sangwoo,hyejin,jinwoo,soyeon,wonbin,chaeyoung").split(",")
# count, kind, points; the stock is what was claimed and some more
MILESTONES = ((5, "points", 5000), (10, "coupon", None), (15, "item", None), (20, "points", 20000), (25, "item", None))


def share(*what):
    """A pseudo-random number from 0 to 1, always the same for the same arguments. CRC32 alone would correlate consecutive numbers."""
    return f"(MOD(CRC32(CONCAT_WS('-', {', '.join(map(str, what))})) * 2654435761, 4294967296) / 4294967296)"


class Crowd(database.Database):
    """customers: their number; days: check-ins per customer on average, over all events."""

    def __init__(self, client, socket, name, customers, days=20, seed=1):
        super().__init__(client, socket, name)
        self.customers, self.days, self.seed = customers, days, seed
        self.done = 0
        chunks = -(-customers // CHUNK)
        self.steps = 2 * chunks + (EVENTS - 1) * 2 * chunks
        self.began = time.monotonic()

    def say(self, what):
        self.done += 1
        seconds = time.monotonic() - self.began
        left = seconds / self.done * max(0, self.steps - self.done)
        text = f"{what}: {100 * min(self.done, self.steps) // self.steps} %, {seconds:.0f} s, about {left:.0f} s left"
        print("\r\033[K" + text if sys.stderr.isatty() else text, end="" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)

    # ---- main

    def load(self, iss):
        """Returns the number of rows of each table."""
        self.prepare(iss)
        for first in range(1, self.customers + 1, CHUNK):
            self.make_customers(first, min(first + CHUNK - 1, self.customers))
            self.say("customers")
        for number in range(EVENTS - 1):
            self.make_visits(number)
        self.make_claims()
        self.finish()
        if sys.stderr.isatty():
            print(file=sys.stderr)
        return self.counts()

    def counts(self):
        tables = ("users", "events", "attendance", "claims", "stock_movements", "point_entries", "coupon_codes", "outbox_messages", "webhook_attempts",
                  "audit_entries")
        return {table: self.number(f"SELECT COUNT(*) FROM {table}") for table in tables}

    # ---- base data

    def prepare(self, iss):
        self.ask(f"""
            SET GLOBAL innodb_flush_log_at_trx_commit = 2;
            INSERT IGNORE INTO issuers (iss) VALUES ('{iss}');
            DROP DATABASE IF EXISTS bench;
            CREATE DATABASE bench;
            CREATE TABLE bench.visits (event_id INT UNSIGNED, user_id BIGINT UNSIGNED, days TINYINT UNSIGNED, shift DOUBLE, is_run BOOL,
              PRIMARY KEY (event_id, user_id));
            CREATE TABLE bench.events (number INT PRIMARY KEY, id INT UNSIGNED, starts_on DATE, days INT, is_run BOOL);""")
        self.issuer = self.number(f"SELECT id FROM issuers WHERE iss = '{iss}'")
        self.first_user = self.number("SELECT COALESCE(MAX(id), 0) FROM users")
        for number in range(EVENTS):
            self.make_event(number)
        self.ask(f"""
            INSERT INTO webhook_endpoints (url, secret, state, created_at) VALUES ('https://shop.bench.invalid/hook', '', 'disabled', UTC_TIMESTAMP());
            INSERT INTO webhook_subscriptions (kind, endpoint_id) SELECT 'claim.created', MAX(id) FROM webhook_endpoints;""")
        self.endpoint = self.number("SELECT MAX(id) FROM webhook_endpoints")

    def make_event(self, number):
        """Event EVENTS - 1 is in the future, the one before runs, the others followed each other month by month. Every fourth is consecutive."""
        back = EVENTS - 2 - number              # months before the running one
        mode = "consecutive" if number % 4 == 3 else "cumulative"
        rows = ", ".join(f"('{kind} at {at} of month {number + 1}', '{kind}', {points or 'NULL'}, {'NULL' if kind == 'points' else 0}, @then)"
                         for at, kind, points in MILESTONES)
        steps = "".join(f"""INSERT INTO milestones (event_id, at, product_id, claim_until) VALUES (@event, {at}, @product + {place},
                              {'NULL' if kind == 'points' else "@from + INTERVAL 60 DAY"});
                            INSERT INTO audit_entries (at, actor, action, subject, subject_id) VALUES (@then, 'command', 'milestone.create', 'milestone',
                              LAST_INSERT_ID());\n""" for place, (at, kind, _) in enumerate(MILESTONES))
        self.ask(f"""
            SET @from = DATE(UTC_TIMESTAMP() + INTERVAL 9 HOUR) - INTERVAL {RUNNING_FOR - 1} DAY - INTERVAL {31 * back} DAY;
            SET @then = @from - INTERVAL 7 DAY;
            INSERT INTO events (slug, name, description, mode, time_zone, starts_on, ends_on, state, created_at) VALUES
              ('month-{number + 1}', 'Month {number + 1}', 'Stamps of a month', '{mode}', 'Asia/Seoul', @from, @from + INTERVAL {LENGTH - 1} DAY, 'open', @then);
            SET @event = LAST_INSERT_ID();
            INSERT INTO bench.events VALUES ({number}, @event, @from, {LENGTH if back > 0 else RUNNING_FOR}, '{mode}' = 'consecutive');
            INSERT INTO audit_entries (at, actor, action, subject, subject_id) VALUES (@then, 'command', 'event.create', 'event', @event);
            INSERT INTO products (name, kind, points, remain, created_at) VALUES {rows};
            SET @product = LAST_INSERT_ID();
            INSERT INTO audit_entries (at, actor, action, subject, subject_id)
              SELECT @then, 'command', 'product.create', 'product', id FROM products WHERE id >= @product;
            {steps}""")

    # ---- customers and their actions

    def make_customers(self, first, last):
        names = ", ".join(f"'{name}'" for name in NAMES)
        self.ask(f"""
            INSERT INTO users (id, issuer_id, subject, username, state, created_at)
            SELECT {self.first_user} + seq, {self.issuer}, IF(is_gone, NULL, CONCAT('{database.PREFIX}', seq)),
              IF(is_gone, NULL, CONCAT(ELT(1 + FLOOR({len(NAMES)} * {share(self.seed, "'name'", 'seq')}), {names}), '.', seq)),
              IF(is_gone, 'removed', IF({share(self.seed, "'blocked'", 'seq')} < 0.001, 'blocked', 'active')),
              UTC_TIMESTAMP() - INTERVAL 400 DAY + INTERVAL FLOOR(seq * 370 / {self.customers} * 86400) SECOND
            FROM (SELECT seq, seq > 100 AND {share(self.seed, "'gone'", 'seq')} < 0.002 AS is_gone FROM seq_{first}_to_{last}) s;
            INSERT INTO removals (user_id, at, actor, destroyed)
              SELECT id, UTC_TIMESTAMP(), 'command', 'name, subject' FROM users WHERE state = 'removed'
                AND id BETWEEN {self.first_user + first} AND {self.first_user + last};""")

    def make_visits(self, number):
        """For one event: the participants, their number of days (mostly few), and the check-ins. In a run the days are consecutive, else they
        are spread over the event."""
        event, days, is_run = map(int, self.ask(f"SELECT id, days, is_run FROM bench.events WHERE number = {number}")[0])
        takes_part = self.days / (DAYS_PER_VISITOR * (EVENTS - 2 + RUNNING_FOR / LENGTH))
        day = f"FLOOR(v.shift * ({days} - v.days + 1)) + d.seq" if is_run else f"FLOOR((d.seq + v.shift) * {days} / v.days)"
        for first in range(1, self.customers + 1, CHUNK):
            last = min(first + CHUNK - 1, self.customers)
            self.ask(f"""
                INSERT INTO bench.visits
                SELECT {event}, {self.first_user} + seq, 1 + FLOOR({days} * r * r * r), {share(self.seed, "'shift'", event, 'seq')}, {is_run}
                FROM (SELECT seq, {share(self.seed, "'days'", event, 'seq')} AS r FROM seq_{first}_to_{last}) s
                WHERE {share(self.seed, "'visits'", event, 'seq')} < {takes_part};
                INSERT INTO attendance (event_id, user_id, date, at)
                SELECT event_id, user_id, starts_on + INTERVAL day DAY,
                  LEAST(UTC_TIMESTAMP(), starts_on + INTERVAL day DAY - INTERVAL 9 HOUR + INTERVAL MOD(user_id * 7919 + day * 9176, 86400) SECOND)
                FROM (SELECT v.event_id, v.user_id, e.starts_on, {day} AS day
                  FROM bench.visits v JOIN bench.events e ON e.id = v.event_id JOIN seq_0_to_{LENGTH - 1} d ON d.seq < v.days
                  WHERE v.event_id = {event} AND v.user_id BETWEEN {self.first_user + first} AND {self.first_user + last}) w
                ORDER BY user_id, day;""")
            self.say("check-ins")

    def make_claims(self):
        """Roughly in the order of time, event by event. Nine of ten possible claims were made."""
        for number in range(EVENTS - 1):
            event = self.number(f"SELECT id FROM bench.events WHERE number = {number}")
            for first in range(1, self.customers + 1, CHUNK):
                self.claims_of(event, first, min(first + CHUNK - 1, self.customers), number == EVENTS - 2)
                self.say("claims")

    def claims_of(self, event, first, last, is_running):
        chance = share(self.seed, "'state'", "v.user_id", "m.id")
        state = ("CASE WHEN r < 0.01 THEN 'cancelled' WHEN kind <> 'item' THEN 'claimed' " +
                 ("WHEN r < 0.6 THEN 'claimed' WHEN r < 0.8 THEN 'preparing' ELSE 'shipped' END" if is_running else
                  "WHEN r < 0.03 THEN 'shipped' ELSE 'delivered' END"))
        day = "IF(v.is_run, FLOOR(v.shift * (e.days - v.days + 1)) + m.at - 1, FLOOR((m.at - 1 + v.shift) * e.days / v.days))"
        self.ask(f"""
            SET @from = (SELECT COALESCE(MAX(id), 0) FROM claims);
            INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, points, state, claimed_at, coupon, tracking)
            SELECT event_id, user_id, milestone_id, product_id, name, kind, points, state, at,
              IF(kind = 'coupon', CONCAT(CONV(milestone_id, 10, 36), '-', CONV(user_id * 7919, 10, 36)), NULL),
              IF(state IN ('shipped', 'delivered'), CONCAT('KR', 100000000 + user_id), NULL)
            FROM (SELECT *, {state} AS state FROM (
              SELECT v.event_id, v.user_id, m.id AS milestone_id, p.id AS product_id, p.name, p.kind, p.points, {chance} AS r,
                LEAST(UTC_TIMESTAMP(), e.starts_on + INTERVAL {day} DAY - INTERVAL 9 HOUR + INTERVAL MOD(v.user_id * 7919 + {day} * 9176, 86400) + 60 SECOND) AS at
              FROM bench.visits v JOIN bench.events e ON e.id = v.event_id JOIN milestones m ON m.event_id = v.event_id AND m.at <= v.days
                JOIN products p ON p.id = m.product_id
              WHERE v.event_id = {event} AND v.user_id BETWEEN {self.first_user + first} AND {self.first_user + last}
                AND {share(self.seed, "'claims'", "v.user_id", "m.id")} < 0.9) c) w
            ORDER BY at, milestone_id;
            INSERT INTO coupon_codes (product_id, code, claim_id) SELECT product_id, coupon, id FROM claims WHERE id > @from AND kind = 'coupon' ORDER BY id;
            INSERT INTO stock_movements (product_id, delta, source, reference, at)
              SELECT product_id, -1, 'claim', id, claimed_at FROM claims WHERE id > @from AND kind <> 'points' ORDER BY id;
            INSERT INTO stock_movements (product_id, delta, source, reference, at)
              SELECT product_id, 1, 'cancellation', id, claimed_at FROM claims WHERE id > @from AND kind = 'item' AND state = 'cancelled' ORDER BY id;
            INSERT INTO outbox_messages (kind, channel, endpoint_id, message_key, event_id, user_id, product_id, claim_id, data, state, attempts, due_at,
                created_at, done_at)
              SELECT 'claim.created', 'webhook', {self.endpoint}, id, event_id, user_id, product_id, id, '{{}}', 'sent', 1, claimed_at, claimed_at, claimed_at
              FROM claims WHERE id > @from AND claimed_at > UTC_TIMESTAMP() - INTERVAL {KEPT} DAY ORDER BY id;
            INSERT INTO webhook_attempts (endpoint_id, message_id, status, duration_ms, at)
              SELECT endpoint_id, id, 204, 40, created_at FROM outbox_messages WHERE kind = 'claim.created' AND claim_id > @from ORDER BY id;
            INSERT INTO audit_entries (at, actor, action, subject, subject_id, before_change, after_change)
              SELECT claimed_at, 'command', IF(state = 'cancelled', 'claim.cancel', 'claim.fulfil'), 'claim', id, '{{"state":"claimed"}}',
                CONCAT('{{"state":"', state, '"}}') FROM claims WHERE id > @from AND (kind = 'item' OR state = 'cancelled') AND state <> 'claimed' ORDER BY id;""")

    # ---- sums

    def finish(self):
        for first in range(1, self.customers + 1, CHUNK):
            self.make_ledger(self.first_user + first, self.first_user + min(first + CHUNK - 1, self.customers))
            self.say("points")
        self.ask("""
            INSERT INTO coupon_codes (product_id, code)
              SELECT id, CONCAT('LEFT-', id, '-', seq) FROM products JOIN seq_1_to_500 WHERE kind = 'coupon'
                AND id IN (SELECT m.product_id FROM milestones m JOIN bench.events e ON e.id = m.event_id);
            INSERT INTO stock_movements (product_id, delta, source, reference, at)
              SELECT p.id, 500 + COALESCE(t.taken, 0), 'initial', p.id, p.created_at
              FROM products p JOIN milestones m ON m.product_id = p.id JOIN bench.events e ON e.id = m.event_id
                LEFT JOIN (SELECT product_id, -SUM(delta) AS taken FROM stock_movements GROUP BY product_id) t ON t.product_id = p.id
              WHERE p.remain IS NOT NULL ORDER BY p.id;
            UPDATE products p JOIN milestones m ON m.product_id = p.id JOIN bench.events e ON e.id = m.event_id SET p.remain = 500 WHERE p.remain IS NOT NULL;
            INSERT INTO outages (event_id, date, reason, state, is_counted, actor, created_at)
              SELECT id, starts_on, 'a cable', 'planned', 1, 'command', UTC_TIMESTAMP() FROM bench.events WHERE number = 0;
            DELETE FROM summaries;
            DROP TABLE bench.visits;
            ANALYZE TABLE users, attendance, claims, stock_movements, point_entries, coupon_codes, outbox_messages, webhook_attempts, audit_entries;
            SET GLOBAL innodb_flush_log_at_trx_commit = 1;""")

    def make_ledger(self, first, last):
        """Points of claims, taken back for cancelled ones. A third of the customers with points spend half of them."""
        self.ask(f"""
            CREATE TEMPORARY TABLE bench.lines AS
              SELECT user_id, id, points AS amount, 1 AS place, product_name AS reason, claimed_at AS at FROM claims
                WHERE user_id BETWEEN {first} AND {last} AND kind = 'points'
              UNION ALL SELECT user_id, id, -CAST(points AS SIGNED), 2, 'cancelled', claimed_at FROM claims
                WHERE user_id BETWEEN {first} AND {last} AND kind = 'points' AND state = 'cancelled';
            INSERT INTO bench.lines SELECT user_id, user_id, -FLOOR(SUM(amount) / 2), 3, 'spent', MAX(at) + INTERVAL 1 HOUR FROM bench.lines
              WHERE {share(self.seed, "'spends'", 'user_id')} < 0.33 GROUP BY user_id HAVING SUM(amount) >= 2;
            INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at)
              SELECT user_id, amount, SUM(amount) OVER (PARTITION BY user_id ORDER BY place = 3, id, place), ELT(place, 'claim', 'cancellation', 'shop'),
                IF(place = 3, CONCAT('order-', id), id), reason, LEAST(at, UTC_TIMESTAMP()) FROM bench.lines ORDER BY at, user_id, place = 3, id, place;
            UPDATE users u JOIN (SELECT user_id, SUM(amount) AS total FROM bench.lines GROUP BY user_id) l ON l.user_id = u.id SET u.points = l.total;
            DROP TEMPORARY TABLE bench.lines;""")
