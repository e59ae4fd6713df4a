// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

/** The values of {@code source.snapshot} that Tablecast writes. */
public enum SnapshotFlag {
    FIRST("first_in_data_collection"),
    TRUE("true"),
    LAST("last_in_data_collection"),
    FALSE("false");

    private final String text;

    SnapshotFlag(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
