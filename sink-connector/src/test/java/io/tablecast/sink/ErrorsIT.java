// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.sink.metadata.Migrations;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import io.tablecast.testing.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A record that the destination refuses is found among its neighbours, and named. */
class ErrorsIT {

    private static final String TOPIC = "erp.shop.orders";

    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code varchar(8), amount int CHECK (amount <"
                                + " 1000))");
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void thePoisonedRecordStopsTheTaskByName() {
        insert(1, 500);
        orders.insert(501, "far too long", 1);
        insert(502, 600);

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(
                        "Cannot apply erp.shop.orders[0]@500 to shop.orders, key (id=501), column \"code\"")
                .hasMessageContaining("errors.tolerance=all");
        assertThat(destination.orders()).as("nothing of the flush is written").isEmpty();
    }

    @Test
    void toleratedRecordsArePutAsideAndTheirNeighboursWritten() {
        insert(1, 300);
        orders.insert(301, "ok", 1);
        orders.update(301, "far too long", 2);
        insert(302, 400);
        orders.insert(401, "b", 2000);
        insert(402, 500);

        try (DrivenTask task = destination.task("errors.tolerance", "all")) {
            task.open(log);
            task.drain();

            assertThat(task.context().reported())
                    .extracting(reported -> reported.originalKafkaOffset())
                    .containsExactlyInAnyOrder(301L, 401L);
        }

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(499);
        assertThat(destination.orders()).contains("301:ok:1");
        assertThat(destination
                        .database()
                        .column("SELECT format('%s[%s]@%s %s %s %s', topic, partition, record_offset,"
                                + " record_key, coalesce(column_name, '-'), coalesce(sqlstate, '-'))"
                                + " FROM tablecast.record_error ORDER BY record_offset"))
                .containsExactly("erp.shop.orders[0]@301 (id=301) code -", "erp.shop.orders[0]@401 (id=401) - 23514");
    }

    @Test
    void aRecordThatIsNoRowIsNamed() {
        insert(1, 3);
        log.send(null, null, Schema.STRING_SCHEMA, "hello", new ConnectHeaders());

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("erp.shop.orders[0]@3")
                .hasMessageContaining("not a row with a schema");
    }

    @Test
    void aRecordThatIsNoRowIsPutAsideWhereTheTopicDoesNotTellItsTable() {
        TopicLog topic = new TopicLog("orders", 0);
        Orders withSource = new Orders(topic, "orders");
        topic.send(null, null, Schema.STRING_SCHEMA, "hello", new ConnectHeaders());
        withSource.insert(1, "a", 1);
        topic.send(null, null, Schema.STRING_SCHEMA, "hello again", new ConnectHeaders());
        withSource.insert(2, "b", 2);

        try (DrivenTask task = destination.task()) {
            task.open(topic);
            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Cannot apply orders[0]@0, key null: The record's value is a String")
                    .hasMessageContaining("errors.tolerance=all");
        }
        try (DrivenTask task = destination.task("errors.tolerance", "all")) {
            task.open(topic);
            task.drain();
            assertThat(task.context().reported())
                    .extracting(reported -> reported.originalKafkaOffset())
                    .containsExactly(0L, 2L);
        }

        assertThat(destination.orders()).containsExactly("1:a:1", "2:b:2");
        assertThat(destination
                        .database()
                        .column("SELECT concat_ws(' ', record_offset, coalesce(table_schema, '-'), table_name)"
                                + " FROM tablecast.record_error ORDER BY record_offset"))
                .containsExactly("0 - orders", "2 shop orders");
    }

