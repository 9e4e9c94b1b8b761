/**
 * Beam's ClickHouseIO with its driver, both relocated in this module's jar, because the driver's
 * classes clash with those of ClickHouse's current client. This package exposes no type of either.
 */
package io.millrace.clickhouse.beam;
