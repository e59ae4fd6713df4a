-- Some transactions of the shop; run.sh says how many orders ('quantity') are placed and paid.
BEGIN;
INSERT INTO shop.orders (customer_id, note)
    SELECT 1 + floor(random() * 2000)::int, CASE WHEN random() < 0.5 THEN 'leave at the door' END
    FROM generate_series(1, :quantity);
INSERT INTO shop.order_lines
    SELECT id, line, 'P-' || 1 + floor(random() * 500)::int, line, line * 9.99
    FROM (SELECT id FROM shop.orders ORDER BY id DESC LIMIT :quantity) AS placed, generate_series(1, 3) AS line
    ON CONFLICT DO NOTHING;
COMMIT;
UPDATE shop.orders SET status = CASE status WHEN 'new' THEN 'paid'::shop.order_status ELSE 'shipped' END
    WHERE id IN (SELECT id FROM shop.orders WHERE status <> 'shipped' ORDER BY random() LIMIT :quantity);
UPDATE shop.customers SET newsletter = NOT newsletter WHERE id = 1 + floor(random() * 2000)::int;
UPDATE shop.products SET price = price + 0.01, attributes = attributes || '{"seen": true}'
    WHERE sku = 'P-' || 1 + floor(random() * 500)::int;
-- A change of key: the old one must go, the new one must come.
UPDATE shop.products SET sku = sku || '-new' WHERE sku = 'P-' || 1 + floor(random() * 500)::int AND random() < 0.05;
BEGIN;
CREATE TEMPORARY TABLE cancelled ON COMMIT DROP AS SELECT id FROM shop.orders ORDER BY random() LIMIT 1;
DELETE FROM shop.order_lines USING cancelled WHERE order_id = id;
DELETE FROM shop.orders USING cancelled WHERE orders.id = cancelled.id;
COMMIT;
UPDATE shop.prices SET price = products.price, valid_from = current_date
    FROM shop.products WHERE products.sku = prices.sku AND random() < 0.02;
