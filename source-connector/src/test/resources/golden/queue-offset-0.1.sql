-- The offset of mode queue as version 0.1 stores it when all changes are sent that the consumer's row in the registry
-- says are stored. What a server gives is asked for here as version 0.1 asks for it; the rest is as it was stored.
SELECT json_build_object(
    'format', 1,
    'mode', 'queue',
    'system', (SELECT system_identifier FROM pg_control_system())::text,
    'database', current_database(),
    'state', 'streaming',
    'from', (SELECT confirmed FROM "tablecast".queue_consumer)::text,
    'structure', concat_ws('.',
        'd83017825acd415a7e42376d0434bede',
        '74e4a97f258a8132fc73c426155eb857',
        left(pg_walfile_name(pg_current_wal_lsn()), 8),
        '1767225600000001',
        (SELECT left(encode(sha256(string_agg(attnum || ':' || xmin, ',' ORDER BY attnum)::bytea), 'hex'), 32)
         FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0),
        left(encode(sha256(c.relfilenode::text::bytea), 'hex'), 32)))
FROM pg_class c WHERE c.oid = 'public.item'::regclass
