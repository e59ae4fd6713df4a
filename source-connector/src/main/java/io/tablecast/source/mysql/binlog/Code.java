// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

/** The codes of types in TABLE_MAP events. */
final class Code {

    static final int TINY = 1;
    static final int SHORT = 2;
    static final int INT = 3;
    static final int FLOAT = 4;
    static final int DOUBLE = 5;
    static final int LONG = 8;
    static final int MEDIUM = 9;
    static final int DATE = 10;
    static final int YEAR = 13;
    static final int VARCHAR = 15;
    static final int BIT = 16;
    static final int TIMESTAMP = 17;
    static final int DATETIME = 18;
    static final int TIME = 19;
    static final int VECTOR = 242;
    static final int JSON = 245;
    static final int DECIMAL = 246;
    static final int ENUM = 247;
    static final int SET = 248;
    static final int TINY_BLOB = 249;
    static final int MEDIUM_BLOB = 250;
    static final int LONG_BLOB = 251;
    static final int BLOB = 252;
    static final int VAR_STRING = 253;
    static final int STRING = 254;
    static final int GEOMETRY = 255;

    private Code() {}

    static boolean isNumeric(int code) {
        return switch (code) {
            case TINY, SHORT, MEDIUM, INT, LONG, FLOAT, DOUBLE, DECIMAL, YEAR -> true;
            default -> false;
        };
    }

    static boolean isCharacter(int code) {
        return switch (code) {
            case VARCHAR, VAR_STRING, STRING, TINY_BLOB, BLOB, MEDIUM_BLOB, LONG_BLOB -> true;
            default -> false;
        };
    }

    static boolean isLabelled(int code) {
        return code == ENUM || code == SET;
    }

    /** Some of the codes. */
    interface Choice {
        boolean includes(int code);
    }
}
