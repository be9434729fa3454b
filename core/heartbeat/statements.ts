import type { Instant } from '../time/instant.ts';

/**
 * What a heart says in SQL. TiDB, MySQL and PostgreSQL take every statement as it stands; only what holds a table has two
 * names. No part of a statement is anybody's text: numbers and nothing else are put in.
 */
export type Dialect = 'mysql' | 'standard';

/** Its table, in a database (MySQL) or a schema (PostgreSQL) of its own. */
export const HEART_TABLE = 'holdfast.heartbeat';
/** Beats that one answer brings. 1 MiB is the most that the Data API answers (data-api.html, limitations). */
export const BEATS_PER_PAGE = 5_000;

/** Said when there is no table yet: a user who may create neither is helped by whoever creates both for it. */
export const makeTable = (dialect: Dialect): readonly string[] => [
  `CREATE ${dialect === 'mysql' ? 'DATABASE' : 'SCHEMA'} IF NOT EXISTS holdfast`,
  `CREATE TABLE IF NOT EXISTS ${HEART_TABLE} (beat BIGINT PRIMARY KEY, at_ms BIGINT)`,
];

/**
 * The next number, in one statement. Of two that are said at once the second is refused by the primary key: no number is
 * given twice, and as every number follows the greatest, one that is missing later was lost.
 */
export const insertBeat = (now: Instant): string =>
  `INSERT INTO ${HEART_TABLE} (beat, at_ms) SELECT COALESCE(MAX(beat), 0) + 1, ${whole(now)} FROM ${HEART_TABLE}`;

export const newestNumber = `SELECT MAX(beat) AS beat FROM ${HEART_TABLE}`;

/** By number and not by time: a clock that was set back would tear a hole. */
export const forgetUpTo = (number: number): string =>
  `DELETE FROM ${HEART_TABLE} WHERE beat <= ${whole(number)}`;

/** The beats behind a number, in their order, a page of them. */
export const beatsAfter = (number: number): string =>
  `SELECT beat, at_ms FROM ${HEART_TABLE} WHERE beat > ${whole(number)} ORDER BY beat LIMIT ${BEATS_PER_PAGE}`;

const whole = (number: number): string => BigInt(number).toString();
