// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class ShadowedCatalogIT {

    @Test
    void whatAMisledRoleCallsIsCounted() throws SQLException {
        try (Database database = PostgresServer.shared().createDatabase()) {
            Role role = database.createRole("misled");
            ShadowedCatalog shadows = ShadowedCatalog.in(database);
            shadows.mislead(role);

            assertThat(shadows.called()).isEmpty();
            try (Connection connection = database.connection(role);
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "SELECT count(*), lower('A'), '1'::int8, 'x'::name FROM pg_namespace WHERE oid > 1::oid AND nspname <> 'x'::name");
            }

            assertThat(shadows.called().toString())
                    .contains("aggregate: ", "lower: 1", "relation pg_namespace: ", "type name: ", "operator > ");
        }
    }
}
