// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class RowSizeTest {

    private static final int FIXED = 24;

    @Test
    void largeValuesCountByTheirLength() {
        assertThat(size(Schema.INT64_SCHEMA, 1L)).isEqualTo(2 * FIXED);
        assertThat(size(Schema.OPTIONAL_STRING_SCHEMA, null)).isEqualTo(2 * FIXED);
        assertThat(size(Schema.STRING_SCHEMA, "x".repeat(1_000))).isEqualTo(2 * FIXED + 1_000);
        assertThat(size(Schema.BYTES_SCHEMA, new byte[1_000])).isEqualTo(2 * FIXED + 1_000);
        assertThat(size(Schema.BYTES_SCHEMA, ByteBuffer.allocate(1_000))).isEqualTo(2 * FIXED + 1_000);
    }

    @Test
    void largeValuesWithinOthersCountAsWell() {
        Schema inner =
                SchemaBuilder.struct().field("value", Schema.STRING_SCHEMA).build();

        assertThat(size(SchemaBuilder.array(Schema.STRING_SCHEMA).build(), List.of("x".repeat(1_000), "y".repeat(500))))
                .isEqualTo(4 * FIXED + 1_500);
        assertThat(size(
                        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)
                                .build(),
                        Map.of("x".repeat(1_000), "y".repeat(500))))
                .isEqualTo(4 * FIXED + 1_500);
        assertThat(size(inner, new Struct(inner).put("value", "x".repeat(1_000))))
                .isEqualTo(4 * FIXED + 1_000);
    }

    private static long size(Schema schema, Object value) {
        Schema row = SchemaBuilder.struct().field("value", schema).build();
        return RowSize.of(new Struct(row).put("value", value));
    }
}
