// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.record.RecordHeaders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What versions of Tablecast have stored: it stays readable, and is written as it was until the format's number says
 * otherwise. Add files for new versions; never change those of old ones.
 */
class GoldenFormsTest {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    static List<String> offsets() throws IOException {
        return lines("offsets-0.1.jsonl");
    }

    static List<String> headers() throws IOException {
        return lines("headers-0.1.jsonl");
    }

    @ParameterizedTest
    @MethodSource("offsets")
    void offsetsAreReadAndWrittenAsEver(String stored) throws IOException {
        Map<String, Object> map = JSON.readValue(stored, new TypeReference<>() {});
        boolean isOfBinlog = BinlogOffset.MODE.equals(map.get(OffsetCodec.MODE));

        Map<String, Object> written =
                isOfBinlog ? BinlogOffset.of(map).toMap() : OffsetCodec.encode(OffsetCodec.decode(map));

        assertThat(written).isEqualTo(map);
    }

    @ParameterizedTest
    @MethodSource("headers")
    void headersAreReadAndWrittenAsEver(String stored) throws IOException {
        JsonNode line = JSON.readTree(stored);
        String name = line.fieldNames().next();
        Headers read = new ConnectHeaders()
                .addString(name, Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(line.get(name))));
        RecordHeaders again = new RecordHeaders();

        RecordHeaders.begin(read).ifPresent(again::begin);
        RecordHeaders.end(read).ifPresent(again::end);
        RecordHeaders.rows(read).ifPresent(again::rows);
        if (!RecordHeaders.schemaChanges(read).isEmpty()) {
            again.schemaChange(RecordHeaders.schemaChanges(read));
        }

        String written = (String) again.headers().lastWithName(name).value();
        assertThat(JSON.readTree(Base64.getDecoder().decode(written))).isEqualTo(line.get(name));
    }

    private static List<String> lines(String file) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(GoldenFormsTest.class.getResourceAsStream("/golden/" + file), file), UTF_8))) {
            return reader.lines().toList();
        }
    }
}
