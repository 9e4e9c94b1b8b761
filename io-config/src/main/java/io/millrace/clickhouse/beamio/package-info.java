/** Writing by Beam's ClickHouseIO, with its limits. */
package io.millrace.clickhouse.beamio;
