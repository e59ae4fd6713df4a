// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final SourcePartition ORDERS = new SourcePartition("erp", new TableId("shop", "orders"));

    private final BoundedRecordBuffer buffer = new BoundedRecordBuffer(10, 10_000, 10);

    @Test
    void offsetIsMovedWhenItIsAsOldAsTheInterval() {
        Heartbeats heartbeats = heartbeats(Duration.ofSeconds(30));

        assertThat(heartbeats.isDue(NOW, NOW.plusSeconds(30))).isTrue();
        assertThat(heartbeats.isDue(NOW, NOW.plusMillis(29_999))).isFalse();
        assertThat(heartbeats(Duration.ZERO).isDue(NOW, NOW.plusSeconds(9_999)))
                .as("heartbeats are off")
                .isFalse();
    }

    @Test
    void heartbeatCarriesTheTablesWholeOffset() throws InterruptedException {
        Map<String, Object> offset = Map.of("state", "streaming", "from", "1:1:");
        heartbeats(Duration.ofSeconds(30)).send(ORDERS, offset);
        heartbeats(Duration.ZERO).sendInTransaction(ORDERS, offset);

        List<SourceRecord> sent = buffer.take(Duration.ZERO);

        assertThat(sent).hasSize(2).allSatisfy(record -> {
            assertThat(record.topic()).isEqualTo("__tablecast-heartbeat.erp");
            assertThat(record.kafkaPartition()).isZero();
            assertThat(record.sourcePartition()).isEqualTo(Map.of("table", "erp/shop.orders"));
            assertThat(record.sourceOffset()).isEqualTo(offset);
            assertThat(record.value()).hasToString("Struct{ts_ms=1767225600000}");
        });
    }

    private Heartbeats heartbeats(Duration interval) {
        return new Heartbeats("erp", interval, buffer, Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
