// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.DdlStatement.Renamed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DdlStatementTest {

    private static final TableId ORDERS = new TableId("shop", "orders");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUNCATE TABLE orders",
                "truncate orders",
                "TRUNCATE `shop`.`orders`",
                "/* nightly */ TRUNCATE -- all\n TABLE shop . orders"
            })
    void truncateNamesItsTable(String sql) {
        assertThat(statement(sql).truncated()).contains(ORDERS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RENAME TABLE orders TO orders_old, orders_new TO orders",
                "RENAME TABLE x.tmp TO shop.orders",
                "ALTER TABLE orders_new RENAME TO orders",
                "ALTER TABLE orders_new RENAME AS `orders`",
                "CREATE TABLE orders LIKE other",
                "CREATE TABLE IF NOT EXISTS shop.orders (id int)",
                "ALTER TABLE orders DROP PARTITION p1",
                "ALTER TABLE orders EXCHANGE PARTITION p1 WITH TABLE other",
                "ALTER TABLE orders TRUNCATE PARTITION ALL",
                "ALTER TABLE orders CONVERT PARTITION p1 TO TABLE other",
                "ALTER TABLE other CONVERT PARTITION p1 TO TABLE orders",
                "ALTER TABLE orders CONVERT TABLE other TO PARTITION p1 VALUES LESS THAN (9)",
                "ALTER TABLE orders IMPORT TABLESPACE",
                "ALTER IGNORE TABLE orders ADD UNIQUE KEY (a)",
                "ALTER ONLINE IGNORE TABLE orders ADD UNIQUE KEY (a)"
            })
    void statementsThatGiveATableOtherRowsAreNoticed(String sql) {
        assertThat(statement(sql).replacesRowsOf(ORDERS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE orders ADD COLUMN note text",
                "ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4",
                "ALTER TABLE orders DISCARD TABLESPACE",
                "ALTER IGNORE TABLE other ADD FOREIGN KEY (a) REFERENCES orders (id)",
                "ALTER TABLE orders RENAME COLUMN a TO b",
                "ALTER TABLE orders RENAME INDEX a TO b",
                "CREATE INDEX i ON orders (id)",
                "CREATE TABLE other.orders (id int)",
                "CREATE TABLE orders_new LIKE orders",
                "CREATE TABLE lines (note text COMMENT 'of orders')",
                "GRANT SELECT ON orders TO reader",
                "DROP TABLE orders",
                "nonsense that no server has ever heard of; orders"
            })
    void otherStatementsGiveItNone(String sql) {
        assertThat(statement(sql).replacesRowsOf(ORDERS)).isFalse();
    }

    @Test
    void namesInAnotherDatabaseAreOtherTables() {
        DdlStatement statement = DdlStatement.of("b", "ALTER TABLE shop.orders DROP PARTITION p", NameCase.AS_WRITTEN);

        assertThat(statement.replacesRowsOf(ORDERS)).isTrue();
        assertThat(statement.replacesRowsOf(new TableId("b", "orders"))).isFalse();
    }

    @Test
    void renamedColumnsAreFoundInStatementsOfSeveralClauses() {
        DdlStatement statement =
                statement("ALTER TABLE `orders` CHANGE COLUMN `a` `b` int /* c */, RENAME COLUMN d TO e,"
                        + " CHANGE f f bigint COMMENT 'CHANGE x y', MODIFY g text");

        assertThat(statement.renamedColumns(ORDERS))
                .containsExactly(
                        new Renamed("a", "b"), new Renamed("d", "e"), new Renamed("f", "f"), new Renamed("g", "g"));
        assertThat(statement.renamedColumns(new TableId("shop", "lines"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE orders CHANGE a b int",
                "alter table shop.`orders` change column a b int",
                "ALTER ONLINE TABLE orders RENAME COLUMN a TO b",
                "ALTER IGNORE TABLE \"orders\" CHANGE a b int",
                "ALTER TABLE orders RENAME COLUMN IF EXISTS a TO b",
                "ALTER TABLE orders CHANGE COLUMN IF EXISTS a b int",
                "ALTER ONLINE IGNORE TABLE IF EXISTS `shop` . `orders` WAIT 5 CHANGE IF EXISTS a b int",
                "ALTER TABLE orders CHANGE a b int, ADD FOREIGN KEY (b) REFERENCES customers (id)"
            })
    void statementsAlterTheTableBehindTheirKeyword(String sql) {
        assertThat(statement(sql).alters(ORDERS)).isTrue();
        assertThat(statement(sql).renamedColumns(ORDERS)).containsExactly(new Renamed("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE invoices CHANGE a orders varchar(80)",
                "ALTER TABLE invoices CHANGE orders a varchar(80)",
                "ALTER TABLE invoices CHANGE a b int, ADD FOREIGN KEY (b) REFERENCES orders (id)",
                "ALTER TABLE invoices RENAME COLUMN a TO b, ADD COLUMN orders int",
                "ALTER TABLE orders.orders CHANGE a b int",
                "ALTER DATABASE orders CHARACTER SET utf8mb4",
                "ALTER VIEW orders AS SELECT 1 AS a",
                "ALTER ONLINE",
                "ALTER TABLE IF EXISTS"
            })
    void tablesThatAreOnlyNamedInAStatementAreNotAltered(String sql) {
        assertThat(statement(sql).alters(ORDERS)).isFalse();
        assertThat(statement(sql).renamedColumns(ORDERS)).isEmpty();
    }

    @Test
    void variablesThatAreSetForAStatementAloneStandBeforeIt() {
        String set = "SET STATEMENT max_statement_time=1, sql_mode=CONCAT('FOR', SUBSTRING('x' FROM 1 FOR 1)) FOR ";

        assertThat(statement(set + "ALTER TABLE orders CHANGE a b int").alters(ORDERS))
                .isTrue();
        assertThat(statement(set + "ALTER TABLE orders CHANGE a b int").renamedColumns(ORDERS))
                .containsExactly(new Renamed("a", "b"));
        assertThat(statement(set + "TRUNCATE orders").truncated()).contains(ORDERS);
        assertThat(statement(set + "DROP TABLE orders").drops(ORDERS)).isTrue();
        assertThat(statement(set + "INSERT INTO orders VALUES (1)").isChange()).isTrue();
        assertThat(statement("SET STATEMENT max_statement_time=1").alters(ORDERS))
                .isFalse();
    }

    @Test
    void transactionsAndChangesAreToldApart() {
        assertThat(statement("BEGIN").isBegin()).isTrue();
        assertThat(statement("CREATE TABLE a (i int) START TRANSACTION").isBegin())
                .isTrue();
        assertThat(statement("COMMIT").isEnd()).isTrue();
        assertThat(statement("ROLLBACK TO SAVEPOINT a").isEnd()).isFalse();
        assertThat(statement("XA COMMIT X'61'").isXa()).isTrue();
        assertThat(statement("insert into orders values (1)").isChange()).isTrue();
        assertThat(statement("`insert`").isChange()).isFalse();
        assertThat(statement("").isChange()).isFalse();
    }

    private static DdlStatement statement(String sql) {
        return DdlStatement.of("shop", sql, NameCase.AS_WRITTEN);
    }

    @Test
    void serversThatKeepNamesInLowerCaseTakeThemInAnySpelling() {
        TableId orders = new TableId("shop", "orders");

        assertThat(DdlStatement.of("Shop", "TRUNCATE Orders", NameCase.LOWER).truncated())
                .contains(orders);
        assertThat(DdlStatement.of("x", "DROP TABLE `SHOP`.`Orders`", NameCase.LOWER)
                        .drops(orders))
                .isTrue();
        assertThat(DdlStatement.of("x", "DROP DATABASE Shop", NameCase.LOWER).drops(orders))
                .isTrue();
        assertThat(DdlStatement.of("shop", "TRUNCATE Orders", NameCase.AS_WRITTEN)
                        .truncated())
                .contains(new TableId("shop", "Orders"));
    }

    @Test
    void namesMayStandInDoubleQuotesWhereNoTextCan() {
        TableId orders = new TableId("shop", "orders");

        assertThat(statement("TRUNCATE \"orders\"").truncated()).contains(orders);
        assertThat(statement("TRUNCATE TABLE \"shop\".\"orders\"").truncated()).contains(orders);
        assertThat(statement("DROP TABLE IF EXISTS \"items\", \"orders\"").drops(orders))
                .isTrue();
        assertThat(statement("RENAME TABLE \"neu\" TO \"orders\"").replacesRowsOf(orders))
                .isTrue();
        assertThat(statement("ALTER TABLE \"orders\" RENAME COLUMN \"a\" TO \"b\"")
                        .renamedColumns(orders))
                .containsExactly(new DdlStatement.Renamed("a", "b"));
        assertThat(statement("ALTER TABLE items MODIFY a enum(\"orders\", \"x\") DEFAULT \"orders\" COMMENT \"orders\"")
                        .names())
                .doesNotContain(orders);
    }
}
