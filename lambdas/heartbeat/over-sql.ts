import { InvariantViolation, StatementRefused } from '../../core/errors/registry.ts';
import { BEATS_KEPT } from '../../core/heartbeat/heart.ts';
import type { Beat } from '../../core/heartbeat/reading.ts';
import {
  BEATS_PER_PAGE,
  beatsAfter,
  type Dialect,
  forgetUpTo,
  HEART_TABLE,
  insertBeat,
  makeTable,
  newestNumber,
} from '../../core/heartbeat/statements.ts';
import type { SqlReply, SqlRow } from '../../core/ports/reach.ts';
import { type Instant, instant } from '../../core/time/instant.ts';

/** A way to a database: says these statements one after the other, until one is refused. */
export type Line = (statements: readonly string[]) => Promise<SqlReply>;

/** Old beats go once an hour: a delete a minute would be half of all that a heartbeat costs the cluster. */
const FORGET_EVERY = 60;

/** @returns the number of the beat */
export async function beatOverSql(line: Line, dialect: Dialect, now: Instant): Promise<number> {
  const first = await line([insertBeat(now), newestNumber]);
  // Whatever it was refused for: a table that is there already is not made again, and then the reason comes back.
  const reply = first.refused ? await line([...makeTable(dialect), insertBeat(now), newestNumber]) : first;
  if (reply.refused)
    throw new StatementRefused(
      `the heartbeat was refused: ${reply.refused.message} (${reply.refused.code}); let its user create, insert, select and delete in holdfast, or make the table ${HEART_TABLE} for it`,
      { code: reply.refused.code },
    );
  const number = wholeOf(reply.answers.at(-1)?.rows[0], 'beat');
  if (number % FORGET_EVERY === 0 && number > BEATS_KEPT) await line([forgetUpTo(number - BEATS_KEPT)]);
  return number;
}

/** Every beat that is there, page by page; undefined when there is no table that could be read. */
export async function beatsOverSql(line: Line): Promise<readonly Beat[] | { readonly refused: string }> {
  const beats: Beat[] = [];
  for (;;) {
    const { answers, refused } = await line([beatsAfter(beats.at(-1)?.number ?? 0)]);
    if (refused) return { refused: `${refused.message} (${refused.code})` };
    const page = answers[0]?.rows ?? [];
    beats.push(...page.map((row) => ({ number: wholeOf(row, 'beat'), at: instant(wholeOf(row, 'at_ms')) })));
    if (page.length < BEATS_PER_PAGE) return beats;
  }
}

function wholeOf(row: SqlRow | undefined, column: string): number {
  const text = row?.[column];
  if (text !== null && text !== undefined && /^\d+$/.test(text)) return Number(text);
  throw new InvariantViolation(
    `${HEART_TABLE} answers ${JSON.stringify(text)} in ${column}, and a whole number was asked for`,
  );
}
