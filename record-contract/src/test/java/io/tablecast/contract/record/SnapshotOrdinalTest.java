// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SnapshotOrdinalTest {

    @Test
    void readsWhatItWrites() {
        SnapshotOrdinal ordinal = new SnapshotOrdinal("20260101-7", 1_000_001);

        assertThat(ordinal.sequence()).isEqualTo("[\"tc:20260101-7\",\"1000001\"]");
        assertThat(SnapshotOrdinal.ofSequence(ordinal.sequence())).contains(ordinal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[null,\"4711\"]", "[\"24023128\",\"24023129\"]", "[\"tc:x\"]", "[\"tc:x\",\"one\"]"})
    void sequencesOfOthersAreNoOrdinals(String sequence) {
        assertThat(SnapshotOrdinal.ofSequence(sequence)).isEmpty();
    }
}
