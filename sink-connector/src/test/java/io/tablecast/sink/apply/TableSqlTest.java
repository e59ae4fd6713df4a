// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static io.tablecast.sink.apply.Samples.column;
import static io.tablecast.sink.apply.Samples.identityColumn;
import static io.tablecast.sink.apply.Samples.key;
import static io.tablecast.sink.apply.Samples.primaryKey;
import static io.tablecast.sink.apply.Samples.row;
import static io.tablecast.sink.apply.Samples.schema;
import static io.tablecast.sink.apply.Samples.table;
import static io.tablecast.sink.apply.Samples.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.SoftDelete;
import io.tablecast.sink.structure.UniqueIndex;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class TableSqlTest {

    private static final DestinationTable ORDERS = table(
            List.of(
                    column("region", "text"),
                    column("id", "bigint"),
                    column("code", "text"),
                    identityColumn("number", "bigint"),
                    column("deleted", "timestamp with time zone")),
            primaryKey("region", "id"));
    private static final Schema KEY = schema("id:INT64", "region:STRING");
    private static final Change.Write ROW =
            change(row(schema("region:STRING", "code:STRING", "id:INT64", "number:INT64"), "north", "a", 1L, 2L));
    private static final Change.Write KEY_ONLY = change(row(KEY, 1L, "north"));

    private final TablePlans plans = new TablePlans(ORDERS, Optional.empty());
    private final TablePlans keeping =
            new TablePlans(ORDERS, Optional.of(new SoftDelete("deleted", SoftDelete.History.LAST)));

    @Test
    void anUpsertSetsEverythingButTheKeyAndIdentityColumnsInTheOrderOfKeys() {
        assertThat(upsert(plans, ROW))
                .isEqualTo("INSERT INTO \"shop\".\"orders\" (\"region\", \"code\", \"id\", \"number\")"
                        + " OVERRIDING SYSTEM VALUE SELECT s.c0, s.c1, s.c2, s.c3 FROM staging AS s"
                        + " ORDER BY s.c2, s.c0 ON CONFLICT (\"id\", \"region\")"
                        + " DO UPDATE SET \"code\" = excluded.\"code\"");
    }

    @Test
    void aRowThatIsNothingButItsKeyChangesNone() {
        assertThat(upsert(plans, KEY_ONLY))
                .isEqualTo("INSERT INTO \"shop\".\"orders\" (\"id\", \"region\") SELECT s.c0, s.c1 FROM staging AS s"
                        + " ORDER BY s.c0, s.c1 ON CONFLICT (\"id\", \"region\") DO NOTHING");
    }

    @Test
    void aRowThatTakesThePlaceOfOneThatIsGoneHasNothingOfIt() {
        KeyColumns key = plans.key(KEY_ONLY).orElseThrow();

        assertThat(plans.sql().upsertStaged(plans.row(KEY_ONLY), key, TableSql.Rest.DEFAULT, "staging"))
                .endsWith(" DO UPDATE SET \"code\" = DEFAULT, \"number\" = DEFAULT, \"deleted\" = DEFAULT");
        assertThat(plans.sql().upsertSent(plans.row(ROW), key, TableSql.Rest.DEFAULT))
                .endsWith(" DO UPDATE SET \"code\" = excluded.\"code\", \"deleted\" = DEFAULT");
        assertThat(keeping.sql().upsertSent(keeping.row(ROW), key, TableSql.Rest.DEFAULT))
                .endsWith(" DO UPDATE SET \"code\" = excluded.\"code\", \"deleted\" = NULL");
    }

    @Test
    void aRowThatIsThereLosesItsMark() {
        assertThat(upsert(keeping, ROW)).endsWith(" DO UPDATE SET \"code\" = excluded.\"code\", \"deleted\" = NULL");
        assertThat(upsert(keeping, KEY_ONLY)).endsWith(" DO UPDATE SET \"deleted\" = NULL");
        assertThat(update(keeping)).contains(" SET \"code\" = s.c1::text, \"deleted\" = NULL FROM ");
    }

    @Test
    void aRowThatIsDeletedGetsIt() {
        Change.Retired retired = new Change.Retired(Samples.at(1), ROW.key(), ROW.row(), Samples.deletion(1));
        RowPlan plan = keeping.row(retired);
        KeyColumns key = keeping.key(retired).orElseThrow();

        assertThat(keeping.sql().upsertStaged(plan, key, TableSql.Rest.KEPT, "staging"))
                .endsWith(" DO UPDATE SET \"code\" = excluded.\"code\", \"deleted\" = excluded.\"deleted\"");
        assertThat(keeping.sql().updateSent(plan, key))
                .contains(" SET \"code\" = s.c1::text, \"deleted\" = s.c4::timestamp with time zone FROM ");
    }

    @Test
    void anUpdateFindsItsRowByTheKeyAndSetsTheRest() {
        assertThat(update(plans))
                .isEqualTo("UPDATE \"shop\".\"orders\" AS t SET \"code\" = s.c1::text"
                        + " FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) AS s (c0, c1, c2, c3)"
                        + " WHERE t.\"id\" = s.c2::bigint AND t.\"region\" = s.c0::text");
    }

    @Test
    void deletesFindTheirRowsByTheWholeKeyInItsOrder() {
        KeyColumns key = plans.key(ROW).orElseThrow();

        assertThat(plans.sql().deleteStaged(key, "staging"))
                .isEqualTo("DELETE FROM \"shop\".\"orders\" AS t USING (SELECT s.c0 AS c0, s.c1 AS c1"
                        + " FROM staging AS s ORDER BY 1, 2) AS d WHERE t.\"id\" = d.c0 AND t.\"region\" = d.c1");
        assertThat(plans.sql().deleteSent(key))
                .isEqualTo("DELETE FROM \"shop\".\"orders\" AS t USING (SELECT s.c0::bigint AS c0, s.c1::text AS c1"
                        + " FROM unnest(?::text[], ?::text[]) AS s (c0, c1) ORDER BY 1, 2) AS d"
                        + " WHERE t.\"id\" = d.c0 AND t.\"region\" = d.c1");
    }

    @Test
    void aMarkThatIsThereStays() {
        KeyColumns key = keeping.key(ROW).orElseThrow();

        assertThat(keeping.sql().retireStaged(key, "staging"))
                .isEqualTo("UPDATE \"shop\".\"orders\" AS t SET \"deleted\" = d.c2 FROM (SELECT s.c0 AS c0, s.c1 AS c1,"
                        + " s.c2 AS c2 FROM staging AS s ORDER BY 1, 2) AS d"
                        + " WHERE t.\"id\" = d.c0 AND t.\"region\" = d.c1 AND t.\"deleted\" IS NULL");
        assertThat(keeping.sql().retireSent(key))
                .contains(" FROM unnest(?::text[], ?::text[], ?::text[]) AS s (c0, c1, c2) ORDER BY 1, 2)")
                .endsWith(" AND t.\"deleted\" IS NULL");
        assertThat(keeping.sql().retireAll())
                .isEqualTo("UPDATE \"shop\".\"orders\" SET \"deleted\" = ?::timestamptz WHERE \"deleted\" IS NULL");
    }

    @Test
    void theTextsOfARowAreFoundByItsKey() {
        assertThat(plans.sql().textsSent(plans.key(ROW).orElseThrow(), List.of("code", "number")))
                .isEqualTo("SELECT t.\"code\"::text, t.\"number\"::text FROM \"shop\".\"orders\" AS t,"
                        + " (SELECT s.c0::bigint AS c0, s.c1::text AS c1 FROM unnest(?::text[], ?::text[]) AS s (c0, c1)"
                        + " ORDER BY 1, 2) AS d WHERE t.\"id\" = d.c0 AND t.\"region\" = d.c1");
    }

    @Test
    void rowsWithoutAKeyAreInserted() {
        RowPlan plan = plans.row(KEY_ONLY);

        assertThat(plans.sql().insertStaged(plan, "staging"))
                .isEqualTo("INSERT INTO \"shop\".\"orders\" (\"id\", \"region\") SELECT s.c0, s.c1 FROM staging AS s");
        assertThat(plans.sql().insertSent(plan))
                .isEqualTo("INSERT INTO \"shop\".\"orders\" (\"id\", \"region\") SELECT s.c0::bigint, s.c1::text"
                        + " FROM unnest(?::text[], ?::text[]) AS s (c0, c1)");
        assertThat(plans.sql().upsertSent(plan, plans.key(KEY_ONLY).orElseThrow(), TableSql.Rest.KEPT))
                .startsWith(plans.sql().insertSent(plan) + " ORDER BY s.c0::bigint, s.c1::text ON CONFLICT ");
    }

    @Test
    void allRowsAreThoseOfTheTable() {
        assertThat(plans.sql().truncate()).isEqualTo("TRUNCATE TABLE \"shop\".\"orders\"");
        assertThat(plans.sql().deleteAll()).isEqualTo("DELETE FROM \"shop\".\"orders\"");
        assertThat(plans.sql().target()).isEqualTo("\"shop\".\"orders\"");
    }

    @Test
    void onlyAnIndexOfAllKeyColumnsThatIsCheckedAtOnceDecidesConflicts() {
        KeyColumns key = plans.key(ROW).orElseThrow();
        UniqueIndex deferrable = new UniqueIndex("later", List.of("id", "region"), true, true, false);
        UniqueIndex partial = new UniqueIndex("some", List.of("id", "region"), false, false, true);

        assertThat(plans.sql().canDecideConflicts(key)).isTrue();
        assertThat(sql(deferrable).canDecideConflicts(key)).isFalse();
        assertThat(sql(partial).canDecideConflicts(key)).isFalse();
        assertThat(sql(primaryKey("id")).canDecideConflicts(key)).isFalse();
    }

    private static TableSql sql(UniqueIndex index) {
        return new TableSql(table(ORDERS.columns(), index), Optional.empty());
    }

    private static String upsert(TablePlans plans, Change.Write write) {
        return plans.sql()
                .upsertStaged(plans.row(write), plans.key(write).orElseThrow(), TableSql.Rest.KEPT, "staging");
    }

    private static String update(TablePlans plans) {
        return plans.sql().updateSent(plans.row(ROW), plans.key(ROW).orElseThrow());
    }

    private static Change.Write change(Struct row) {
        return write(1, key(KEY, 1L, "north"), row);
    }
}