    @Test
    void aRecordThatIsPutAsideIsReportedAlsoWhenTheCommitWasNotAnswered() throws SQLException {
        destination
                .database()
                .execute(
                        "CREATE FUNCTION shop.wait() RETURNS trigger LANGUAGE plpgsql"
                                + " AS 'BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END'",
                        "CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON shop.orders DEFERRABLE INITIALLY DEFERRED"
                                + " FOR EACH ROW EXECUTE FUNCTION shop.wait()");
        insert(1, 1);
        log.send(null, null, Schema.STRING_SCHEMA, "hello", new ConnectHeaders());
        PostgresServer server = destination.database().server();
        String url = destination.database().jdbcUrl();
        try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
                Connection holder = destination.database().connection();
                Statement statement = holder.createStatement();
                DrivenTask task = destination.task(
                        "errors.tolerance",
                        "all",
                        "connection.url",
                        url.replace(server.host() + ":" + server.port(), "127.0.0.1:" + proxy.port()))) {
            statement.execute("SELECT pg_advisory_lock(7)");
            task.open(log);
            task.turnUntil(
                    "the COMMIT waits",
                    () -> destination
                                    .database()
                                    .number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"
                                            + " AND datname = current_database()")
                            > 0);
            proxy.fallSilent();
            statement.execute("SELECT pg_advisory_unlock(7)");
            Awaitility.await().until(() -> destination.committedTo(log) == log.end());
            proxy.cut();
            proxy.restore();
            task.drain();

