// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import java.io.IOException;

/** The server does not send the binlog, and would not the next time either. */
public final class BinlogRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int code;

    BinlogRefusedException(int code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** MySQL's error number. */
    public int code() {
        return code;
    }
}
