// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import java.io.IOException;

/** The binlog comes from another server than the one that queries reach. */
public final class OtherServerException extends IOException {

    private static final long serialVersionUID = 1L;

    OtherServerException(long ofBinlog, long ofQueries) {
        super("the binlog comes from the server with the server_id " + ofBinlog + ", while queries reach the one with "
                + ofQueries + ". Something between chooses a server for each connection: let connection.url name one"
                + " server");
    }
}
