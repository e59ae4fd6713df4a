-- A column that the shop did not have when it opened.
SET client_min_messages = warning;
ALTER TABLE shop.customers ADD COLUMN IF NOT EXISTS loyalty_points integer NOT NULL DEFAULT 10;
UPDATE shop.customers SET loyalty_points = loyalty_points + 1 WHERE id % 100 = floor(random() * 100)::int;
