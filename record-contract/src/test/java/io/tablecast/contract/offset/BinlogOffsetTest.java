// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.offset.BinlogOffset.Copy;
import io.tablecast.contract.offset.BinlogOffset.Prepared;
import io.tablecast.testing.Mutations;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BinlogOffsetTest {

    private static final BinlogOffset STREAMING = new BinlogOffset(
            "uuid", "binlog.000003", 157, "uuid:1-5", "", 0, Optional.empty(), Optional.empty(), "", "");

    @Test
    void copiesHaveProgressWhenRowsWereReadOrThereWereNone() {
        assertThat(new Copy("id", "", 0, Copy.Stage.READING).hasProgress()).isFalse();
        assertThat(new Copy("id", "[\"31\"]", 0, Copy.Stage.READING).hasProgress())
                .isTrue();
        assertThat(new Copy("id", "", 0, Copy.Stage.ENDING).hasProgress()).isTrue();
    }

    @Test
    void offsetsAreReadAsTheyAreWritten() {
        BinlogOffset within = new BinlogOffset(
                "uuid",
                "binlog.000003",
                157,
                "uuid:1-5",
                "uuid:6",
                12,
                Optional.of(new Prepared("binlog.000002", 99)),
                Optional.empty(),
                "[columns]",
                "");
        BinlogOffset copying = new BinlogOffset(
                "uuid",
                "binlog.000003",
                157,
                "",
                "",
                0,
                Optional.empty(),
                Optional.of(new Copy("id", "[\"31\"]", 1_000, Copy.Stage.READING)),
                "",
                "");
        BinlogOffset ending = new BinlogOffset(
                "uuid",
                "binlog.000003",
                157,
                "",
                "",
                0,
                Optional.empty(),
                Optional.of(new Copy("id", "", 0, Copy.Stage.ENDING)),
                "",
                "");
        BinlogOffset gone =
                new BinlogOffset("s", "binlog.1", 4, "", "", 0, Optional.empty(), Optional.of(Copy.GONE), "", "");
        assertThat(gone.toMap()).containsEntry("state", "gone").doesNotContainKey("snapshot");
        assertThat(BinlogOffset.of(gone.toMap())).isEqualTo(gone);
        BinlogOffset stopped = new BinlogOffset(
                "uuid", "binlog.000003", 157, "", "uuid:6", 2, Optional.empty(), Optional.empty(), "", "unreadable");

        assertThat(BinlogOffset.of(STREAMING.toMap())).isEqualTo(STREAMING);
        assertThat(BinlogOffset.of(within.toMap())).isEqualTo(within);
        assertThat(BinlogOffset.of(copying.toMap())).isEqualTo(copying);
        assertThat(BinlogOffset.of(ending.toMap())).isEqualTo(ending);
        assertThat(BinlogOffset.of(stopped.toMap())).isEqualTo(stopped);
    }

    @Test
    void placesAreTakenAsUsersAndDebeziumWriteThem() {
        BinlogOffset place = BinlogOffset.of(Map.of("file", "binlog.000007", "pos", 4));
        BinlogOffset ofDebezium = BinlogOffset.of(Map.of(
                "ts_sec",
                1_700_000_000L,
                "file",
                "binlog.000007",
                "pos",
                4,
                "gtids",
                "uuid:1-5",
                "row",
                1,
                "event",
                2));

        assertThat(place.isRequest()).isTrue();
        assertThat(place.file()).isEqualTo("binlog.000007");
        assertThat(ofDebezium.gtids()).isEqualTo("uuid:1-5");
        assertThat(STREAMING.isRequest()).isFalse();
        assertThatThrownBy(() -> BinlogOffset.of(Map.of("snapshot", true)))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining("\"gtids\" must be a set of GTIDs where there are no \"file\" and \"pos\"")
                .hasMessageContaining("\"snapshot\" must be false");
    }

    @Test
    void everyFaultIsNamed() {
        Map<String, Object> map = new HashMap<>(STREAMING.toMap());
        map.put("mode", "queue");
        map.put("pos", "far");
        map.put("lsn", 1L);

        assertThatThrownBy(() -> BinlogOffset.of(map))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining("\"mode\" must be one of binlog, but is queue")
                .hasMessageContaining("\"pos\" must be a number of at least 0, but is far")
                .hasMessageContaining("\"lsn\" is not part of an offset in this state");
    }

    @Test
    void newerFormatIsRefused() {
        Map<String, Object> map = new HashMap<>(STREAMING.toMap());
        map.put("format", 2L);

        assertThatThrownBy(() -> BinlogOffset.of(map))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining("has format 2; this version of Tablecast reads 1");
    }

    @Test
    void damagedMapsAreReadOrRefused() {
        Map<String, Object> map = STREAMING.toMap();
        Mutations mutations = new Mutations(17);
        for (int i = 0; i < 20_000; i++) {
            try {
                assertThat(BinlogOffset.of(mutations.of(map)).toMap()).isNotEmpty();
            } catch (InvalidOffset refused) {
                assertThat(refused).hasMessageContaining("ffset");
            }
        }
    }
}
