// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tablecast.contract.table.Column;

/**
 * One change of a table's columns; a list of them, in order, rides on the first record after them (header
 * {@link RecordHeaders#SCHEMA_CHANGE}).
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "change")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SchemaChange.Add.class, name = "add"),
    @JsonSubTypes.Type(value = SchemaChange.Drop.class, name = "drop"),
    @JsonSubTypes.Type(value = SchemaChange.Rename.class, name = "rename"),
    @JsonSubTypes.Type(value = SchemaChange.Type.class, name = "type")
})
public sealed interface SchemaChange {

    <R> R match(Cases<R> cases);

    /** One branch per kind of change. */
    interface Cases<R> {
        R add(Add change);

        R drop(Drop change);

        R rename(Rename change);

        R type(Type change);
    }

    /** A new column; its default also holds for the rows that existed before it. */
    record Add(Column column) implements SchemaChange {
        public Add {
            requireNonNull(column, "column is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.add(this);
        }
    }

    /** A column is gone. */
    record Drop(String column) implements SchemaChange {
        public Drop {
            requireNonNull(column, "column is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.drop(this);
        }
    }

    /** A column has another name. */
    record Rename(String from, String to) implements SchemaChange {
        public Rename {
            requireNonNull(from, "from is null");
            requireNonNull(to, "to is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.rename(this);
        }
    }

    /** A column has another type or nullability; {@code column} is how it is now. */
    record Type(Column column) implements SchemaChange {
        public Type {
            requireNonNull(column, "column is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.type(this);
        }
    }
}