            assertThat(task.context().reported())
                    .extracting(reported -> reported.originalKafkaOffset())
                    .containsExactly(1L);
        }

        assertThat(destination.orders()).containsExactly("1:c1:1");
        assertThat(destination.database().column("SELECT record_offset FROM tablecast.record_error"))
                .containsExactly("1");
    }

    @Test
    void nullInTheKeyIsTheRecordsFault() {
        TopicLog places = new TopicLog("erp.shop.places", 0);
        FlatRows rows = new FlatRows(places, place());
        rows.send("a", 1);
        rows.send(null, 2);
        rows.send(null, 3);
        rows.delete(null);
        rows.send("b", 4);
        rows.send("a", 5);
        try (DrivenTask task = destination.task("errors.tolerance", "all")) {
            task.open(places);
            task.drain();
        }

        assertThat(destination.database().column("SELECT concat_ws(':', code, amount) FROM shop.places ORDER BY code"))
                .containsExactly("a:5", "b:4");
        assertThat(destination
                        .database()
                        .column("SELECT format('%s %s %s', record_offset, record_key, column_name)"
                                + " FROM tablecast.record_error ORDER BY record_offset"))
                .containsExactly("1 (code=null) code", "2 (code=null) code", "3 (code=null) code");
    }

    @Test
    void nullInOneColumnOfTheKeyStopsTheTaskByName() {
        TopicLog places = new TopicLog("erp.shop.places", 0);
        Schema key = SchemaBuilder.struct()
                .field("amount", Schema.INT32_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        Schema row = place();
        for (String code : new String[] {"a", null, null}) {
            places.send(
                    key,
                    new Struct(key).put("amount", 1).put("code", code),
                    row,
                    new Struct(row).put("amount", 1).put("code", code),
                    new ConnectHeaders());
        }
        try (DrivenTask task = destination.task("delete.mode", "soft", "soft.delete.history", "true")) {
            task.open(places);
            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining(
                            "Cannot apply erp.shop.places[0]@1 to shop.places, key (amount=1, code=null),"
                                    + " column \"code\": The record's key is NULL in column \"code\", and no row can be found by"
                                    + " that. Give the records a key of columns that are never NULL, or set apply.mode=append.");
        }
        try (DrivenTask task = destination.task("apply.mode", "append")) {
            task.open(places);
            task.drain();
        }

        assertThat(destination.database().number("SELECT count(*) FROM shop.places"))
                .isEqualTo(3);
    }

    private static Schema place() {
        return SchemaBuilder.struct()
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("amount", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
    }

    @Test
    void textThatIsNoJsonIsTheRecordsFault() {
        destination.database().execute("ALTER TABLE shop.orders ALTER code TYPE jsonb USING to_jsonb(code)");
        orders.insert(1, "{\"a\": 1}", 1);
        orders.insert(2, "{broken", 2);

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Cannot apply erp.shop.orders[0]@1 to shop.orders, key (id=2)")
                .hasMessageContaining("invalid input syntax for type json");
    }

    @Test
    void aDuplicateInAnotherUniqueColumnIsTheRecordsFaultWhenNothingElseComes() {
        destination.database().execute("CREATE UNIQUE INDEX ON shop.orders (code)");
        orders.insert(1, "a", 1);
        orders.insert(2, "a", 2);

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("erp.shop.orders[0]@1")
                .hasMessageContaining("duplicate key value");
    }

    @Test
    void aParentThatComesLaterIsWaitedFor() {
        destination
                .database()
                .execute(
                        "CREATE TABLE shop.customers (id bigint PRIMARY KEY, code text, amount int)",
                        "ALTER TABLE shop.orders ADD FOREIGN KEY (amount) REFERENCES shop.customers");
        TopicLog parents = new TopicLog("erp.shop.customers", 0);
        Orders customers = new Orders(parents, "customers");
        try (DrivenTask task = destination.task()) {
            task.open(log, parents);
            orders.insert(1, "a", 7);
            for (int i = 0; i < 50; i++) {
                task.turn();
            }
            customers.insert(7, "c", 1);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:a:7");
    }

    @Test
    void aParentThatNeverComesIsTheRecordsFaultAfterTheWait() {
        requireCustomers();
        insert(1, 3);
        orders.insert(4, "orphan", 99);
        insert(5, 6);

        try (DrivenTask task = destination.task("foreign.key.wait.ms", "300")) {
            task.open(log);
            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Cannot apply erp.shop.orders[0]@3 to shop.orders, key (id=4)")
                    .hasMessageContaining("violates foreign key constraint \"orders_amount_fkey\"")
                    .hasMessageContaining("errors.tolerance=all");
        }

        assertThat(destination.orders()).as("nothing of the flush is written").isEmpty();
        try (DrivenTask task = destination.task("errors.tolerance", "all", "foreign.key.wait.ms", "300")) {
            task.open(log);
            task.drain();
        }
        assertThat(destination.orders()).containsExactly("1:c1:1", "2:c2:2", "3:c3:3", "5:c5:5", "6:c6:6");
        assertThat(
                        destination
                                .database()
                                .column(
                                        "SELECT concat_ws(' ', record_offset, record_key, sqlstate) FROM tablecast.record_error"))
                .containsExactly("3 (id=4) 23503");
    }

    private void requireCustomers() {
        destination
                .database()
                .execute(
                        "CREATE TABLE shop.customers (id bigint PRIMARY KEY, code text, amount int)",
                        "INSERT INTO shop.customers SELECT generate_series(1, 6)",
                        "ALTER TABLE shop.orders ADD FOREIGN KEY (amount) REFERENCES shop.customers");
    }

    @Test
    void aMissingPrivilegeStopsTheTaskWithTheRemedy() {
        Role role = destination.database().createRole("writer");
        destination
                .database()
                .execute(
                        "GRANT CREATE ON DATABASE " + destination.database().name() + " TO " + role.name(),
                        "GRANT USAGE ON SCHEMA shop TO " + role.name());
        insert(1, 1);
        try (DrivenTask task =
                destination.task("connection.user", role.name(), "connection.password", role.password())) {
            task.open(log);

            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("permission denied for table orders")
                    .hasMessageContaining("42501")
                    .hasMessageContaining("Grant the connector's role what is missing");
        }
    }

    @Test
    void metadataOfANewerPluginIsRefused() {
        insert(1, 1);
        applyAll();
        destination.database().execute("INSERT INTO tablecast.sink_version (version) VALUES (99)");

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("has version 99, and this plugin knows up to " + Migrations.VERSION);
    }

    private void insert(int from, int to) {
        for (int id = from; id <= to; id++) {
            orders.insert(id, "c" + id, id);
        }
    }

    private void applyAll() {
        try (DrivenTask task = destination.task()) {
            task.mostPerPoll(1000);
            task.open(log);
            task.drain();
        }
    }
}
