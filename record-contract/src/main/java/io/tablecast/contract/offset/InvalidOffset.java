// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

/** A source partition or offset map that cannot be used; the message says which part and what was expected. */
public final class InvalidOffset extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidOffset(String message) {
        super(message);
    }

    public InvalidOffset(String message, Throwable cause) {
        super(message, cause);
    }
}
