// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.source.config.SourceKeys;

/** A table cannot be read by its control column; the message says why and what to do. */
public final class UnusableControlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String key;

    public UnusableControlException(String key, String message) {
        super(message);
        this.key = key;
    }

    public static UnusableControlException ofColumn(String message) {
        return new UnusableControlException(SourceKeys.CONTROL_COLUMN, message);
    }

    /** The setting that is wrong. */
    public String key() {
        return key;
    }
}
