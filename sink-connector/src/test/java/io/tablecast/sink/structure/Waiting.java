// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static org.awaitility.Awaitility.await;

import io.tablecast.testing.Database;
import java.time.Duration;

/** Waits until something happens in a database. */
final class Waiting {

    private Waiting() {}

    /** Until a session of the database waits for a lock. */
    static void forLock(Database database) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND wait_event_type = 'Lock'")
                        > 0);
    }
}
