// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import io.tablecast.testing.Role;
import io.tablecast.testing.ShadowedCatalog;
import java.util.List;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A search path may name schemas before PostgreSQL's own: what they hold under its names is never called. */
class SearchPathIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");

    @ParameterizedTest
    @CsvSource({
        "swap, view, delete, upsert",
        "swap, rename, soft, upsert",
        "truncate, auto, delete, upsert",
        "merge, auto, soft, upsert",
        "merge, auto, delete, upsert",
        "swap, rename, ignore, append"
    })
    void whatStandsBeforePostgresInThePathIsNotCalled(String apply, String swapMode, String deletes, String mode) {
        try (Destination destination = Destination.create()) {
            Database database = destination.database();
            Role writer = database.createRole("writer");
            database.execute("ALTER ROLE " + Database.quote(writer.name()) + " SUPERUSER", "CREATE SCHEMA app");
            ShadowedCatalog shadows = ShadowedCatalog.in(database);
            shadows.mislead(writer, "app");
            // Unqualified names of the role's own path are found as ever.
            database.execute(
                    "CREATE TABLE app.audit (id bigint)",
                    "CREATE FUNCTION app.note() RETURNS trigger LANGUAGE plpgsql AS"
                            + " 'BEGIN INSERT INTO audit VALUES (NEW.id); RETURN NEW; END'");
            String[] settings = {
                "connection.user",
                writer.name(),
                "connection.password",
                writer.password(),
                "topics",
                "erp.shop.orders",
                "snapshot.apply",
                apply,
                "swap.mode",
                swapMode,
                "delete.mode",
                deletes,
                "soft.delete.history",
                String.valueOf(deletes.equals("soft")),
                "apply.mode",
                mode,
                "schema.evolution",
                "full",
                "errors.tolerance",
                "all"
            };
            assertThat(faults(destination, settings)).isEmpty();
            new Snapshots(orders).whole("s1", "queue", 20);
            try (DrivenTask task = destination.task(settings)) {
                task.open(log);
                task.drain();
                if (!swapMode.equals("view")) {
                    database.execute("CREATE TRIGGER note BEFORE INSERT OR UPDATE ON shop.orders FOR EACH ROW"
                            + " EXECUTE FUNCTION app.note()");
                }
                for (int id = 1; id <= 30; id++) {
                    orders.update(id, "changed", id);
                }
                orders.delete(3, new ConnectHeaders());
                orders.adding("more").update(4, "wider", 4);
                orders.update(5, null, 5);
                task.drain();
                if (!swapMode.equals("view")) {
                    assertThat(database.number("SELECT count(*) FROM app.audit WHERE id = 30"))
                            .isEqualTo(1);
                    database.execute("DROP TRIGGER note ON shop.orders");
                }
                new Snapshots(orders).whole("s2", "queue", 9);
                task.drain();
            }
            assertThat(database.number("SELECT count(*) FROM shop.orders WHERE id = 9"))
                    .isPositive();
            assertThat(faults(destination, settings)).isEmpty();

            assertThat(shadows.called()).isEmpty();
        }
    }

    private static List<String> faults(Destination destination, String... settings) {
        return new PostgresSinkConnector()
                .validate(destination.settings(settings)).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream().map(message -> value.name() + ": " + message))
                        .toList();
    }
}
