// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

/** The binlog describes a table in a way that cannot be read; the message says why and what to do. */
public final class UnreadableTableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreadableTableException(String message) {
        super(message);
    }
}
