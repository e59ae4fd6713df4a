-- A column that the web shop did not have when it opened. MySQL has no ADD COLUMN IF NOT EXISTS.
SET @missing = (SELECT count(*) FROM information_schema.columns WHERE table_schema = DATABASE()
    AND table_name = 'customers' AND column_name = 'loyalty_points') = 0;
SET @alter = IF(@missing, 'ALTER TABLE customers ADD COLUMN loyalty_points int NOT NULL DEFAULT 10', 'DO 0');
PREPARE addition FROM @alter;
EXECUTE addition;
DEALLOCATE PREPARE addition;
SET @part = FLOOR(RAND() * 100);
UPDATE customers SET loyalty_points = loyalty_points + 1 WHERE id % 100 = @part;
