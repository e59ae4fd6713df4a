// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.util.Objects.requireNonNull;

import com.github.shyiko.mysql.binlog.network.SSLMode;
import com.github.shyiko.mysql.binlog.network.SSLSocketFactory;

/**
 * How the binlog is reached.
 *
 * @param encryption makes a socket an encrypted one, which verifies what is to be verified
 */
public record BinlogAddress(
        String host, int port, String user, String password, SSLMode sslMode, SSLSocketFactory encryption) {
    public BinlogAddress {
        requireNonNull(host, "host is null");
        requireNonNull(user, "user is null");
        requireNonNull(password, "password is null");
        requireNonNull(sslMode, "sslMode is null");
        requireNonNull(encryption, "encryption is null");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + "@" + host + ":" + port;
    }
}
