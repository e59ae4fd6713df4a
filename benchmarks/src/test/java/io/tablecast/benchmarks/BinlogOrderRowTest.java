// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class BinlogOrderRowTest {

    @Test
    void rowIsDecodedToItsValues() {
        Struct row = new BinlogOrderRow().decode();

        assertThat(row.get("id")).isEqualTo(new BigDecimal(4_711));
        assertThat(row.get("customer_id")).isEqualTo(17);
        assertThat(row.get("status")).isEqualTo("shipped");
        assertThat(row.get("amount")).isEqualTo(new BigDecimal("1234.56"));
        assertThat(row.getString("note")).startsWith("Parcel 4711").endsWith("if nobody is in");
        assertThat(row.get("gift")).isEqualTo((short) 1);
        assertThat(row.get("attributes")).isEqualTo("{\"channel\":\"web\",\"priority\":3}");
        assertThat(row.get("weight")).isEqualTo(12.375);
        assertThat(row.get("created_at")).isEqualTo(1_769_862_615_000_001L);
        assertThat(row.get("updated_at")).isEqualTo("2026-02-01T00:00:01.000002Z");
    }
}
