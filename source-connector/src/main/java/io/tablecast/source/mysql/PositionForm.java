// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

/** What says where a table stands in the binlog. */
enum PositionForm {
    /** MySQL's set of transactions, which holds at every server that has executed them. */
    GTIDS,
    /** A place in a file, of a MariaDB, with the last transaction of each domain to tell servers apart. */
    FILE_AND_GTIDS,
    /** A place in a file, of a MySQL without GTIDs. */
    FILE
}
