// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

/**
 * Tells whether values as one server sends them by a binary COPY can go into a column of another server as they are. What
 * receives them checks lengths, precisions and labels, as for any other value.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, binary format</a>
 */
public final class BinaryForms {

    private BinaryForms() {}

    /** Whether a column of a type takes what was sent as values of another one. */
    public static boolean isTaken(PostgresType sent, PostgresType column) {
        if (sent instanceof PostgresType.Array sentArray) {
            // The OID of the elements stands in every value.
            return column instanceof PostgresType.Array columnArray
                    && sentArray.elementOid() < Oids.FIRST_NORMAL
                    && sentArray.elementOid() == columnArray.elementOid();
        }
        boolean isTextWithin = isText(sent) || sent instanceof PostgresType.Enumerated;
        if (isTextWithin && isText(column)) {
            return true;
        }
        if (sent instanceof PostgresType.Enumerated) {
            return column instanceof PostgresType.Enumerated;
        }
        return sent.isBuiltIn() && sent.oid() == column.oid();
    }

    private static boolean isText(PostgresType type) {
        return switch (type.oid()) {
            case Oids.TEXT, Oids.VARCHAR, Oids.BPCHAR -> true;
            default -> false;
        };
    }
}
