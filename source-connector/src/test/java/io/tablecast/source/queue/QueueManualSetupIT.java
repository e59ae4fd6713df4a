// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queues that an administrator sets up. */
class QueueManualSetupIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final QueueWish ID = Wishes.ofKey("id");

    private final QueueRegistry registry = new QueueRegistry("tablecast");
    private final PreparedQueues prepared = new PreparedQueues(registry);
    private final Database database = PostgresServer.shared().createDatabase();

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void administratorsScriptServesAConnectorWithoutRights() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        Role reader = database.createRole("reader");
        database.execute("GRANT SELECT ON item TO \"" + reader.name() + "\"");

        try (Connection session = database.connection(reader)) {
            session.setAutoCommit(false);
            assertThatThrownBy(() -> prepared.register(session, "shop/p", ITEM, ID))
                    .hasMessageContaining("is not set up");
            List<String> script = prepared.script(session, ITEM, ID, reader.name());
            session.rollback();
            database.execute(String.join(";\n", script));

            InstalledQueue queue =
                    prepared.register(session, "shop/p", ITEM, ID).queue();

            assertThat(queue.keyColumns()).containsExactly("id");
            database.execute("INSERT INTO item VALUES (1)");
            QueueConsumers.confirm(session, registry, "shop/p", ITEM, PgSnapshot.now(session));
            session.commit();
            database.execute("ALTER TABLE item DISABLE TRIGGER tablecast_insert");
            assertThatThrownBy(() -> prepared.register(session, "shop/p", ITEM, ID))
                    .hasMessageContaining(
                            "its triggers, their function or the queue table are not as they were set up. Have an"
                                    + " administrator run 'tablecast setup'");
            database.execute(String.join(";\n", prepared.script(session, ITEM, ID, reader.name())));
            session.rollback();
            assertThat(prepared.register(session, "shop/p", ITEM, ID).queue().generation())
                    .isGreaterThan(queue.generation());
            assertThat(new QueueCleaner(registry).clean(session, ITEM, queue.name()))
                    .isEqualTo(1);
        }
    }

    /** A queue that cannot hold the table's keys asks for another copy at every change. */
    @Test
    void keyOfAnotherTypeWaitsForTheAdministrator() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        Role reader = database.createRole("reader");
        database.execute("GRANT SELECT ON item TO \"" + reader.name() + "\"");
        try (Connection session = database.connection(reader)) {
            session.setAutoCommit(false);
            database.execute(String.join(";\n", prepared.script(session, ITEM, ID, reader.name())));
            session.rollback();
            InstalledQueue queue =
                    prepared.register(session, "shop/p", ITEM, ID).queue();

            database.execute("ALTER TABLE item ALTER COLUMN id TYPE bigint");
            assertThatThrownBy(() -> prepared.register(session, "shop/p", ITEM, ID))
                    .hasMessageContaining("Have an administrator run 'tablecast setup'");

            database.execute(String.join(";\n", prepared.script(session, ITEM, ID, reader.name())));
            session.rollback();
            InstalledQueue renewed =
                    prepared.register(session, "shop/p", ITEM, ID).queue();
            assertThat(renewed.keyTypes()).containsExactly("bigint");
            assertThat(renewed.generation()).isGreaterThan(queue.generation());
        }
    }
}
