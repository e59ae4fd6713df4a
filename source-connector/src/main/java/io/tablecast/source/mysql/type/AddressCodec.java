// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.contract.type.SemanticTypes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.kafka.connect.data.SchemaBuilder;

/** MariaDB's {@code uuid}, {@code inet4} and {@code inet6} as text; both ways carry their bytes. */
final class AddressCodec implements ColumnCodec {

    private static final int GROUP = 4;

    private final MySqlKind kind;
    private final int length;

    AddressCodec(MySqlKind kind) {
        this.kind = kind;
        this.length = kind == MySqlKind.INET4 ? 4 : 16;
    }

    @Override
    public SchemaBuilder schema() {
        return kind == MySqlKind.UUID ? SemanticTypes.string(SemanticTypes.UUID) : SchemaBuilder.string();
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        // Zero bytes at the end are left out.
        return ofQuery(Arrays.copyOf(in.take(in.unsignedByte()), length));
    }

    @Override
    public Object ofQuery(byte[] bytes) {
        if (kind == MySqlKind.UUID) {
            String hex = HexFormat.of().formatHex(bytes);
            return hex.substring(0, 8) + "-" + hex.substring(8, 12) + "-" + hex.substring(12, 16) + "-"
                    + hex.substring(16, 20) + "-" + hex.substring(20);
        }
        return address(bytes);
    }

    @Override
    public String selectExpression(String quotedColumn) {
        return "CAST(" + quotedColumn + " AS BINARY(" + length + "))";
    }

    private static String address(byte[] bytes) {
        try {
            return bytes.length == GROUP ? InetAddress.getByAddress(bytes).getHostAddress() : Inet6Text.of(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("Not an address: " + HexFormat.of().formatHex(bytes), impossible);
        }
    }
}
