// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Database;
import io.tablecast.testing.Role;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who owns the metadata can have code run with the rights of whoever reads and writes it. */
class MetadataOwnersIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;
    private Database database;
    private Role stranger;
    private Role writer;

    @BeforeEach
    void createRoles() {
        destination = Destination.create();
        database = destination.database();
        stranger = database.createRole("stranger");
        writer = database.createRole("writer");
        database.execute(
                "GRANT CREATE ON DATABASE " + Database.quote(database.name()) + " TO " + quoted(writer) + ", "
                        + quoted(stranger),
                "CREATE SCHEMA trap",
                "CREATE TABLE trap.sprung (who text)",
                """
                CREATE FUNCTION trap.spring() RETURNS int LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO trap.sprung VALUES (current_user);
                    RETURN 1;
                END $$""",
                "GRANT USAGE ON SCHEMA trap TO PUBLIC",
                "GRANT SELECT, INSERT ON trap.sprung TO PUBLIC");
        orders.insert(1, "a", 1);
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SET ROLE %1$s, CREATE SCHEMA tablecast, GRANT ALL ON SCHEMA tablecast TO PUBLIC; schema tablecast",
                "SET ROLE %1$s, CREATE VIEW tablecast.sink_version AS SELECT trap.spring() AS version,"
                        + " GRANT ALL ON tablecast.sink_version TO PUBLIC; relation tablecast.sink_version",
                "SET ROLE %1$s, CREATE SEQUENCE tablecast.sink_epoch; relation tablecast.sink_epoch",
                "SET ROLE %1$s, CREATE VIEW tablecast.failure AS SELECT trap.spring(); relation tablecast.failure"
            })
    void whatAStrangerHasMadeFirstIsNotRead(String statements, String found) {
        if (!statements.contains("CREATE SCHEMA")) {
            database.execute("CREATE SCHEMA tablecast", "GRANT ALL ON SCHEMA tablecast TO PUBLIC");
        }
        database.execute(statements
                .formatted(quoted(stranger))
                .replace(", CREATE", "; CREATE")
                .replace(", GRANT", "; GRANT"));

        assertRefused(found);
        assertThat(database.column("SELECT who FROM trap.sprung")).isEmpty();
        assertThat(database.column("SELECT relname FROM pg_class WHERE relnamespace = 'tablecast'::regnamespace"
                        + " AND relowner <> '" + stranger.name() + "'::regrole"))
                .isEmpty();
    }

    @Test
    void whatAStrangerHasTakenOverIsNotWritten() {
        apply();
        database.execute(
                "ALTER TABLE tablecast.sink_offset OWNER TO " + quoted(stranger),
                "GRANT ALL ON tablecast.sink_offset TO PUBLIC",
                "CREATE FUNCTION trap.note() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM trap.spring(); RETURN NEW; END'",
                "CREATE TRIGGER note BEFORE INSERT OR UPDATE ON tablecast.sink_offset FOR EACH ROW"
                        + " EXECUTE FUNCTION trap.note()");
        orders.insert(2, "b", 2);

        assertRefused("relation tablecast.sink_offset");
        assertThatThrownBy(() -> new PostgresSinkConnector()
                        .alterOffsets(settings(), Map.of(new TopicPartition("erp.shop.orders", 0), 5L)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("relation tablecast.sink_offset belongs to role");
        assertThat(database.column("SELECT who FROM trap.sprung")).isEmpty();
        assertThat(destination.orders()).containsExactly("1:a:1");
    }

    @Test
    void aSuperuserTrustsNoStrangerEither() {
        database.execute("CREATE SCHEMA tablecast AUTHORIZATION " + quoted(stranger));
        database.execute("ALTER ROLE " + quoted(writer) + " SUPERUSER");

        assertRefused("schema tablecast", "change its owner, or set metadata.schema");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CREATE SCHEMA tablecast AUTHORIZATION %2$s",
                "CREATE SCHEMA tablecast, GRANT USAGE ON SCHEMA tablecast TO %2$s, GRANT CREATE ON SCHEMA tablecast TO %2$s",
                "CREATE SCHEMA tablecast AUTHORIZATION %1$s, GRANT %1$s TO %2$s",
                "ALTER DATABASE %3$s OWNER TO %1$s, CREATE SCHEMA tablecast AUTHORIZATION %1$s,"
                        + " GRANT ALL ON SCHEMA tablecast TO %2$s"
            })
    void whoIsTrustedAnyhowMayOwnTheSchema(String statements) {
        String all = statements.formatted(quoted(stranger), quoted(writer), Database.quote(database.name()));
        database.execute(
                Pattern.compile(", (?=CREATE SCHEMA|GRANT )").splitAsStream(all).toArray(String[]::new));

        assertThat(faults()).isEmpty();
        apply();
        assertThat(destination.orders()).containsExactly("1:a:1");
        apply();
        // Else its role could not be dropped.
        database.execute("ALTER DATABASE " + Database.quote(database.name()) + " OWNER TO CURRENT_USER");
    }

    private void assertRefused(String found) {
        assertRefused(
                found,
                "change its owner, grant the connector's role that role if both trust each other, or set"
                        + " metadata.schema");
    }

    private void assertRefused(String found, String remedies) {
        String fault = "Cannot trust the metadata schema \"tablecast\": " + found + " belongs to role \""
                + stranger.name() + "\", and who owns it can have code run with the rights of the connector's role."
                + " Drop it if nobody needs it, " + remedies + " to another schema.";
        assertThat(faults()).contains("metadata.schema: " + fault);
        try (DrivenTask task = new DrivenTask(settings())) {
            task.open(log);
            assertThatThrownBy(task::drain).isInstanceOf(ConnectException.class).hasMessageContaining(fault);
        }
    }

    private void apply() {
        try (DrivenTask task = new DrivenTask(settings())) {
            task.open(log);
            task.drain();
        }
    }

    private List<String> faults() {
        return new PostgresSinkConnector()
                .validate(settings()).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream().map(message -> value.name() + ": " + message))
                        .toList();
    }

    private Map<String, String> settings() {
        return destination.settings(
                "connection.user", writer.name(),
                "connection.password", writer.password(),
                "topics", "erp.shop.orders");
    }

    private static String quoted(Role role) {
        return Database.quote(role.name());
    }
}
