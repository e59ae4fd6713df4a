// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

/** How many bytes tell the length of a value in row events. */
final class ByteLengths {

    private static final int ONE_BYTE = 255;

    private ByteLengths() {}

    /** @param bytesOfCharacter the most that a character of the column's character set may take */
    static int of(MySqlType type, int bytesOfCharacter) {
        return switch (type.kind()) {
            case TINYTEXT, TINYBLOB -> 1;
            case TEXT, BLOB -> 2;
            case MEDIUMTEXT, MEDIUMBLOB -> 3;
            case CHAR, VARCHAR, BINARY, VARBINARY -> type.length() * bytesOfCharacter > ONE_BYTE ? 2 : 1;
            default -> 4;
        };
    }
}
