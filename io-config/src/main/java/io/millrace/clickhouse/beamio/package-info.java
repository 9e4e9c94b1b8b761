/** Writing events with Beam's ClickHouseIO. */
package io.millrace.clickhouse.beamio;
