/* SPDX-License-Identifier: MIT */
/* The tables of commands, one per subject and file. */
#ifndef DOJANG_COMMAND_AREAS_H
#define DOJANG_COMMAND_AREAS_H

#include "command/command.h"

extern const struct command ATTENDANCE_COMMANDS[];
extern const struct command AUDIT_COMMANDS[];
extern const struct command COUPON_COMMANDS[];
extern const struct command DAILY_POINTS_COMMANDS[];
extern const struct command DATABASE_COMMANDS[]; /* migrate */
extern const struct command DEMO_COMMANDS[];
extern const struct command DOCTOR_COMMANDS[];
extern const struct command EDIT_COMMANDS[]; /* event edit, product edit */
extern const struct command EVENT_COMMANDS[];
extern const struct command IDS_COMMANDS[];
extern const struct command KEY_COMMANDS[];
extern const struct command MESSAGES_COMMANDS[]; /* and digest */
extern const struct command MILESTONE_COMMANDS[];
extern const struct command OUTAGE_COMMANDS[];
extern const struct command PAYOUT_COMMANDS[];
extern const struct command PRODUCT_COMMANDS[];
extern const struct command RECIPIENT_COMMANDS[];
extern const struct command RETENTION_COMMANDS[];
extern const struct command SETTINGS_COMMANDS[];
extern const struct command STAFF_COMMANDS[];
extern const struct command STOCK_COMMANDS[];
extern const struct command TOKEN_COMMANDS[];
extern const struct command USER_COMMANDS[];
extern const struct command WEBHOOK_COMMANDS[];

#endif
