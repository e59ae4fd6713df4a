// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.shyiko.mysql.binlog.event.EventType;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.TextDecoder;
import io.tablecast.testing.Mutations;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/** Events that a disk, a network or a server of another make has spoilt are refused, and never make a reader hang. */
class DamagedEventsTest {

    private static final int ROUNDS = 50_000;
    private static final Collations COLLATIONS = new Collations(Map.of(255, "utf8mb4"), Map.of("utf8mb4", 4), false);

    @Test
    void tableMapIsReadOrRefused() {
        byte[] event = tableMap();
        assertThat(columns(event).orElseThrow())
                .extracting(MySqlColumn::name)
                .containsExactly("id", "name", "price", "state");

        damaged(event, 3, DamagedEventsTest::columns);
    }

    @Test
    void rowsAreReadOrRefused() {
        byte[] event = hex("6c0000000000" + "0100" + "0200" + "04" + "0f" + "0f" + "00" + "01000000");
        assertThat(RowsEvent.of(EventType.EXT_UPDATE_ROWS, event, 4).table()).isEqualTo(108);

        damaged(event, 5, bytes -> RowsEvent.of(EventType.EXT_UPDATE_ROWS, bytes, 4));
    }

    @Test
    void compressedTransactionIsReadOrRefused() {
        byte[] inner = joined(hex("00000000" + "13" + "01000000" + "56000000" + "00000000" + "0000"), tableMap());
        inner[9] = (byte) inner.length;
        byte[] event =
                joined(hex("020100" + "0301" + String.format("%02x", inner.length) + "00"), Zstd.compress(inner));
        assertThat(Payload.events(event))
                .singleElement()
                .satisfies(each -> assertThat(each.type()).isEqualTo(EventType.TABLE_MAP));

        damaged(event, 9, Payload::events);
    }

    @Test
    void statementsAreReadInTime() {
        TableId table = new TableId("shop", "orders");
        for (String sql : List.of(
                "ALTER TABLE `shop`.`orders` ADD COLUMN note text DEFAULT 'a''b' COMMENT \"x\", RENAME COLUMN a TO b",
                "CREATE TABLE IF NOT EXISTS shop.orders /*!50100 PARTITION BY HASH (id) */ AS SELECT 1 -- end",
                "RENAME TABLE orders TO `old``orders`, shop.neu TO orders")) {
            Mutations mutations = new Mutations(21);
            for (int i = 0; i < ROUNDS; i++) {
                DdlStatement statement = DdlStatement.of("shop", mutations.of(sql), NameCase.AS_WRITTEN);
                statement.names();
                statement.renamedColumns(table);
                statement.truncated();
                statement.drops(table);
                statement.changesKeyOf(table);
                statement.replacesRowsOf(table);
            }
        }
    }

    @Test
    void setsOfGtidsAreReadOrRefused() {
        Mutations mutations = new Mutations(23);
        for (int i = 0; i < ROUNDS; i++) {
            try {
                GtidSet set = GtidSet.parse(mutations.of("3e11fa47-71ca-11e1-9e33-c80aa9429562:tag:1-3:7"));
                assertThat(GtidSet.parse(set.toString())).isEqualTo(set);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("Not a set of GTIDs");
            }
        }
    }

    private static void damaged(byte[] event, long seed, Consumer<byte[]> reading) {
        Mutations mutations = new Mutations(seed);
        for (int i = 0; i < ROUNDS; i++) {
            try {
                reading.accept(mutations.of(event));
            } catch (DataException | UnreadableTableException refused) {
                assertThat(refused).hasMessageMatching("(?s).*(damaged|cannot be read|row event|row was written).*");
            }
        }
    }

    private static Optional<List<MySqlColumn>> columns(byte[] event) {
        return TableMap.of(event).columns(COLLATIONS, charset -> new TextDecoder.OfCharset(UTF_8, 4));
    }

    /** An int, a varchar(10), a decimal(10,2) and an enum, with all that binlog_row_metadata=FULL tells of them. */
    private static byte[] tableMap() {
        return joined(
                hex("6c0000000000" + "0100" + "04"),
                "shop".getBytes(UTF_8),
                hex("00" + "06"),
                "orders".getBytes(UTF_8),
                hex("00" + "04" + "030ff6fe" + "06" + "2800" + "0a02" + "f701" + "0e" + "0101" + "00" + "0203"
                        + "fcff00" + "0a03" + "fcff00"),
                hex("04" + "14" + "02"),
                "id".getBytes(UTF_8),
                hex("04"),
                "name".getBytes(UTF_8),
                hex("05"),
                "price".getBytes(UTF_8),
                hex("05"),
                "state".getBytes(UTF_8),
                hex("06" + "06" + "02" + "02"),
                "up".getBytes(UTF_8),
                hex("01"),
                "x".getBytes(UTF_8));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
