-- A round of the shop: orders are placed, paid, shipped and cancelled, customers, products and prices change.
BEGIN;
INSERT INTO shop.orders (customer_id, note)
    SELECT 1 + floor(random() * 2000)::int, CASE WHEN random() < 0.5 THEN 'leave at the door' END
    FROM generate_series(1, 20);
INSERT INTO shop.order_lines
    SELECT id, line, 'P-' || 1 + floor(random() * 500)::int, line, line * 9.99
    FROM (SELECT id FROM shop.orders ORDER BY id DESC LIMIT 20) AS placed, generate_series(1, 3) AS line
    ON CONFLICT DO NOTHING;
COMMIT;
UPDATE shop.orders SET status = CASE status WHEN 'new' THEN 'paid'::shop.order_status ELSE 'shipped' END
    WHERE id IN (SELECT id FROM shop.orders WHERE status <> 'shipped' ORDER BY random() LIMIT 20);
WITH cancelled AS (
    DELETE FROM shop.orders WHERE id = (SELECT id FROM shop.orders ORDER BY random() LIMIT 1) RETURNING id
)
DELETE FROM shop.order_lines USING cancelled WHERE order_id = cancelled.id;
INSERT INTO shop.customers (email, name) VALUES ('new' || gen_random_uuid() || '@example.org', 'New customer');
UPDATE shop.customers SET newsletter = NOT newsletter WHERE id = 1 + floor(random() * 2000)::int;
UPDATE shop.products SET price = price + 0.01, attributes = attributes || '{"seen": true}'
    WHERE sku IN (SELECT sku FROM shop.products ORDER BY random() LIMIT 5);
-- A change of key: the old one must go, the new one must come.
UPDATE shop.products SET sku = sku || '-' || length(sku)
    WHERE length(sku) < 20 AND sku = (SELECT sku FROM shop.products ORDER BY random() LIMIT 1);
UPDATE shop.prices SET price = products.price, valid_from = current_date
    FROM shop.products WHERE products.sku = prices.sku AND random() < 0.02;
UPDATE shop.stock SET quantity = quantity - 1 WHERE sku IN (SELECT sku FROM shop.stock ORDER BY random() LIMIT 5);
INSERT INTO shop.page_views (path) SELECT '/products/P-' || i FROM generate_series(1, 10) AS i;
