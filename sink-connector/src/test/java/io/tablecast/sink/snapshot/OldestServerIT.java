// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static org.apache.kafka.connect.data.Schema.Type.INT32;
import static org.apache.kafka.connect.data.Schema.Type.STRING;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same SQL on the oldest supported server: catalogs and statements have changed since. */
final class OldestServerIT {

    private static final SourceShape FIRST = SourceShape.withKey()
            .column("status", STRING, "character varying(10)")
            .index("by_status", "status");
    private static final SourceShape SECOND = SourceShape.withKey()
            .column("status", STRING, "text")
            .column("place", STRING, "extensions.geometry(Point,4326)")
            .column("n", INT32, "integer");

    private static PostgresServer server;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start(PostgresOptions.defaults().withVersion(PostgresVersion.OLDEST));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"SWAP, snapshot, v", "SWAP, queue, r", "TRUNCATE, snapshot, r", "MERGE, snapshot, r"})
    void loadsReplaceOneAnother(SnapshotApply apply, String mode, String kind) throws Exception {
        Database database = server.createDatabase();
        Bench bench = Bench.on(database).inMode(mode).with(apply, SwapMode.AUTO);

        bench.loaded(FIRST, List.of(new Struct(FIRST.row()).put("id", 1L).put("status", "a")));
        bench.loaded(SECOND, List.of(second(1), second(2)));
        bench.loaded(SECOND, List.of(second(2), second(3)));

        assertThat(database.rows("SELECT id, status, n FROM shop.orders ORDER BY id"))
                .containsExactly(List.of("2", "s2", "20"), List.of("3", "s3", "30"));
        assertThat(database.value("SELECT relkind FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo(kind);
    }

    private static Struct second(long id) {
        return new Struct(SECOND.row()).put("id", id).put("status", "s" + id).put("n", (int) id * 10);
    }
}
