// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SourceInfo;
import io.tablecast.sink.apply.Change;
import io.tablecast.sink.apply.Deletion;
import io.tablecast.sink.apply.Origin;
import io.tablecast.sink.apply.RowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.junit.jupiter.api.Test;

class KeyMovesTest {

    private static final TopicPartition PARTITION = new TopicPartition("erp.shop.orders", 0);
    private static final TopicPartition OTHER = new TopicPartition("erp.shop.orders", 1);
    private static final Struct KEY =
            new Struct(SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build()).put("id", 1L);
    private static final Headers LEAVES = new RecordHeaders().newKey(KEY).headers();
    private static final Headers ARRIVES = new RecordHeaders().oldKey(KEY).headers();

    private final KeyMoves moves = new KeyMoves(Duration.ofHours(1));
    private final Change.Delete delete = new Change.Delete(
            new Origin.Place(PARTITION, 5),
            RowKey.of(KEY.schema(), KEY),
            new Deletion(SourceInfo.NONE, Instant.EPOCH, Optional.empty()));

    @Test
    void theRowAfterTheDeleteHasLeftItsKey() {
        moves.deleted(LEAVES, delete);
        moves.tombstone(new ConnectHeaders(), delete);

        assertThat(moves.isAnyHalf()).isTrue();
        assertThat(moves.written(ARRIVES, OTHER)).isEmpty();
        assertThat(moves.written(ARRIVES, PARTITION)).contains(delete);
        assertThat(moves.isAnyHalf()).isFalse();
        assertThat(moves.written(ARRIVES, PARTITION)).isEmpty();
    }

    @Test
    void aTombstoneAloneMayBeTheDelete() {
        moves.tombstone(LEAVES, delete);

        assertThat(moves.written(ARRIVES, PARTITION)).contains(delete);
    }

    @Test
    void anyOtherChangeEndsTheWait() {
        moves.deleted(LEAVES, delete);
        assertThat(moves.written(new ConnectHeaders(), PARTITION)).isEmpty();
        assertThat(moves.isAnyHalf()).isFalse();

        moves.deleted(LEAVES, delete);
        moves.deleted(new ConnectHeaders(), delete);
        assertThat(moves.isAnyHalf()).isFalse();

        moves.deleted(LEAVES, delete);
        moves.forget(List.of(PARTITION));
        assertThat(moves.isAnyHalf()).isFalse();
    }

    @Test
    void theWaitIsLimited() {
        KeyMoves impatient = new KeyMoves(Duration.ZERO);
        impatient.deleted(LEAVES, delete);

        assertThat(impatient.isAnyHalf()).isFalse();
    }
}
