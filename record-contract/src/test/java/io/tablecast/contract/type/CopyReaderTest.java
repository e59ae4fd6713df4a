// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Mutations;
import java.util.HexFormat;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class CopyReaderTest {

    private static final String HEADER = "5047434f50590aff0d0a000000000000000000";

    private final CopyReader reader = new CopyReader();

    @Test
    void firstMessageCarriesHeaderAndRow() {
        assertThat(reader.next(bytes(HEADER + "0002" + "000000026869" + "ffffffff")))
                .isTrue();

        assertThat(reader.fieldCount()).isEqualTo(2);
        assertThat(TextFamily.read(reader.buffer(), reader.offset(0), reader.length(0)))
                .isEqualTo("hi");
        assertThat(reader.isNull(0)).isFalse();
        assertThat(reader.isNull(1)).isTrue();
    }

    @Test
    void laterMessagesAreRowsUntilTheTrailer() {
        assertThat(reader.next(bytes(HEADER + "0001" + "00000000"))).isTrue();
        assertThat(reader.length(0)).isZero();

        assertThat(reader.next(bytes("0001" + "0000000141"))).isTrue();
        assertThat(TextFamily.read(reader.buffer(), reader.offset(0), reader.length(0)))
                .isEqualTo("A");

        assertThat(reader.next(bytes("ffff"))).isFalse();
        assertThat(reader.fieldCount()).isZero();
    }

    @Test
    void emptyTableIsHeaderAndTrailer() {
        assertThat(reader.next(bytes(HEADER + "ffff"))).isFalse();
    }

    @Test
    void headerMayComeAlone() {
        assertThat(reader.next(bytes(HEADER))).isFalse();
        assertThat(reader.next(bytes("0001" + "0000000141"))).isTrue();
    }

    @Test
    void headerExtensionIsSkipped() {
        assertThat(reader.next(bytes("5047434f50590aff0d0a00" + "00000000" + "00000002" + "abcd" + "0000")))
                .isTrue();
    }

    @Test
    void otherDataIsRefused() {
        assertThatThrownBy(() -> new CopyReader().next(bytes("31".repeat(20))))
                .isInstanceOf(DataException.class)
                .hasMessage("The server's COPY data does not start with the signature of the binary format.");
        assertThatThrownBy(() -> reader.next(bytes(HEADER + "0001" + "0000000541")))
                .isInstanceOf(DataException.class)
                .hasMessage("The server's COPY data ends inside a row: 5 bytes wanted at 25 of 26.");
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void damagedRowsAreReadWithinTheirBytesOrRefused() {
        byte[] rows = bytes("0002" + "000000026869" + "ffffffff" + "0002" + "00000004000000ff" + "0000000141");
        Mutations mutations = new Mutations(7);
        for (int i = 0; i < 50_000; i++) {
            byte[] damaged = mutations.of(rows);
            CopyReader damagedRows = CopyReader.ofRows(damaged);
            try {
                while (damagedRows.next()) {
                    for (int field = 0; field < damagedRows.fieldCount(); field++) {
                        int length = Math.max(0, damagedRows.length(field));
                        assertThat(damagedRows.offset(field) + length).isBetween(0, damaged.length);
                    }
                }
            } catch (DataException refused) {
                assertThat(refused).hasMessageMatching("(?s)The server's COPY data ends.*|Rows of COPY's binary.*");
            }
        }
    }
}
