// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CopyBufferTest {

    private static final HexFormat HEX = HexFormat.of();

    private final CopyBuffer buffer = new CopyBuffer(1);

    @Test
    void binaryDataHasHeaderCountsLengthsAndTrailer() {
        buffer.header();
        buffer.beginTuple(3);
        int number = buffer.beginField();
        buffer.writeInt(7);
        buffer.endField(number);
        buffer.nullField();
        int text = buffer.beginField();
        buffer.writeUtf8("h\u00e9");
        buffer.endField(text);
        buffer.trailer();

        assertThat(hex())
                .isEqualTo("5047434f50590aff0d0a000000000000000000" + "0003" + "0000000400000007" + "ffffffff"
                        + "0000000368c3a9" + "ffff");
    }

    @Test
    void textFieldsAreEscaped() {
        buffer.textField("a\tb\nc\rd\\N\u00e9\\");
        buffer.textDelimiter();
        buffer.textNull();
        buffer.textEndOfRow();

        assertThat(new String(buffer.toByteArray(), UTF_8)).isEqualTo("a\\tb\\nc\\rd\\\\N\u00e9\\\\\t\\N\n");
    }

    @Test
    void supplementaryCharactersAreFourBytes() {
        buffer.writeUtf8("ab\ud83d\ude00");

        assertThat(hex()).isEqualTo("6162f09f9880");
    }

    @Test
    void unfinishedRowIsForgotten() {
        buffer.writeUtf8("kept");
        int mark = buffer.length();
        buffer.writeUtf8("half a row");

        buffer.truncate(mark);

        assertThat(new String(buffer.array(), 0, buffer.length(), UTF_8)).isEqualTo("kept");
        assertThatThrownBy(() -> buffer.truncate(5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mark should be between 0 and 4: was 5");
    }

    private String hex() {
        return HEX.formatHex(buffer.toByteArray());
    }
}
