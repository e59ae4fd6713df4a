// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.util.Objects.requireNonNull;

/**
 * A place between two transactions.
 *
 * @param file the binlog file
 * @param offset the place in it
 * @param gtids what stands before it: MySQL's set of transactions, or MariaDB's position
 */
public record BinlogPosition(String file, long offset, String gtids) {

    public BinlogPosition {
        requireNonNull(file, "file is null");
        requireNonNull(gtids, "gtids is null");
    }

    /** Whether this place is before another one of the same server. */
    public boolean isBefore(String otherFile, long otherOffset) {
        int files = compareFiles(file, otherFile);
        return files < 0 || (files == 0 && offset < otherOffset);
    }

    /** Files are numbered at their end, and the numbers may grow longer. */
    static int compareFiles(String one, String other) {
        return Long.compare(number(one), number(other));
    }

    /** The number at the end of a file's name. */
    public static long number(String file) {
        int dot = file.lastIndexOf('.');
        try {
            return Long.parseLong(file.substring(dot + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Not the name of a binlog file: " + file, e);
        }
    }
}
