// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.SchemaRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;

/** Reads records with Confluent's own client of its registry, as other people's consumers do. */
final class ConfluentReader implements AutoCloseable {
    private static final int HEADER_BYTES = 5;
    private static final int CACHED_SCHEMAS = 100;

    private final SchemaRegistryClient client;

    private ConfluentReader(SchemaRegistryClient client) {
        this.client = client;
    }

    static ConfluentReader of(SchemaRegistry registry) {
        return new ConfluentReader(new CachedSchemaRegistryClient(
                List.of(registry.confluentApi().toString()),
                CACHED_SCHEMAS,
                List.of(new AvroSchemaProvider()),
                Map.of()));
    }

    /** A record's key or value: a zero, the schema's number, and Avro's bytes. */
    GenericRecord read(byte[] message) {
        ByteBuffer header = ByteBuffer.wrap(message);
        assertThat(header.get()).as("the magic byte").isZero();
        try {
            Schema schema = ((AvroSchema) client.getSchemaById(header.getInt())).rawSchema();
            int length = message.length - HEADER_BYTES;
            return new GenericDatumReader<GenericRecord>(schema)
                    .read(null, DecoderFactory.get().binaryDecoder(message, HEADER_BYTES, length, null));
        } catch (IOException e) {
            throw new UncheckedIOException("Confluent's client cannot read: " + e.getMessage(), e);
        } catch (RestClientException e) {
            throw new IllegalStateException("The registry refuses Confluent's client: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Confluent's client cannot be closed: " + e.getMessage(), e);
        }
    }
}
