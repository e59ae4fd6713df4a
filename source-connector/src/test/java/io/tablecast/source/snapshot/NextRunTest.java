// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NextRunTest {

    private static final SourceIdentity SOURCE = new SourceIdentity("71", "shop");
    private static final TableId TABLE = new TableId("shop", "orders");
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Instant CHECKED = NOW.minus(Duration.ofMinutes(10));
    private static final TableOffset COPIED = new TableOffset.Copied(SOURCE, "s1", CHECKED, "proof");

    @Test
    void unknownTableIsDueAtOnce() {
        NextRun next = next(Map.of(), "initial");

        assertThat(next.due()).isEqualTo(NOW);
        assertThat(next.fingerprint()).isEmpty();
    }

    @Test
    void unknownTableWithoutDataWaitsForItsInterval() {
        assertThat(next(Map.of(), "no_data").due()).isEqualTo(NOW.plus(Duration.ofHours(1)));
    }

    @Test
    void copiedTableWaitsFromItsLastCheck() {
        NextRun next = next(OffsetCodec.encode(COPIED), "initial");

        assertThat(next.due()).isEqualTo(CHECKED.plus(Duration.ofHours(1)));
        assertThat(next.fingerprint()).isEqualTo("proof");
        assertThat(next.snapshotId()).isEqualTo("s1");
    }

    @Test
    void begunCopyAndPositionOfAnotherModeAreCopiedAtOnce() {
        assertThat(next(OffsetCodec.encode(new TableOffset.Copying(SOURCE, "snapshot", "s2")), "initial"))
                .isEqualTo(new NextRun(NOW, NOW, NOW, "", ""));
        assertThat(next(OffsetCodec.encode(TableOffset.Window.finished(SOURCE, "5:5:", "x")), "initial"))
                .isEqualTo(new NextRun(NOW, NOW, NOW, "", ""));
    }

    @Test
    void otherServerOrDatabaseIsCopiedAtOnce() {
        TableOffset elsewhere = new TableOffset.Copied(new SourceIdentity("72", "shop"), "s1", CHECKED, "proof");

        assertThat(next(OffsetCodec.encode(elsewhere), "initial")).isEqualTo(new NextRun(NOW, NOW, NOW, "", ""));
    }

    @Test
    void requestToRunIsDueAtOnceAndDoesNotTrustTheProof() {
        Map<String, Object> asked = new HashMap<>(OffsetCodec.encode(COPIED));
        asked.put(OffsetCodec.RUN, "now");

        assertThat(next(asked, "initial")).isEqualTo(new NextRun(NOW, NOW, NOW, "", ""));
    }

    @Test
    void offsetOfANewerFormatIsRefused() {
        Map<String, Object> newer = new HashMap<>(OffsetCodec.encode(COPIED));
        newer.put(OffsetCodec.FORMAT, 2L);

        assertThatThrownBy(() -> next(newer, "initial"))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining("has format 2");
    }

    private static NextRun next(Map<String, Object> stored, String snapshotMode) {
        SourceSettings settings = SourceSettings.parse(Map.of(
                "connection.url", "jdbc:postgresql://db/shop",
                "topic.prefix", "erp",
                "mode", "snapshot",
                "table.include.list", ".*",
                "snapshot.mode", snapshotMode));
        SnapshotTable table = new SnapshotTable(new SourcePartition("erp", TABLE), settings.of(TABLE), stored);
        return NextRun.of(table, SOURCE, NOW);
    }
}
