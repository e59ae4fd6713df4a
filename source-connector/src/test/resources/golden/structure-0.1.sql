-- What version 0.1 writes under "structure" into an offset of mode incremental, for the table shop.item.
SELECT (SELECT left(encode(sha256(string_agg(attnum || ':' || xmin, ',' ORDER BY attnum)::bytea), 'hex'), 32)
        FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0)
    || '.' || left(encode(sha256((c.oid || ':' || c.relfilenode)::bytea), 'hex'), 32)
FROM pg_class c WHERE c.oid = 'shop.item'::regclass
