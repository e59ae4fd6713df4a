// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.cli.compare.SideQuery.KeyColumn;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tables of two databases, one of which has another encoding. */
class TableComparisonIT {
    private static final Patience NONE = new Patience(Duration.ZERO, Duration.ofMillis(1), 10_000, 20);

    private static Database source;
    private static Database destination;

    @BeforeAll
    static void createDatabases() {
        PostgresServer server = PostgresServer.shared();
        destination = server.createDatabase();
        String name = "latin_" + destination.value("SELECT current_database()");
        server.database("postgres")
                .execute("CREATE DATABASE " + Database.quote(name)
                        + " TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
        source = server.database(name);
    }

    @AfterAll
    static void dropDatabases() {
        source.close();
        destination.close();
    }

    @Test
    void sameTextsAreEqualInEveryEncoding() throws SQLException {
        inBoth("CREATE TABLE words (word text PRIMARY KEY, note text)");
        inBoth("INSERT INTO words SELECT 'größe ' || i, 'é' FROM generate_series(1, 5000) AS i");
        List<KeyColumn> key = List.of(new KeyColumn("word", "word", "text"));

        assertThat(compare("words", List.of("word", "note"), key).isEqual()).isTrue();

        destination.execute("UPDATE words SET note = 'è' WHERE word = 'größe 7'");
        assertThat(compare("words", List.of("word", "note"), key).differences())
                .containsExactly(new Difference(Difference.Kind.DIFFERENT, "word=größe 7", false));
    }

    @Test
    void rowsOfOneKeyAreEqualInAnyOrder() throws SQLException {
        inBoth("CREATE TABLE twice (id int, note text)");
        source.execute("INSERT INTO twice VALUES (1, 'a'), (1, 'b'), (1, 'b'), (2, 'c')");
        destination.execute("INSERT INTO twice VALUES (1, 'b'), (1, 'a'), (1, 'b'), (2, 'd')");
        List<KeyColumn> key = List.of(new KeyColumn("id", "id", "integer"));

        assertThat(compare("twice", List.of("id", "note"), key).differences())
                .containsExactly(new Difference(Difference.Kind.DIFFERENT, "id=2", false));
        destination.execute("UPDATE twice SET note = 'a' WHERE note = 'b'", "UPDATE twice SET note = 'c' WHERE id = 2");
        assertThat(compare("twice", List.of("id", "note"), key).differences())
                .containsExactly(new Difference(Difference.Kind.DIFFERENT, "id=1", false));
    }

    @Test
    void keysAreTheSameWhateverTypeTheDestinationHas() throws SQLException {
        source.execute(
                "CREATE TABLE slots (at timestamp PRIMARY KEY, room char(5))",
                "INSERT INTO slots SELECT '2026-01-01'::timestamp + i * interval '1 hour', 'r' || i"
                        + " FROM generate_series(1, 9) AS i");
        destination.execute("CREATE TABLE slots (at timestamptz PRIMARY KEY, room text)");
        destination.execute(
                "SET timezone = 'UTC'; INSERT INTO slots SELECT '2026-01-01'::timestamp + i * interval '1 hour',"
                        + " 'r' || i FROM generate_series(1, 9) AS i");
        List<KeyColumn> ofSource = List.of(new KeyColumn("at", "at", "at::timestamp with time zone", "timestamp"));
        List<KeyColumn> ofDestination = List.of(new KeyColumn("at", "at", "timestamp with time zone"));
        Connection atSource = source.connection();
        Connection atDestination = destination.connection();
        TextHash hash = TextHash.between(atSource, atDestination);

        try (TableComparison comparison = new TableComparison(
                new BothSides(
                        new PostgresSide(
                                atSource,
                                query(hash, "slots", List.of("at::timestamp with time zone", "room::text"), ofSource)),
                        new PostgresSide(atDestination, query(hash, "slots", List.of("at", "room"), ofDestination))),
                Allowance.NONE,
                false,
                List.of(),
                new Patience(Duration.ofMillis(1), Duration.ofMillis(1), 10_000, 20))) {
            destination.execute("UPDATE slots SET room = 'none' WHERE room = 'r7'");

            assertThat(comparison.compareSizes().isEqual()).isTrue();
            assertThat(comparison.compare().differences())
                    .containsExactly(new Difference(Difference.Kind.DIFFERENT, "at=2026-01-01 07:00:00+00", false));
        }
    }

    @Test
    void rowsThatCameAfterTheirEndsWereLookedUpBelongToTheFirstAndLastRange() throws SQLException {
        inBoth("CREATE TABLE late (id bigint)");
        inBoth("INSERT INTO late SELECT generate_series(1, 4000) UNION ALL VALUES (NULL::int)");
        inBoth("INSERT INTO late VALUES (-9223372036854775808), (9223372036854775807)");
        Ranges ranges = Ranges.of(4000, BigInteger.ONE, BigInteger.valueOf(4000));

        try (PostgresSide side = new PostgresSide(
                source.connection(),
                query(TextHash.OF_UTF8, "late", List.of("id"), List.of(new KeyColumn("id", "id", "bigint"))))) {
            Map<Integer, ComparedSide.RangeSum> sums = side.sums(ranges);

            assertThat(sums.get(0).rows()).isEqualTo(2001);
            assertThat(sums.get(1).rows()).isEqualTo(2001);
            assertThat(sums.get(Ranges.OF_NULLS).rows()).isEqualTo(1);
            assertThat(side.marks(ranges, Set.of(1))).hasSize(2001);
            assertThat(side.marks(ranges, Set.of(0))).hasSize(2001);
        }
    }

    private static void inBoth(String sql) {
        source.execute(sql);
        destination.execute(sql);
    }

    private static Comparison compare(String table, List<String> columns, List<KeyColumn> key) throws SQLException {
        Connection atSource = source.connection();
        Connection atDestination = destination.connection();
        TextHash hash = TextHash.between(atSource, atDestination);
        SideQuery query = query(hash, table, columns, key);
        try (TableComparison comparison = new TableComparison(
                new BothSides(new PostgresSide(atSource, query), new PostgresSide(atDestination, query)),
                Allowance.NONE,
                !key.isEmpty() && key.get(0).isWholeNumber(),
                List.of(),
                NONE)) {
            return comparison.compare();
        }
    }

    private static SideQuery query(TextHash hash, String table, List<String> columns, List<KeyColumn> key) {
        return new SideQuery(hash, table, List.of(), List.of(), columns, key);
    }
}
