// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class ValuesTest {

    @Test
    void aNumberIsOneKeyInEachWidth() {
        assertThat(Values.comparable((byte) 7)).isEqualTo(7L);
        assertThat(Values.comparable((short) 7)).isEqualTo(7L);
        assertThat(Values.comparable(7)).isEqualTo(7L);
        assertThat(Values.comparable(7L)).isEqualTo(7L);
        assertThat(Values.comparable("7")).isEqualTo("7");
        assertThat(Values.comparable(new BigDecimal("7.0"))).isEqualTo(new BigDecimal("7.0"));
        assertThat(Values.comparable(null)).isNull();
    }

    @Test
    void bytesAreOneKeyInEachForm() {
        byte[] bytes = {1, 2, 3};

        assertThat(Values.comparable(bytes))
                .isEqualTo(Values.comparable(new byte[] {1, 2, 3}))
                .isEqualTo(Values.comparable(ByteBuffer.wrap(bytes)))
                .isNotEqualTo(Values.comparable(new byte[] {1, 2, 4}));
    }

    @Test
    void aNullIsNoDefault() {
        Schema schema = SchemaBuilder.struct()
                .field(
                        "code",
                        SchemaBuilder.string().optional().defaultValue("x").build())
                .field("note", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        Struct row = new Struct(schema).put("note", "n");

        assertThat(Values.of(row, schema.field("code"))).isNull();
        assertThat(Values.of(row.put("code", "c"), schema.field("code"))).isEqualTo("c");
        assertThat(Values.of(row, schema.field("note"))).isEqualTo("n");
    }
}
