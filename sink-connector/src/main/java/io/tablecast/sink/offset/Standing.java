// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.offset;

/** How stored offsets stand to a transaction whose COMMIT was not answered, or that found them moved. */
public enum Standing {
    /** They are where they were before: the transaction did not happen. */
    BEFORE,
    /** They are where the transaction moved them: it happened. */
    AFTER,
    /** Another task has claimed a partition or moved it. */
    FENCED
}
