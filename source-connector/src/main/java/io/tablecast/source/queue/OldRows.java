// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

/** Whether a queue holds the values that deleted rows had. */
enum OldRows {
    KEPT,
    LEFT_OUT;

    static OldRows of(boolean isKept) {
        return isKept ? KEPT : LEFT_OUT;
    }
}
