// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.DdlStatement.Renamed;
import io.tablecast.source.mysql.type.TextDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class QueryEventTest {

    private static final String CATALOG = "0603737464";
    private static final String AUTO_INCREMENT = "030a000200";
    private static final String FLAGS = "0000000000";
    private static final TableId TABLE = new TableId("größen", "größe");

    @Test
    void statementIsDecodedByTheCharacterSetOfItsClient() {
        assertThat(query(FLAGS + sqlMode(0) + CATALOG + AUTO_INCREMENT + charset(8), ISO_8859_1)
                        .sql())
                .isEqualTo("ALTER TABLE \"größe\" CHANGE \"a\" \"b\" int");
        assertThat(query(FLAGS + sqlMode(0) + CATALOG + charset(255), UTF_8).sql())
                .isEqualTo("ALTER TABLE \"größe\" CHANGE \"a\" \"b\" int");
    }

    @Test
    void statementOfASessionThatTellsNothingIsDecodedAsUtf8() {
        assertThat(query("", UTF_8).sql()).contains("größe");
        assertThat(query(FLAGS + "ff", UTF_8).sql()).contains("größe");
    }

    @Test
    void doubleQuotesHoldNamesWhereTheSessionSaysSo() {
        assertThat(DdlStatement.of(query(FLAGS + sqlMode(4) + charset(255), UTF_8), NameCase.AS_WRITTEN)
                        .renamedColumns(TABLE))
                .containsExactly(new Renamed("a", "b"));
    }

    private static String sqlMode(int mode) {
        return "010" + mode + "00000000000000";
    }

    private static String charset(int collation) {
        return "04" + HexFormat.of().toHexDigits((byte) collation) + "0021002100";
    }

    private static QueryEvent query(String variables, Charset charset) {
        byte[] session = HexFormat.of().parseHex(variables);
        byte[] database = "größen".getBytes(UTF_8);
        byte[] sql = "ALTER TABLE \"größe\" CHANGE \"a\" \"b\" int".getBytes(charset);
        ByteBuffer event = ByteBuffer.allocate(14 + session.length + database.length + sql.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(7)
                .putInt(0)
                .put((byte) database.length)
                .putShort((short) 0)
                .putShort((short) session.length)
                .put(session)
                .put(database)
                .put((byte) 0)
                .put(sql);
        return QueryEvent.of(
                event.array(),
                collation -> new TextDecoder.OfCharset(collation == 8 ? ISO_8859_1 : UTF_8, collation == 8 ? 1 : 4));
    }
}
