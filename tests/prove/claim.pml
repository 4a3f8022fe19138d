/* SPDX-License-Identifier: MIT */
/* A model for Spin of how claims are made: rows of customers, the row of one product, claims under a
 * unique key, batches that skip locked customers, COMMITs whose answer is lost, workers that die,
 * nginx that repeats a POST, and a cancellation after which the customer may claim again.
 *
 * Each step names the statement or function that it models; steps.json has their digests, so that a
 * change of one is noticed (tests/prove/prove.test.js).
 *
 * Planted bugs, each of which the checker must find:
 *   BUG_READ_FIRST   the stock is read first and written back later
 *   BUG_ORDER        some transactions lock the product before the customer
 *   BUG_NO_LOCK      the customer's row is not locked
 *   BUG_BLIND_RETRY  after a lost answer the claim is inserted without looking for the first one
 */
#define CUSTOMERS 2
#define WORKERS 2
#define STOCK 1
#define NOBODY 255
#define ROUNDS 2
#define STAFF 100

/* What is committed in the database. */
byte remain = STOCK;
byte sold;              /* claims that are not cancelled */
byte live[CUSTOMERS];   /* the same by customer */
byte rounds[CUSTOMERS]; /* all claims by customer: the next one has the key rounds + 1 */
bool again[CUSTOMERS];  /* the latest was cancelled, and the customer may claim again */
byte cancellations;

/* Who holds the locks. */
byte row[CUSTOMERS] = NOBODY;
byte hot = NOBODY;

mtype = { WAITING, TAKEN, GOOD, SOLD_OUT };
mtype request[CUSTOMERS] = WAITING;
byte sent[CUSTOMERS];   /* how often nginx sent the request */

inline unlock_all()
{
	k = 0;
	do
	:: k < CUSTOMERS -> if :: row[k] == me -> row[k] = NOBODY :: else fi; k++
	:: else -> break
	od;
	if :: hot == me -> hot = NOBODY :: else fi;
	k = 0
}

#define MAY_CLAIM(c) (live[c] == 0 && (rounds[c] == 0 || again[c]))

inline commit()
{
	d_step {
		k = 0;
		do
		:: k < CUSTOMERS ->
			if
			:: adds & (1 << k) -> live[k]++; rounds[k]++; again[k] = false; sold++
			:: else
			fi;
			k++
		:: else -> break
		od;
#ifdef BUG_READ_FIRST
		remain = seen - takes;
#else
		remain = remain - takes;
#endif
		unlock_all()
	}
}

inline answer_all()
{
	d_step {
		k = 0;
		do
		:: k < CUSTOMERS ->
			if
			:: (mine & (1 << k)) && (live[k] > 0 || (adds & (1 << k))) -> request[k] = GOOD
			:: else
			fi;
			k++
		:: else -> break
		od;
		k = 0
	}
}

