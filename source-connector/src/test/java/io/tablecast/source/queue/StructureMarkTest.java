// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.source.queue.QueueProbe.State;
import org.junit.jupiter.api.Test;

class StructureMarkTest {

    private static final StructureMark MARK = new StructureMark("c", "choice", "1", 7, "a", "f");

    @Test
    void textFormIsReadAndWritten() {
        assertThat(MARK).hasToString("c.choice.1.7.a.f");
        assertThat(StructureMark.parse("c.choice.1.7.a.f")).contains(MARK);
    }

    @Test
    void otherTextIsNone() {
        assertThat(StructureMark.parse("")).isEmpty();
        assertThat(StructureMark.parse("c.choice.1.7.a")).isEmpty();
        assertThat(StructureMark.parse("c.choice.1.7.a.f.")).isEmpty();
        assertThat(StructureMark.parse("c.choice.1.x.a.f")).isEmpty();
        assertThat(StructureMark.parse("c.choice.1.9999999999999999999.a.f")).isEmpty();
    }

    @Test
    void rowsMayBeRewrittenOnlyWhereCatalogAndFilesHaveChanged() {
        StructureMark mark = MARK.seenIn(state("files", "columns"));

        assertThat(mark.mayBeRewrittenIn(state("files", "columns"))).isFalse();
        // VACUUM FULL.
        assertThat(mark.mayBeRewrittenIn(state("other", "columns"))).isFalse();
        // A default.
        assertThat(mark.mayBeRewrittenIn(state("files", "other"))).isFalse();
        assertThat(mark.mayBeRewrittenIn(state("other", "other"))).isTrue();
    }

    @Test
    void aLaterStateLeavesAloneWhatTheLastRecordHad() {
        StructureMark mark = MARK.seenIn(state("files", "columns"));

        assertThat(mark.columns()).isEqualTo("c");
        assertThat(mark.choice()).isEqualTo("choice");
        assertThat(mark.timeline()).isEqualTo("1");
        assertThat(mark.generation()).isEqualTo(7);
        assertThat(StructureMark.parse(mark.toString())).contains(mark);
    }

    private static State state(String files, String columns) {
        return new State("2", 8, true, true, files, columns, "");
    }
}
