// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QueueContentTest {

    private static final QueueContent WATCHED = new QueueContent(OldRows.LEFT_OUT, List.of("code"));
    private static final QueueContent OTHERS = new QueueContent(OldRows.LEFT_OUT, List.of("note", "amount"));
    private static final QueueContent WITH_ROWS = new QueueContent(OldRows.KEPT, List.of());

    @Test
    void twoReadersNeedTheUpdatesOfAllTheirColumns() {
        assertThat(WATCHED.and(OTHERS))
                .isEqualTo(OTHERS.and(WATCHED))
                .isEqualTo(new QueueContent(OldRows.LEFT_OUT, List.of("amount", "code", "note")));
    }

    @Test
    void whoNeedsEveryUpdateNeedsItWhateverOthersNeed() {
        assertThat(WATCHED.and(QueueContent.KEYS)).isEqualTo(QueueContent.KEYS);
        assertThat(QueueContent.KEYS.and(WATCHED)).isEqualTo(QueueContent.KEYS);
    }

    @Test
    void deletedRowsAreKeptForWhoeverNeedsThem() {
        assertThat(WITH_ROWS.and(QueueContent.KEYS)).isEqualTo(WITH_ROWS);
        assertThat(QueueContent.KEYS.and(WITH_ROWS)).isEqualTo(WITH_ROWS);
        assertThat(QueueContent.KEYS.and(QueueContent.KEYS).oldRows()).isEqualTo(OldRows.LEFT_OUT);
    }

    @Test
    void aQueueServesWhoNeedsNoMore() {
        assertThat(QueueContent.KEYS.serves(WATCHED)).isTrue();
        assertThat(WATCHED.serves(QueueContent.KEYS)).isFalse();
        assertThat(WATCHED.serves(OTHERS)).isFalse();
        assertThat(WATCHED.and(OTHERS).serves(OTHERS)).isTrue();
        assertThat(WITH_ROWS.serves(QueueContent.KEYS)).isTrue();
        assertThat(QueueContent.KEYS.serves(WITH_ROWS)).isFalse();
    }
}
