// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Offsets that a user sends, against the source they are for. */
class OffsetRequestsIT {

    private static final Map<String, ?> PARTITION = Map.of("table", "erp/public.orders");

    private static Database database;

    private final PostgresSourceConnector connector = new PostgresSourceConnector();

    @BeforeAll
    static void createTable() {
        database = PostgresServer.shared().createDatabase();
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY)");
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @Test
    void storedFormIsAcceptedWithAndWithoutRequest() {
        assertThat(alter(Map.of(), copied())).isTrue();
        assertThat(alter(Map.of(), with(copied(), "run", "now"))).isTrue();
    }

    @Test
    void offsetOfAnotherServerIsRefused() {
        assertThatThrownBy(() -> alter(Map.of(), with(copied(), "system", "42")))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(
                        "The table public.orders cannot go on at this offset: it belongs to another server"
                                + " or database (SourceIdentity[system=42, database=" + database.name())
                .hasMessageEndingWith("Delete the table's offset instead; then it is copied again.");
    }

    @Test
    void offsetOfAnotherModeIsRefusedUnlessTheTableMayFallBack() {
        assertThatThrownBy(() -> alter(Map.of("mode", "queue"), copied()))
                .isInstanceOf(ConnectException.class)
                .hasMessage("The table public.orders is read in mode queue, and cannot go on at an offset of mode"
                        + " snapshot. Delete the table's offset instead; then it is copied again.");
        assertThat(alter(Map.of("mode", "queue", "no.key.policy", "snapshot"), copied()))
                .isTrue();
    }

    @Test
    void offsetOfATableThatIsNotCapturedIsRefused() {
        assertThatThrownBy(() -> alter(Map.of("table.include.list", "sales\\..*"), copied()))
                .isInstanceOf(ConnectException.class)
                .hasMessage("The table public.orders is not captured: it does not match table.include.list, or matches"
                        + " table.exclude.list. Its offset can only be deleted.");
    }

    private static Map<String, Object> copied() {
        String system = database.value("SELECT system_identifier::text FROM pg_control_system()");
        return OffsetCodec.encode(
                new TableOffset.Copied(new SourceIdentity(system, database.name()), "s1", Instant.EPOCH, ""));
    }

    private static Map<String, Object> with(Map<String, Object> offset, String key, Object value) {
        Map<String, Object> changed = new HashMap<>(offset);
        changed.put(key, value);
        return changed;
    }

    private boolean alter(Map<String, String> settings, Map<String, Object> offset) {
        Map<String, String> properties = TaskRun.connection(database);
        properties.putAll(settings);
        return connector.alterOffsets(properties, Map.of(PARTITION, offset));
    }
}
