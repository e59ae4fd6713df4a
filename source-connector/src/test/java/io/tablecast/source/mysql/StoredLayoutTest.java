// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.DdlStatement;
import io.tablecast.source.mysql.binlog.NameCase;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.MySqlType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredLayoutTest {

    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final List<MySqlColumn> COLUMNS = List.of(
            new MySqlColumn("id", MySqlType.parse("int", ""), false),
            new MySqlColumn("note", MySqlType.parse("varchar(20)", "utf8mb4"), true));

    /** As version 0.1 wrote it. */
    private static final String UNALTERED =
            "[[\"id\"],[\"id\",\"int\",\"\",\"\"],[\"note\",\"varchar(20)\",\"utf8mb4\",\"null\"]]";

    @Test
    void tablesThatNoStatementHasAlteredAreReadAndWrittenAsEver() {
        assertThat(StoredLayout.parse(UNALTERED)).isEqualTo(new StoredLayout(List.of("id"), COLUMNS, Optional.empty()));
        assertThat(StoredLayout.parse(UNALTERED).text()).isEqualTo(UNALTERED);
    }

    @Test
    void whatStatementsHaveDoneSinceIsStoredBehindTheColumns() {
        AlteredColumns since = altered("ALTER TABLE orders RENAME COLUMN note TO `remark`");
        StoredLayout layout = new StoredLayout(List.of("id"), COLUMNS, Optional.of(since));

        assertThat(layout.text()).isEqualTo(UNALTERED.replaceAll("]$", ",[],[\"note\",\"remark\"]]"));
        assertThat(StoredLayout.parse(layout.text())).isEqualTo(layout);
    }

    @Test
    void tablesWithoutAKeyCanBeAltered() {
        StoredLayout layout = new StoredLayout(List.of(), COLUMNS, Optional.of(AlteredColumns.WITHOUT_NAMES));

        assertThat(StoredLayout.parse(layout.text())).isEqualTo(layout);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "[[\"id\"],[\"id\",\"int\"]]",
                "[[\"id\"],[],[\"id\",\"int\",\"\",\"\"]]",
                "[[\"id\"],[\"id\",\"no type\",\"\",\"\"]]"
            })
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> StoredLayout.parse(text))
                .isInstanceOf(InvalidOffset.class)
                .hasMessage("The offset holds the structure " + text
                        + ", which cannot be read. Delete the offset, so that the table is copied again.");
    }

    @Test
    void renamesComeInAnOrderInWhichEachNameIsFree() {
        AlteredColumns chain = altered("ALTER TABLE orders CHANGE note remark text, CHANGE id note int");

        assertThat(chain.renames())
                .containsExactly(new SchemaChange.Rename("note", "remark"), new SchemaChange.Rename("id", "note"));
        assertThat(chain.isExchange()).isFalse();
        assertThat(altered("ALTER TABLE orders CHANGE note id text, CHANGE id note int")
                        .isExchange())
                .isTrue();
    }

    @Test
    void columnWhoseNameAnotherOneHasTakenIsGone() {
        AlteredColumns altered = altered("ALTER TABLE orders DROP COLUMN note, CHANGE id note int");

        assertThat(altered.isReplaced("note")).isTrue();
        assertThat(altered.isReplaced("id")).isFalse();
    }

    @Test
    void namesAreThoseBehindTheLastStatement() {
        assertThat(altered("ALTER TABLE orders ADD COLUMN more int").names()).isEmpty();
        assertThat(altered("ALTER TABLE orders CHANGE NOTE a text", "ALTER TABLE orders CHANGE a b text")
                        .names())
                .isEqualTo(Map.of("note", "b"));
        assertThat(altered("ALTER TABLE orders CHANGE note id text, CHANGE id note int")
                        .names())
                .isEqualTo(Map.of("note", "id", "id", "note"));
        assertThat(altered("ALTER TABLE orders CHANGE note a text", "ALTER TABLE orders CHANGE a note text")
                        .names())
                .isEmpty();
    }

    @Test
    void statementsOfOtherTablesRenameNothing() {
        assertThat(altered("ALTER TABLE invoices CHANGE note orders varchar(80)")
                        .names())
                .isEmpty();
        assertThat(altered("ALTER TABLE lines CHANGE id line_id int, ADD FOREIGN KEY (o) REFERENCES orders (id)")
                        .names())
                .isEmpty();
    }

    @Test
    void renamesAreBelievedUnlessTheOldNameStandsAndTheNewOneIsMissing() {
        AlteredColumns chain = altered("ALTER TABLE orders CHANGE note remark text, CHANGE id note int");

        assertThat(chain.believed(Set.of("note", "remark"))).isEqualTo(chain);
        assertThat(chain.believed(Set.of("more"))).isEqualTo(chain);
        assertThat(chain.believed(Set.of("id", "note"))).isEqualTo(AlteredColumns.WITHOUT_NAMES);
        assertThat(altered("ALTER TABLE orders CHANGE note remark text, CHANGE id number int")
                        .believed(Set.of("note", "number"))
                        .names())
                .isEqualTo(Map.of("id", "number"));
    }

    private static AlteredColumns altered(String... statements) {
        AlteredColumns altered = AlteredColumns.WITHOUT_NAMES;
        for (String sql : statements) {
            altered = altered.by(DdlStatement.of("shop", sql, NameCase.AS_WRITTEN), ORDERS, COLUMNS);
        }
        return altered;
    }
}
