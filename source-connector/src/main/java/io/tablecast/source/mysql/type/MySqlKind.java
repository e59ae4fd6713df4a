// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import java.util.Locale;

/** The types of MySQL and MariaDB without their arguments. */
public enum MySqlKind {
    TINYINT(Form.INTEGER),
    SMALLINT(Form.INTEGER),
    MEDIUMINT(Form.INTEGER),
    INT(Form.INTEGER),
    BIGINT(Form.INTEGER),
    DECIMAL(Form.PRECISION),
    FLOAT(Form.PLAIN),
    DOUBLE(Form.PLAIN),
    BIT(Form.LENGTH),
    YEAR(Form.PLAIN),
    DATE(Form.PLAIN),
    TIME(Form.FRACTION),
    DATETIME(Form.FRACTION),
    TIMESTAMP(Form.FRACTION),
    CHAR(Form.LENGTH),
    VARCHAR(Form.LENGTH),
    TINYTEXT(Form.PLAIN),
    TEXT(Form.PLAIN),
    MEDIUMTEXT(Form.PLAIN),
    LONGTEXT(Form.PLAIN),
    BINARY(Form.LENGTH),
    VARBINARY(Form.LENGTH),
    TINYBLOB(Form.PLAIN),
    BLOB(Form.PLAIN),
    MEDIUMBLOB(Form.PLAIN),
    LONGBLOB(Form.PLAIN),
    ENUM(Form.LABELS),
    SET(Form.LABELS),
    JSON(Form.PLAIN),
    GEOMETRY(Form.PLAIN),
    VECTOR(Form.LENGTH),
    /** MariaDB only, as are the next two. */
    UUID(Form.PLAIN),
    INET4(Form.PLAIN),
    INET6(Form.PLAIN);

    private final Form form;

    MySqlKind(Form form) {
        this.form = form;
    }

    /** What stands behind the name. */
    Form form() {
        return form;
    }

    /** The name in SQL. */
    String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether values are characters of a character set. */
    public boolean isText() {
        return switch (this) {
            case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT, ENUM, SET -> true;
            default -> false;
        };
    }

    /** What stands behind the names of types. */
    enum Form {
        /** Nothing that matters: {@code double}. */
        PLAIN,
        /** A display width that says nothing of values: {@code int(11)}. */
        INTEGER,
        /** Precision and scale. */
        PRECISION,
        /** A length. */
        LENGTH,
        /** Digits of the second's fraction. */
        FRACTION,
        /** The labels of the values. */
        LABELS
    }
}
