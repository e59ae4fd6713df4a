// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlOffsetRequestsTest {

    private static final Map<String, ?> PARTITION = Map.of("table", "erp/shop.orders");

    @Test
    void keyOfARowInHexadecimalDigitsIsAccepted() {
        assertThat(alter("incremental", following("[\"34373131\",\"\"]"))).isTrue();
        assertThat(alter("incremental", following("[]")))
                .as("where the control column is the key")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"4711x\"]", "[\"471\"]", "[\"3437\",null]", "[\"3437\",\"ü3\"]"})
    void keyOfARowInAnotherFormIsRefusedInEachMode(String key) {
        assertRefused("incremental", following(key), key);
        assertRefused("binlog", copying(key), key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3437", "null", "{}", "[\"3437\"", "[[\"3437\"]]"})
    void keyThatIsNoListIsRefusedInEachMode(String key) {
        assertRefused("incremental", following(key), key);
        assertRefused("binlog", copying(key), key);
    }

    private static void assertRefused(String mode, Map<String, ?> offset, String key) {
        assertThatThrownBy(() -> alter(mode, offset))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("\"key.after\" must be a JSON array of texts")
                .hasMessageContaining(", but is " + key)
                .hasMessageEndingWith("or delete the offset to copy the table again.");
    }

    private static Map<String, ?> following(String key) {
        Map<String, Object> offset = new HashMap<>(OffsetCodec.encode(new TableOffset.Following(
                new SourceIdentity("3e11fa47-71ca-11e1-9e33-c80aa9429562", "shop"),
                "id",
                ControlType.INTEGER,
                ControlPosition.afterRow("7", List.of("37")),
                "{}",
                "",
                "")));
        offset.put(OffsetCodec.KEY_AFTER, key);
        return offset;
    }

    private static Map<String, ?> copying(String key) {
        return Map.of(
                "format",
                1,
                "mode",
                "binlog",
                "state",
                "copying",
                "system",
                "server-id:7",
                "file",
                "binlog.000001",
                "pos",
                4,
                "gtids",
                "",
                "snapshot",
                "s1",
                "copied",
                7,
                "key.after",
                key);
    }

    private static boolean alter(String mode, Map<String, ?> offset) {
        Map<String, String> properties = Map.of(
                "name", "erp",
                "topic.prefix", "erp",
                "connection.url", "jdbc:mysql://127.0.0.1:1",
                "connection.user", "nobody",
                "table.include.list", "shop\\..*",
                "control.column", "id",
                "mode", mode);
        return new MySqlSourceConnector().alterOffsets(properties, Map.of(PARTITION, offset));
    }
}
