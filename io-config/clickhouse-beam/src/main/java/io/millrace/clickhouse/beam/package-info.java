/**
 * Beam's ClickHouseIO with the driver it was built for, both under names of their own in this
 * module's jar: the driver's classes clash with those of ClickHouse's current client. No type of
 * either is in this package's signatures.
 */
package io.millrace.clickhouse.beam;
