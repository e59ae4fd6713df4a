// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class OriginTest {

    private static final TopicPartition PARTITION = new TopicPartition("erp.shop.orders", 2);
    private static final Origin.Place PLACE = new Origin.Place(PARTITION, 41);

    @Test
    void aPlaceIsWrittenAsTopicPartitionAndOffset() {
        assertThat(PLACE.text()).isEqualTo("erp.shop.orders[2]@41");
        assertThat(PLACE.keptRecord()).isEmpty();
    }

    @Test
    void aRecordIsKeptWhereSomebodyWantsItReported() {
        SinkRecord sinkRecord = new SinkRecord("erp.shop.orders", 2, null, null, null, "x", 41);

        assertThat(new Origin.Kept(PARTITION, 41, sinkRecord).keptRecord()).containsSame(sinkRecord);
    }

    @Test
    void aDeletionThatDoesNotTellIsOfTheRecordsTimeAndPlace() {
        Deletion deletion = Samples.deletion(60);

        assertThat(deletion.timeText()).isEqualTo("1970-01-01T00:01:00Z");
        assertThat(deletion.position(PLACE)).isEqualTo("erp.shop.orders[2]@41");
    }

    @Test
    void aRejectionSaysWhatItKnows() {
        TableId orders = new TableId("shop", "orders");

        assertThat(new Rejection(PLACE, orders, "id=1", "code", "22001", "It is too long.").message())
                .isEqualTo(
                        "Cannot apply erp.shop.orders[2]@41 to shop.orders, key id=1, column \"code\": It is too long");
        assertThat(new Rejection(PLACE, new TableId("", ""), "", "", "", "It is no row").message())
                .isEqualTo("Cannot apply erp.shop.orders[2]@41: It is no row");
    }

    @Test
    void aKeyWithoutASchemaIsNone() {
        assertThat(RowKey.of(Schema.INT64_SCHEMA, 7L)).isEqualTo(new RowKey.Single(Schema.INT64_SCHEMA, 7L));
        assertThat(RowKey.of(null, 7L)).isSameAs(RowKey.NONE);
        assertThat(RowKey.of(Schema.OPTIONAL_INT64_SCHEMA, null)).isSameAs(RowKey.NONE);
    }
}
