// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of rows reach their table, whatever came in one flush. */
class ApplyIT {

    private Database database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void rowsArriveInATableThatIsCreatedForThem() {
        TopicLog log = new TopicLog("erp.shop.orders", 0);
        Orders orders = new Orders(log, "orders");
        orders.insert(1, "a", 10);
        orders.insert(2, null, null);
        try (DrivenTask task = new DrivenTask(settings())) {
            task.open(log);
            task.drain();
        }

        assertThat(database.rows("SELECT id, code, amount FROM shop.orders ORDER BY id"))
                .containsExactly(List.of("1", "a", "10"), java.util.Arrays.asList("2", null, null));
        assertThat(database.column("SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                        + " WHERE attrelid = 'shop.orders'::regclass AND attnum > 0 ORDER BY attnum"))
                .containsExactly("bigint", "text", "integer");
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("name", "sink-a");
        settings.put("connection.url", database.jdbcUrl());
        settings.put("connection.user", database.user());
        settings.put("connection.password", database.password());
        settings.put("batch.linger.ms", "10");
        return settings;
    }
}
