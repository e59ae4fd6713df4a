// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.Sequence;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.testing.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.junit.jupiter.api.Test;

final class RecordHeadersTest {

    private static final TableStructure ORDERS = new TableStructure(
            new TableId("shop", "orders"),
            TableStructure.DatabaseKind.POSTGRESQL,
            List.of(
                    new Column("id", "bigint", false, "", Identity.BY_DEFAULT, "", "", "the number"),
                    new Column("note", "character varying(200)", true, "'it''s'::text", Identity.NONE, "", "C", "")),
            List.of("id"),
            List.of(new Index(
                    "i", Index.Kind.PLAIN, true, false, List.of("note"), List.of("note"), "USING btree (note)")),
            List.of(new ForeignKey(
                    "f", List.of("id"), new TableId("shop", "x"), List.of("id"), "CASCADE", "NO ACTION")),
            List.of(new Sequence("id", "shop.orders_id_seq", 41)),
            "orders of \"all\" shops");

    @Test
    void markersSurviveConnectsDefaultHeaderConverter() {
        SnapshotBegin begin = SnapshotBegin.ofTable("2026-01-01T00:00:00Z-1", "queue", ORDERS);
        SnapshotEnd end = new SnapshotEnd("2026-01-01T00:00:00Z-1", 12);

        Headers arrived = transport(
                new RecordHeaders().begin(begin).end(end).beforeIsFull().headers());

        assertThat(RecordHeaders.begin(arrived)).contains(begin);
        assertThat(RecordHeaders.end(arrived)).contains(end);
        assertThat(RecordHeaders.isBeforeFull(arrived)).isTrue();
    }

    @Test
    void rangesSurvive() {
        SnapshotBegin begin =
                new SnapshotBegin("1", "incremental", false, ORDERS, List.of(new SnapshotBegin.Range("id", "10", "")));

        assertThat(RecordHeaders.begin(
                        transport(new RecordHeaders().begin(begin).headers())))
                .contains(begin);
    }

    @Test
    void schemaChangesKeepTheirKindAndOrder() {
        List<SchemaChange> changes = List.of(
                new SchemaChange.Add(ORDERS.columns().get(1)),
                new SchemaChange.Rename("a", "b"),
                new SchemaChange.Drop("c"),
                new SchemaChange.Type(ORDERS.columns().get(0)));

        Headers arrived = transport(new RecordHeaders().schemaChange(changes).headers());

        assertThat(RecordHeaders.schemaChanges(arrived)).isEqualTo(changes);
    }

    @Test
    void absentHeadersAreEmpty() {
        Headers none = new ConnectHeaders();

        assertThat(RecordHeaders.begin(none)).isEqualTo(Optional.empty());
        assertThat(RecordHeaders.end(none)).isEqualTo(Optional.empty());
        assertThat(RecordHeaders.schemaChanges(none)).isEmpty();
        assertThat(RecordHeaders.isBeforeFull(none)).isFalse();
    }

    @Test
    void unreadableHeaderNamesItself() {
        Headers changed = new ConnectHeaders();
        changed.addString(RecordHeaders.SNAPSHOT_END, "{\"id\":1}");

        assertThatThrownBy(() -> RecordHeaders.end(changed))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Cannot read header tablecast.snapshot.end: it is not base64");
    }

    @Test
    void propertiesOfLaterVersionsAreIgnored() {
        Headers later = new ConnectHeaders();
        later.addString(
                RecordHeaders.SNAPSHOT_END,
                Base64.getEncoder()
                        .encodeToString("{\"id\":\"7\",\"rows\":3,\"bytes\":9}".getBytes(StandardCharsets.UTF_8)));

        assertThat(RecordHeaders.end(later)).contains(new SnapshotEnd("7", 3));
    }

    /** Through bytes and back, as a producer's and a consumer's worker do. */
    private static Headers transport(Headers headers) {
        ConnectHeaders arrived = new ConnectHeaders();
        SimpleHeaderConverter converter = new SimpleHeaderConverter();
        for (Header header : headers) {
            byte[] bytes = converter.fromConnectHeader("topic", header.key(), header.schema(), header.value());
            SchemaAndValue back = converter.toConnectHeader("topic", header.key(), bytes);
            assertThat(back.schema()).isEqualTo(Schema.STRING_SCHEMA);
            arrived.add(header.key(), back);
        }
        return arrived;
    }

    @Test
    void damagedHeadersAreReadOrRefused() {
        Headers headers = new RecordHeaders()
                .begin(SnapshotBegin.ofTable("2026-01-01T00:00:00Z-1", "queue", ORDERS))
                .end(new SnapshotEnd("2026-01-01T00:00:00Z-1", 12))
                .schemaChange(List.of(new SchemaChange.Add(ORDERS.columns().get(0))))
                .headers();
        List<Function<Headers, Object>> reads =
                List.of(RecordHeaders::begin, RecordHeaders::end, RecordHeaders::schemaChanges);
        Mutations mutations = new Mutations(11);
        for (int i = 0; i < 20_000; i++) {
            Headers damaged = new ConnectHeaders();
            for (Header header : headers) {
                String json = new String(Base64.getDecoder().decode((String) header.value()), StandardCharsets.UTF_8);
                damaged.addString(
                        header.key(),
                        Base64.getEncoder().encodeToString(mutations.of(json).getBytes(StandardCharsets.UTF_8)));
            }
            for (Function<Headers, Object> read : reads) {
                try {
                    assertThat(read.apply(damaged)).isNotNull();
                } catch (DataException refused) {
                    assertThat(refused).hasMessageContaining("Cannot read header tablecast.");
                }
            }
        }
    }
}
