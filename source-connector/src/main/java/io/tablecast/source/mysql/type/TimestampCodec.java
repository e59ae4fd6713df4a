// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.contract.type.SemanticTypes;
import io.tablecast.source.mysql.type.MySqlModes.ZeroDateMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code timestamp}: an instant, whatever the time zones of server and sessions; read by queries in UTC. */
final class TimestampCodec implements ColumnCodec {

    private static final int SECONDS_BYTES = 4;
    private static final int NANOS_OF_MICRO = 1_000;

    private final int digits;
    private final ZeroDateMode zeroDates;
    private final DateTimeFormatter format;

    TimestampCodec(MySqlType type, ZeroDateMode zeroDates) {
        this.digits = type.scale();
        this.zeroDates = zeroDates;
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd'T'HH:mm:ss");
        if (digits > 0) {
            builder.appendFraction(ChronoField.NANO_OF_SECOND, digits, digits, true);
        }
        this.format = builder.appendLiteral('Z').toFormatter(Locale.ROOT);
    }

    @Override
    public SchemaBuilder schema() {
        return SemanticTypes.string(SemanticTypes.ZONED_TIMESTAMP);
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        long seconds = in.bigEndian(SECONDS_BYTES);
        int fractionBytes = FractionDigits.bytes(digits);
        int micros =
                fractionBytes == 0 ? 0 : (int) in.bigEndian(fractionBytes) * FractionDigits.microsOfUnit(fractionBytes);
        if (seconds == 0 && micros == 0) {
            return CalendarDay.of(0, 0, 0, zeroDates)
                    .map(day -> format.format(day.atStartOfDay()))
                    .orElse(null);
        }
        return format.format(LocalDateTime.ofEpochSecond(seconds, micros * NANOS_OF_MICRO, ZoneOffset.UTC));
    }

    @Override
    public Object ofQuery(byte[] text) {
        Optional<LocalDateTime> time = DateTimeCodec.read(text, zeroDates);
        return time.map(format::format).orElse(null);
    }
}
