// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContentComparisonIT {
    private static final Duration SHORT = Duration.ofSeconds(2);

    private Database source;
    private Database destination;

    @BeforeEach
    void create() {
        source = PostgresServer.shared().createDatabase();
        destination = PostgresServer.shared().createDatabase();
    }

    @AfterEach
    void drop() {
        source.close();
        destination.close();
    }

    @Test
    void orderOfRowsAndSettingsOfTheDatabaseDoNotMatter() {
        source.execute(
                "CREATE TABLE t (id int, at timestamptz, span interval, f float8, b bytea, txt text)",
                "INSERT INTO t SELECT i, '2026-01-01 00:00:00+00'::timestamptz + i * interval '1 hour',"
                        + " i * interval '1 day 2 hours', i / 3.0, int4send(i), chr(128510 + i) || chr(65000 + i)"
                        + " FROM generate_series(1, 1000) i");
        destination.execute("CREATE TABLE t (id int, at timestamptz, span interval, f float8, b bytea, txt text)");
        destination.execute("INSERT INTO t SELECT i, '2026-01-01 00:00:00+00'::timestamptz + i * interval '1 hour',"
                + " i * interval '1 day 2 hours', i / 3.0, int4send(i), chr(128510 + i) || chr(65000 + i)"
                + " FROM generate_series(1, 1000) i ORDER BY -i");
        destination.execute(
                "ALTER DATABASE " + Database.quote(destination.name()) + " SET TimeZone = 'Asia/Tokyo'",
                "ALTER DATABASE " + Database.quote(destination.name()) + " SET IntervalStyle = 'iso_8601'",
                "ALTER DATABASE " + Database.quote(destination.name()) + " SET bytea_output = 'escape'");

        ContentComparison comparison = compare("t");

        comparison.requireEqual();
        assertThat(comparison.sourceRows()).isEqualTo(1000);
        assertThat(comparison.destinationRows()).isEqualTo(1000);
    }

    @Test
    void differingRowsAreShown() {
        source.execute("CREATE TABLE t (id int, name text)", "INSERT INTO t VALUES (1, 'a'), (2, NULL), (3, 'c')");
        destination.execute("CREATE TABLE t (id int, name text)", "INSERT INTO t VALUES (1, 'a'), (2, ''), (4, 'd')");

        ContentComparison comparison = compare("t");

        assertThat(comparison.isEqual()).isFalse();
        assertThat(comparison.differences())
                .containsExactly(
                        "columns:                 [id, name]",
                        "only in the destination: (2,\"\")",
                        "only in the source:      (2,)",
                        "only in the source:      (3,c)",
                        "only in the destination: (4,d)");
        assertThatThrownBy(comparison::requireEqual)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("(3 rows)")
                .hasMessageContaining("only in the source:      (3,c)");
    }

    @Test
    void duplicatesCount() {
        source.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (1), (2)");
        destination.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (2), (2)");

        assertThat(compare("t").differences())
                .containsExactly(
                        "columns:                 [id]",
                        "only in the source:      (1)",
                        "only in the destination: (2)");
    }

    @Test
    void otherColumnsAreADifference() {
        source.execute("CREATE TABLE t (id int, name text)");
        destination.execute("CREATE TABLE t (id int)");

        assertThat(compare("t").differences())
                .containsExactly("columns of the source: [id, name]", "columns of the destination: [id]");
    }

    @Test
    void onlyTheFirstDifferencesAreShown() {
        source.execute("CREATE TABLE t AS SELECT i FROM generate_series(1, 100) i");
        destination.execute("CREATE TABLE t (i int)");

        assertThat(compare("t").differences()).hasSize(22).last().isEqualTo("and 80 more");
    }

    @Test
    void waitingForAnAbsentTableEndsWithWhatIsMissing() {
        source.execute("CREATE TABLE t (id int)");

        assertThatThrownBy(() -> ContentComparison.awaitEqual(
                        SHORT, TableContents.ofTable(source, "t"), TableContents.ofTable(destination, "t")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Not within 2000 ms")
                .hasMessageContaining("relation \"t\" does not exist");
    }

    @Test
    void wrongQueryEndsTheWaitAtOnce() {
        assertThatThrownBy(() -> ContentComparison.awaitEqual(
                        Duration.ofHours(1),
                        new TableContents(source, "SELEKT"),
                        new TableContents(source, "SELECT 1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("syntax error");
    }

    private ContentComparison compare(String table) {
        return ContentComparison.of(TableContents.ofTable(source, table), TableContents.ofTable(destination, table));
    }
}
