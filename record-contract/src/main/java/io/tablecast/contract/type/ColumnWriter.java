// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/**
 * Writes Connect values of one field into one destination column, through COPY or as parameters. Compiled once per
 * field schema and column; immutable and thread-safe.
 *
 * <p>Any schema can be written into any type: where the two have no binary way, the column takes the value's text form,
 * and PostgreSQL decides whether it reads it. Local date-times count as UTC where the destination has a zone, and UTC
 * becomes local where it has none.
 */
public final class ColumnWriter {

    private final ValueWriter writer;
    private final boolean binary;
    private final boolean numeric;
    private final PostgresType type;

    private ColumnWriter(ValueWriter writer, boolean binary, Schema schema, PostgresType type) {
        this.writer = writer;
        this.binary = binary;
        this.numeric = ConnectNumbers.doubles(schema).isPresent();
        this.type = type;
    }

    /** Compiles the writer from a field's schema to a destination column. */
    public static ColumnWriter create(Schema schema, TypedColumn destination) {
        Optional<ValueWriter> writer = TypeFamilies.writing(schema, destination);
        if (writer.isPresent()) {
            return new ColumnWriter(writer.get(), true, schema, destination.type());
        }
        return new ColumnWriter(new TextWriter(TextForms.of(schema, destination)), false, schema, destination.type());
    }

    /** The writer of values that are a destination column's own text form, as PostgreSQL has written it. */
    public static ColumnWriter ofText(TypedColumn destination) {
        return new ColumnWriter(
                new TextWriter(String::valueOf), false, Schema.OPTIONAL_STRING_SCHEMA, destination.type());
    }

    /**
     * Whether {@link #write} produces the destination type's binary form. If not, it produces text: the value must be
     * staged in a column of type {@link #stagingType()}, or the whole COPY use text format and {@link #writeText}.
     */
    public boolean isBinary() {
        return binary;
    }

    /** The type of a column that takes what {@link #write} produces: the destination's own, or {@code text}. */
    public String stagingType() {
        return binary ? type.name() : "text";
    }

    /**
     * The expression that makes the destination's value from a staged one.
     *
     * @param quotedColumn the staging column's name, quoted, perhaps qualified
     */
    public String fromStaging(String quotedColumn) {
        if (binary) {
            return quotedColumn;
        }
        return quotedColumn + "::" + cast();
    }

    private String cast() {
        // The text form of money depends on the locale, that of numbers does not.
        if (numeric && type.oid() == Oids.MONEY) {
            return "numeric::money";
        }
        // An explicit cast would cut longer texts in silence, the assignment that follows refuses them.
        if (type instanceof PostgresType.Array array && array.element().oid() == Oids.VARCHAR) {
            return "character varying[]";
        }
        if (type instanceof PostgresType.Array array && array.element().oid() == Oids.BPCHAR) {
            return "bpchar[]";
        }
        return type.name();
    }

    /**
     * Appends the value, or SQL NULL for null, as a field of a binary COPY.
     *
     * @throws ValueOutOfRangeException if the destination cannot hold the value; the buffer then holds a part of it
     */
    public void write(Object value, CopyBuffer out) {
        if (value == null) {
            out.nullField();
            return;
        }
        int start = out.beginField();
        writer.write(value, out);
        out.endField(start);
    }

    /**
     * Appends the value, or SQL NULL for null, as a field of a COPY in text format, without the delimiter.
     *
     * @throws ValueOutOfRangeException if the destination cannot hold the value
     */
    public void writeText(Object value, CopyBuffer out) {
        if (value == null) {
            out.textNull();
            return;
        }
        out.textField(writer.text(value));
    }

    /**
     * The value as text that PostgreSQL reads as the destination's type: a parameter {@code ?::type}. Not for null.
     *
     * @throws ValueOutOfRangeException if the destination cannot hold the value
     */
    public String text(Object value) {
        return writer.text(value);
    }
}
