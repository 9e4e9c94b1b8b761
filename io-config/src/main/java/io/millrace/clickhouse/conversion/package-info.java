/** Conversions of encoded values between ClickHouse types. */
package io.millrace.clickhouse.conversion;
