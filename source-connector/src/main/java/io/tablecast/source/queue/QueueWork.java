// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;

/** What is done to a queue, for the messages of what stands in its way. */
enum QueueWork {
    SET_UP(
            "set up the queue of",
            "Drop it if nobody needs it, change its owner, or set queue.schema to another schema.",
            "Grant the privilege, or let an administrator set up the queue (queue.setup=manual)."),
    REGISTER("register with the queue of", SET_UP.ownerRemedy, SET_UP.privilegeRemedy),
    REMOVE(
            "remove the queue of",
            "Run 'tablecast cleanup' as that role (--user), or change its owner.",
            "Run 'tablecast cleanup' as the owner of the queues or a superuser (--user).");

    private final String words;
    private final String ownerRemedy;
    private final String privilegeRemedy;

    QueueWork(String words, String ownerRemedy, String privilegeRemedy) {
        this.words = words;
        this.ownerRemedy = ownerRemedy;
        this.privilegeRemedy = privilegeRemedy;
    }

    /** That it cannot be done to a table's queue; the reason follows. */
    String refusal(TableId table) {
        return "Cannot " + words + " " + table + ": ";
    }

    /** What to do about something that belongs to somebody else. */
    String ownerRemedy() {
        return ownerRemedy;
    }

    /** What to do about a privilege that is missing. */
    String privilegeRemedy() {
        return privilegeRemedy;
    }
}
