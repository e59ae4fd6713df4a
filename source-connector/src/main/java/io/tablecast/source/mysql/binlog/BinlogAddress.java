// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.util.Objects.requireNonNull;

/**
 * How the binlog is reached.
 *
 * @param sslMode DISABLED, PREFERRED or REQUIRED
 */
public record BinlogAddress(String host, int port, String user, String password, String sslMode) {
    public BinlogAddress {
        requireNonNull(host, "host is null");
        requireNonNull(user, "user is null");
        requireNonNull(password, "password is null");
        requireNonNull(sslMode, "sslMode is null");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + "@" + host + ":" + port;
    }
}
