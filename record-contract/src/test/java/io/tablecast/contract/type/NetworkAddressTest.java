// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.168.1.1, false, 02200004c0a80101",
        "192.168.1.0/24, false, 02180004c0a80100",
        "192.168.1.1/32, true, 02200104c0a80101",
        "::, false, 0380001000000000000000000000000000000000",
        "::1/64, false, 0340001000000000000000000000000000000001",
        "2001:db8::/32, true, 0320011020010db8000000000000000000000000",
        "1:0:0:2::3, false, 0380001000010000000000020000000000000003",
        "::ffff:1.2.3.4, false, 0380001000000000000000000000ffff01020304"
    })
    void textsAreThoseOfPostgres(String text, boolean cidr, String bytes) {
        CopyBuffer buffer = new CopyBuffer();

        NetworkAddress.parse(text, cidr).orElseThrow().write(buffer);

        assertThat(HexFormat.of().formatHex(buffer.toByteArray())).isEqualTo(bytes);
        assertThat(NetworkAddress.read(buffer.array(), 0)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4/33",
                "1.2.3.4/",
                "::1::",
                "1:2:3:4:5:6:7",
                "g::",
                "1:2:3:4:5:6:7:8:9"
            })
    void otherTextsAreNone(String text) {
        assertThat(NetworkAddress.parse(text, false)).isEmpty();
    }
}
