// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.type.TypeModes.BinaryMode;
import io.tablecast.contract.type.TypeModes.DecimalMode;

/**
 * Which of several forms values of some types take in records. The defaults lose nothing that the destination could hold.
 *
 * @param decimal {@code decimal.handling.mode}
 * @param unsignedBigint {@code bigint.unsigned.handling.mode}
 * @param binary {@code binary.handling.mode}
 * @param zeroDate {@code zero.date.handling.mode}
 */
public record MySqlModes(
        DecimalMode decimal, UnsignedBigintMode unsignedBigint, BinaryMode binary, ZeroDateMode zeroDate) {

    public static final MySqlModes DEFAULT =
            new MySqlModes(DecimalMode.PRECISE, UnsignedBigintMode.PRECISE, BinaryMode.BYTES, ZeroDateMode.NULL);

    public MySqlModes {
        requireNonNull(decimal, "decimal is null");
        requireNonNull(unsignedBigint, "unsignedBigint is null");
        requireNonNull(binary, "binary is null");
        requireNonNull(zeroDate, "zeroDate is null");
    }

    /** How {@code bigint unsigned} is carried. */
    public enum UnsignedBigintMode {
        /** Connect's Decimal. */
        PRECISE,
        /** A 64-bit integer, in which large values become negative. */
        LONG
    }

    /** What becomes of dates that no calendar has: {@code 0000-00-00}, {@code 2026-02-00}. */
    public enum ZeroDateMode {
        /** NULL, and dates and times take NULL whatever the source says. */
        NULL,
        /** The first of January 1970. */
        EPOCH,
        /** The task stops. */
        FAIL
    }
}
