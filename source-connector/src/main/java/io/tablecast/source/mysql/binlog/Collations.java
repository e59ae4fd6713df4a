// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * The collations of a server.
 *
 * @param charsets the names of their character sets, by the collations' numbers
 * @param bytesOfCharacter the most bytes that a character takes, by the character sets' names
 * @param areGeometriesTold whether the server tells a collation of geometries too, as MariaDB does
 */
public record Collations(
        Map<Integer, String> charsets, Map<String, Integer> bytesOfCharacter, boolean areGeometriesTold) {

    private static final String BINARY = "binary";

    public Collations {
        requireNonNull(charsets, "charsets is null");
        charsets = Map.copyOf(charsets);
        bytesOfCharacter = Map.copyOf(bytesOfCharacter);
    }

    String charset(int collation) {
        return charsets.getOrDefault(collation, "collation " + collation);
    }

    boolean isBinary(int collation) {
        return charset(collation).equals(BINARY);
    }

    int bytesOf(String charset) {
        return bytesOfCharacter.getOrDefault(charset, 1);
    }
}
