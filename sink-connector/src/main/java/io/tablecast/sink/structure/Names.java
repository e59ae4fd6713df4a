// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tablecast.contract.table.TableId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names within PostgreSQL's limit of 63 bytes. PostgreSQL cuts longer ones off without an error, so that two tables, or
 * two columns, could become one; here the end of a long name is replaced by a hash of the whole name.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">Identifiers</a>
 */
public final class Names {

    private static final int MAXIMUM_BYTES = 63;
    private static final int HASH_DIGITS = 8;
    private static final String SNAPSHOT_MARK = "__tc_";
    private static final int SNAPSHOT_DIGITS = 10;

    private Names() {}

    /** The name itself where it fits, else its beginning with a hash of the whole name. */
    public static String fit(String name) {
        return withSuffix(name, "");
    }

    /** Schema and table, each fitted on its own. */
    public static TableId fit(TableId table) {
        return new TableId(fit(table.schema()), fit(table.name()));
    }

    /** The name with a suffix of ASCII characters, the name shortened if need be and the suffix always whole. */
    public static String withSuffix(String name, String suffix) {
        if (name.getBytes(UTF_8).length + suffix.length() <= MAXIMUM_BYTES) {
            return name + suffix;
        }
        String hash = "_" + hash(name).substring(0, HASH_DIGITS);
        return beginning(name, MAXIMUM_BYTES - suffix.length() - hash.length()) + hash + suffix;
    }

    /**
     * What is appended to the names of the tables that hold one snapshot's rows, and to those of their indexes.
     *
     * @param load names the load, for example by snapshot and epoch; equal texts give equal suffixes
     */
    public static String snapshotSuffix(String load) {
        return SNAPSHOT_MARK + hash(load).substring(0, SNAPSHOT_DIGITS);
    }

    /** Whether a table of that name holds rows of a snapshot of the destination table, by the rule of its name. */
    public static boolean isSnapshotTable(String destination, String candidate) {
        String suffix = candidate.substring(withoutSnapshotSuffix(candidate).length());
        return !suffix.isEmpty() && candidate.equals(withSuffix(destination, suffix));
    }

    /** The name without the suffix that {@link #snapshotSuffix} makes, if it has one. */
    public static String withoutSnapshotSuffix(String name) {
        int mark = name.lastIndexOf(SNAPSHOT_MARK);
        boolean hasSuffix = mark > 0
                && name.length() == mark + SNAPSHOT_MARK.length() + SNAPSHOT_DIGITS
                && name.substring(mark + SNAPSHOT_MARK.length()).chars().allMatch(Names::isHexadecimal);
        return hasSuffix ? name.substring(0, mark) : name;
    }

    private static boolean isHexadecimal(int character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    }

    private static String beginning(String name, int bytes) {
        int used = 0;
        int end = 0;
        while (end < name.length()) {
            int codePoint = name.codePointAt(end);
            int size = Character.toString(codePoint).getBytes(UTF_8).length;
            if (used + size > bytes) {
                break;
            }
            used += size;
            end += Character.charCount(codePoint);
        }
        return name.substring(0, end);
    }

    private static String hash(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
