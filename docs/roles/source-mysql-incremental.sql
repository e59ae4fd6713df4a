-- What mode incremental needs of MySQL and MariaDB. Put the database's name in the place of shop, and choose a password.
CREATE USER 'tablecast_source'@'%' IDENTIFIED BY 'secret';
GRANT SELECT ON `shop`.* TO 'tablecast_source'@'%';

-- Shows the open transactions of others. Without it reading stays ten minutes behind (see boundary).
GRANT PROCESS ON *.* TO 'tablecast_source'@'%';
