/** Millrace's access to the package of ClickHouseIO; relocated together with it. */
package org.apache.beam.sdk.io.clickhouse;