proctype worker(byte me)
{
	byte mine, adds, takes, k, c, seen;
	bool was_tried;
	do
	:: true ->
		d_step { mine = 0; adds = 0; takes = 0; was_tried = false; seen = 0; c = 0; k = 0 };
end_idle:	atomic {
			if
			:: request[0] == WAITING -> mine = 1
			:: request[1] == WAITING -> mine = 2
			:: request[0] == WAITING && request[1] == WAITING -> mine = 3
			fi;
			k = 0;
			do
			:: k < CUSTOMERS ->
				if
				:: mine & (1 << k) -> request[k] = TAKEN; sent[k]++
				:: else
				fi;
				k++
			:: else -> break
			od;
			k = 0
		};
		/* step claim_batch: several requests in one transaction, if all of them are good */
		if
		:: mine == 3
		:: else -> goto individually
		fi;
		/* step claim_lock_customers: FOR UPDATE SKIP LOCKED; customers whose points have expired are
		 * skipped like locked ones */
		/* step claim_insert_many: first claims only */
		/* step claims_of_many */
		atomic {
			k = 0;
			do
			:: k < CUSTOMERS ->
				if
				:: row[k] == NOBODY ->
					row[k] = me;
					if
					:: MAY_CLAIM(k) -> adds = adds | (1 << k); takes++
					:: else
					fi
				:: else
				fi;
				k++
			:: else -> break
			od;
			k = 0
		};
		if
		:: takes < 2 -> d_step { unlock_all(); adds = 0; takes = 0 }; goto individually
		:: else
		fi;
		if :: goto die :: skip fi;
		/* step claim_take_stock: the product's row is locked last */
		atomic { hot == NOBODY -> hot = me };
		if
		:: remain >= takes ->
			commit();
			if
			:: goto die                     /* after COMMIT, before the answer */
			:: d_step { adds = 0; takes = 0 }; goto individually  /* its answer was lost */
			:: answer_all(); goto next_one
			fi
		:: else -> d_step { unlock_all(); adds = 0; takes = 0 }
		fi;
individually:	skip;
		/* step claim_milestone: one request, up to some tries */
		c = 0;
		do
		:: c >= CUSTOMERS -> break
		:: c < CUSTOMERS && !(mine & (1 << c)) -> c++
		:: c < CUSTOMERS && (mine & (1 << c)) ->
			d_step { adds = 0; takes = 0; was_tried = false };
retry:			skip;
#ifdef BUG_READ_FIRST
			seen = remain;
			if :: seen == 0 -> request[c] = SOLD_OUT; c++; goto more :: else fi;
#endif
#ifdef BUG_ORDER
			if :: me == 0 -> atomic { hot == NOBODY -> hot = me } :: else fi;
#endif
#ifndef BUG_NO_LOCK
			/* step claim_transaction: the order of the locks */
			/* step claim_lock_customer, claim_add_points: a customer whose points have expired
			 * is not locked; a transaction that locks only this row writes the expiry, and the
			 * claim is tried again */
			atomic { row[c] == NOBODY -> row[c] = me };
#endif
			/* step claim_insert, claim_insert_excluding_staff: the unique key */
			if
#ifdef BUG_BLIND_RETRY
			:: was_tried || MAY_CLAIM(c) -> adds = 1 << c; takes = 1
#else
			:: MAY_CLAIM(c) -> adds = 1 << c; takes = 1
#endif
			:: else ->
				/* step claim_state: the claim that exists is the answer */
				d_step { unlock_all(); request[c] = GOOD; c++ };
				goto more
			fi;
			if :: d_step { unlock_all() }; goto die :: skip fi;
#ifndef BUG_READ_FIRST
#ifdef BUG_ORDER
			if :: hot == me :: else -> atomic { hot == NOBODY -> hot = me } fi;
#else
			atomic { hot == NOBODY -> hot = me };
#endif
			if
			:: remain == 0 ->
				d_step {
					assert(live[c] == 0);
					unlock_all();
					request[c] = SOLD_OUT;
					c++
				};
				goto more
			:: else
			fi;
#endif
			commit();
			if
			:: goto die
			:: !was_tried -> was_tried = true; goto lost  /* the answer of COMMIT was lost */
			:: d_step { request[c] = GOOD; c++ }
			fi;
			goto more;
lost:			skip;
			d_step { adds = 0; takes = 0 };
			goto retry;
more:			skip
		od;
		goto next_one;
die:		/* the server rolls back; nginx sends what was not answered to another worker */
		skip;
		d_step {
			unlock_all();
			do
			:: k < CUSTOMERS ->
				if
				:: (mine & (1 << k)) && request[k] == TAKEN && sent[k] < 3 ->
					request[k] = WAITING
				:: else
				fi;
				k++
			:: else -> break
			od;
			k = 0
		};
next_one:	skip
	od
}

/* Staff cancel a claim; the customer may get another round and claim again. */
proctype staff(byte me)
{
	byte c, k;
end_idle:
	do
	:: cancellations < 1 ->
		if :: c = 0 :: c = 1 fi;
		if :: live[c] > 0 :: else -> goto rest fi;
		/* step cancel_transaction: the customer first, the product last, like a claim */
#ifdef BUG_ORDER
		atomic { hot == NOBODY -> hot = me };
		atomic { row[c] == NOBODY -> row[c] = me };
#else
		atomic { row[c] == NOBODY -> row[c] = me };
		atomic { hot == NOBODY -> hot = me };
#endif
		/* step console_claim_cancel, console_stock_back */
		d_step {
			if
			:: live[c] > 0 -> live[c]--; sold--; remain++; cancellations++
			:: else
			fi
		};
		if :: again[c] = true :: skip fi;
		d_step { unlock_all() };
		if
		:: atomic { again[c] && request[c] == GOOD -> request[c] = WAITING; sent[c] = 0 }
		:: skip
		fi;
rest:		skip
	:: cancellations >= 1 -> break
	od
}

/* A customer who does not wait: the same POST again while the first one is processed. */
proctype impatient()
{
end_idle:
	do
	:: atomic { request[0] == TAKEN && sent[0] < 2 -> request[0] = WAITING }
	od
}

init {
	byte i;
	atomic {
		do
		:: i < WORKERS -> run worker(i); i++
		:: else -> break
		od;
		run staff(STAFF);
		run impatient()
	};
end_watch:
	do
	:: d_step { remain + sold != STOCK -> assert(false) }               /* nothing lost or doubled */
	:: d_step { remain > STOCK || sold > STOCK -> assert(false) }       /* never oversold */
	:: d_step { live[0] > 1 || live[1] > 1 -> assert(false) }           /* one claim each */
	:: d_step { rounds[0] > ROUNDS -> assert(false) }
	:: d_step { request[0] == GOOD && rounds[0] == 0 -> assert(false) } /* acknowledged: stored */
	:: d_step { request[1] == GOOD && rounds[1] == 0 -> assert(false) }
	od
}
