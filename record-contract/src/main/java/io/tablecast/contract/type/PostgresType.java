// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The type of a PostgreSQL column, as both sides read it from {@code pg_type} and {@code pg_attribute} (see
 * {@link CatalogTypes}). Domains are unwrapped: a column of a domain has the type that the domain is made of.
 */
public sealed interface PostgresType {

    /** The modifier of a type that was declared without length, precision or scale. */
    int NO_MODIFIER = -1;

    /** The type's OID in its database. OIDs below 16384 are the same in every database. */
    int oid();

    /** The exact type as {@code format_type} writes it, for example {@code numeric(12,2)} or {@code shop."Mood"}. */
    String name();

    /** {@code pg_type.typname}, for example {@code numeric}, {@code _int4} or {@code Mood}. */
    String baseName();

    /** {@code pg_attribute.atttypmod}, or {@link #NO_MODIFIER}. */
    default int modifier() {
        return NO_MODIFIER;
    }

    /** Whether every PostgreSQL server has this type. */
    default boolean isBuiltIn() {
        return oid() > 0 && oid() < Oids.FIRST_NORMAL;
    }

    /** A base type, built in or of an extension. */
    record Base(int oid, String name, String baseName, int modifier) implements PostgresType {
        public Base {
            requireNonNull(name, "name is null");
            requireNonNull(baseName, "baseName is null");
        }
    }

    /** An enum with its labels in their order. */
    record Enumerated(int oid, String name, String baseName, List<String> labels) implements PostgresType {
        public Enumerated {
            requireNonNull(name, "name is null");
            requireNonNull(baseName, "baseName is null");
            labels = List.copyOf(labels);
        }
    }

    /** A composite, range or multirange type. Tablecast carries its values in their text form. */
    record Structured(int oid, String name, String baseName) implements PostgresType {
        public Structured {
            requireNonNull(name, "name is null");
            requireNonNull(baseName, "baseName is null");
        }
    }

    /**
     * An array.
     *
     * @param elementOid the OID that stands inside binary arrays: the domain's own, where {@code element} is what an
     *     element domain is made of
     * @param dimensions how many dimensions the column was declared with; PostgreSQL does not enforce them
     */
    record Array(int oid, String name, String baseName, int elementOid, PostgresType element, int dimensions)
            implements PostgresType {
        public Array {
            requireNonNull(name, "name is null");
            requireNonNull(baseName, "baseName is null");
            requireNonNull(element, "element is null");
        }

        @Override
        public int modifier() {
            return element.modifier();
        }

        @Override
        public boolean isBuiltIn() {
            return element.isBuiltIn();
        }
    }
}
