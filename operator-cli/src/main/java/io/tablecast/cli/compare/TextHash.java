// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** How both servers hash texts to 64 bits, so that equal texts have equal hashes. */
enum TextHash {
    /** By their bytes, which are those of the database's encoding. */
    OF_STORED_BYTES {
        @Override
        String of(String text) {
            return "hashtextextended(" + text + ", 0)";
        }
    },
    /** By the bytes that they have in UTF-8, written in ASCII: what databases of any encoding hash alike. */
    OF_UTF8 {
        @Override
        String of(String text) {
            return "hashtextextended(encode(convert_to(" + text + ", 'UTF8'), 'hex'), 0)";
        }
    };

    /** The hash of a text, both in SQL. */
    abstract String of(String text);

    /** What is right for two databases. */
    static TextHash between(Connection source, Connection destination) throws SQLException {
        return encoding(source).equals(encoding(destination)) ? OF_STORED_BYTES : OF_UTF8;
    }

    private static String encoding(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_encoding")) {
            row.next();
            return row.getString(1);
        }
    }
}
