/* SPDX-License-Identifier: MIT */
/* Writes announcements into the outbox. */
#include "reward/message.h"

const char *const MESSAGE_KINDS[] = {
	"claim.created", "claim.cancelled", "claim.fulfilled", "stock.low", "stock.sold_out", "points.changed", "attendance.created", NULL
};

static struct db_value id_or_null(uint64_t id)
{
	return id ? db_id(id) : db_null();
}

void message_announce(struct db *db, const struct announcement *announcement, instant now)
{
	db_change(db, QUERY_OUTBOX_INSERT_WEBHOOKS, DB_VALUES(db_text(announcement->key), id_or_null(announcement->event.value),
		id_or_null(announcement->user.value), id_or_null(announcement->product.value), id_or_null(announcement->claim.value),
		db_text(announcement->data ? announcement->data : "{}"), db_time(now), db_text(announcement->kind)));
}
