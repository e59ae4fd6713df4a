// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class OffsetRequestsTest {

    private static final Map<String, ?> PARTITION = Map.of("table", "erp/shop.orders");
    private static final Map<String, Object> COPIED =
            OffsetCodec.encode(new TableOffset.Copied(new SourceIdentity("71", "shop"), "s1", Instant.EPOCH, ""));

    private final PostgresSourceConnector connector = new PostgresSourceConnector();

    @Test
    void deletionIsAcceptedForAnyTable() {
        assertThat(alter(Map.of("table", "erp/gone.since_long"), null)).isTrue();
    }

    @Test
    void foreignPrefixIsRefused() {
        assertThatThrownBy(() -> alter(Map.of("table", "crm/shop.orders"), null))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Source partition {table=crm/shop.orders} belongs to topic.prefix \"crm\"; this connector's"
                        + " is \"erp\".");
    }

    @Test
    void otherSpellingOfATableIsRefusedBecauseItWouldNeverBeFound() {
        assertThatThrownBy(() -> alter(Map.of("table", "erp/\"shop\".orders"), null))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Source partition {table=erp/\"shop\".orders} must be written as it is stored:"
                        + " {table=erp/shop.orders}.");
    }

    @Test
    void malformedPartitionAndOffsetAreAllNamed() {
        Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
        offsets.put(Map.of("server", "erp"), null);
        Map<String, Object> broken = new HashMap<>(COPIED);
        broken.put("checked", "yesterday");
        broken.put("run", "later");
        offsets.put(PARTITION, broken);

        assertThatThrownBy(() -> connector.alterOffsets(Map.of("topic.prefix", "erp"), offsets))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Source partition {server=erp} is not of the form")
                .hasMessageContaining("\"checked\" must be a time such as 2026-01-31T12:00:00Z, but is yesterday")
                .hasMessageContaining("\"run\" must be one of now, but is later");
    }

    private boolean alter(Map<String, ?> partition, Map<String, Object> offset) {
        Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
        offsets.put(partition, offset);
        return connector.alterOffsets(Map.of("topic.prefix", "erp"), offsets);
    }
}
