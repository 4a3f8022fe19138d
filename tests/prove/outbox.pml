/* SPDX-License-Identifier: MIT */
/* A model for Spin of the outbox: one message, two notifiers, leases by the database's clock, deaths
 * between sending and marking, deliveries that take longer than the lease. Time is counted in small
 * steps that wrap around.
 *
 * Each step names the statement that it models, as in claim.pml. Planted bugs:
 *   BUG_MARK_FIRST  the message is marked before it is sent
 *   BUG_NO_OWNER    it is marked by whoever comes, not by the holder of the lease
 */
#define LEASE 2
#define DEATHS 2

mtype = { WAITING, SENT };
mtype state = WAITING;
byte owner, until, now, received, deaths;

#define IS_EXPIRED ((now - until + 8) % 8 < 4)

active proctype clock()
{
end_tick:
	do
	:: atomic { state == WAITING && owner != 0 && !IS_EXPIRED -> now = (now + 1) % 8 }
	od
}

proctype notifier(byte me)
{
	bool is_good;
end_look:
	do
	/* step outbox_lease_webhooks, outbox_lease_mails, outbox_leased */
	:: atomic {
		state == WAITING && (owner == 0 || IS_EXPIRED) -> owner = me;
		until = (now + LEASE) % 8
	   };
#ifdef BUG_MARK_FIRST
		atomic { state = SENT; owner = 0 };
#endif
		if
		:: atomic { received = (received < 3 -> received + 1 : 3); is_good = true }
		:: deaths < DEATHS -> is_good = false; deaths++      /* the receiver fails now and then */
		fi;
		if
		:: deaths < DEATHS -> deaths++; goto again           /* dies between sending and marking */
		:: true
		fi;
		atomic {
			if
#ifdef BUG_NO_OWNER
			:: is_good -> state = SENT; owner = 0
			:: !is_good -> state = WAITING; owner = 0
#else
			/* step outbox_mark_done */
			:: is_good && owner == me && state == WAITING -> state = SENT; owner = 0
			/* step outbox_mark_retry, outbox_release */
			:: !is_good && owner == me && state == WAITING -> owner = 0
			:: else
#endif
			fi
		};
again:		skip
	:: state != WAITING -> break
	od
}

init { atomic { run notifier(1); run notifier(2) } }

/* At least once: what is marked as sent was received, stays marked, and everything arrives. */
ltl honest { [] (state == SENT -> received > 0) }
ltl stays { [] (state == SENT -> [] (state == SENT)) }
ltl delivered { <> (received > 0) }
