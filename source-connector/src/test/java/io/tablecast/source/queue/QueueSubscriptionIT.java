// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** Tables that are themselves fed by PostgreSQL's logical replication. */
class QueueSubscriptionIT {

    private static final TableId ITEM = new TableId("public", "item");

    @Test
    void whatASubscriptionAppliesIsFollowed() {
        try (PostgresServer server =
                        PostgresServer.start(PostgresOptions.defaults().withSetting("wal_level", "logical"));
                Database publisher = server.createDatabase();
                Database subscriber = server.createDatabase();
                FollowedLog log = new FollowedLog(subscriber, "shop", Map.of())) {
            publisher.execute(
                    "CREATE TABLE item (id int PRIMARY KEY, n int)",
                    "INSERT INTO item SELECT g, 0 FROM generate_series(1, 100) g",
                    "CREATE PUBLICATION all_items FOR TABLE item",
                    "SELECT pg_create_logical_replication_slot('items', 'pgoutput')");
            subscriber.execute("CREATE TABLE item (id int PRIMARY KEY, n int)");
            log.start(ITEM);
            log.awaitSize(1);

            // Both databases are of one server, so the subscription cannot make its slot itself.
            subscriber.execute("CREATE SUBSCRIPTION items CONNECTION 'host=" + server.host() + " port=" + server.port()
                    + " user=" + server.user() + " password=" + server.password() + " dbname=" + publisher.name()
                    + "' PUBLICATION all_items WITH (create_slot = false, slot_name = 'items')");
            try {
                publisher.execute(
                        "UPDATE item SET n = 1 WHERE id > 50",
                        "DELETE FROM item WHERE id < 10",
                        "UPDATE item SET id = 1000 WHERE id = 20");
                awaitSame(publisher, log);
                publisher.execute("TRUNCATE item", "INSERT INTO item VALUES (7, 7)");
                awaitSame(publisher, log);
                refusesRoleThatDoesNotOwnTheTable(subscriber);
            } finally {
                subscriber.execute(
                        "ALTER SUBSCRIPTION items DISABLE",
                        "ALTER SUBSCRIPTION items SET (slot_name = NONE)",
                        "DROP SUBSCRIPTION items");
            }
            assertThat(log.failure()).isNull();
        }
    }

    private static void refusesRoleThatDoesNotOwnTheTable(Database database) {
        Role reader = database.createRole("reader");
        database.execute("GRANT SELECT, TRIGGER ON item TO \"" + reader.name() + "\"");
        try (Connection session = database.connection(reader)) {
            session.setAutoCommit(false);
            QueueSetup setup = new QueueSetup(new QueueRegistry("other"));

            assertThatThrownBy(() -> setup.register(session, "shop/p", ITEM, Wishes.ofKey("id")))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("a subscription writes to \"public\".\"item\", and only triggers that the"
                            + " table's owner has made fire for it. Grant the owner's role to \"" + reader.name());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitSame(Database publisher, FollowedLog log) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(log.rows(ITEM)).isEqualTo(FollowedLog.sourceRows(publisher, ITEM, 1)));
    }
}
