// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** What to do with a table whose next transactions are purged from the binlog ({@code binlog.purged.policy}). */
public enum PurgedPolicy {
    /** It cannot be read any further. */
    FAIL,
    /** It is copied again. */
    RESNAPSHOT
}
