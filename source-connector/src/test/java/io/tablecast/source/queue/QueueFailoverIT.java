// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A standby takes over from the server that was followed. */
class QueueFailoverIT {

    private static final TableId ITEM = new TableId("public", "item");

    @Test
    void tablesAreCopiedAgainWhenAStandbyHasTakenOver() {
        try (PostgresServer server = PostgresServer.start()) {
            Database database = server.createDatabase();
            try (FollowedLog log = new FollowedLog(database, "shop", Map.of())) {
                database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
                log.start(ITEM);
                log.awaitSize(2);
                log.storeAll();

                failOver(server, database);
                log.awaitCopies(2);
                log.crash();
                failOver(server, database);
                database.execute("INSERT INTO item VALUES (2)");
                log.start(ITEM);

                log.awaitCopies(3);
                log.awaitEqual(ITEM, 1);
                assertThat(log.failure()).isNull();
            }
        }
    }

    /** The same server plays the standby: it recovers as one and is promoted. */
    private static void failOver(PostgresServer server, Database database) {
        database.execute("COPY (SELECT 1) TO '" + database.value("SHOW data_directory") + "/standby.signal'");
        server.restart();
        database.execute("SELECT pg_promote()");
    }
}
