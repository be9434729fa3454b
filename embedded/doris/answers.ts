import type { Instant } from '../../core/time/instant.ts';
import type { ServerReply } from '../network/server.ts';
import type { DorisSwitches } from './faults.ts';
import { localTime } from './local-time.ts';
import type { Filter } from './sql/statement.ts';

type Cell = string | number | boolean | null | undefined;
type Line = Readonly<Record<string, Cell>>;

/** One answer to a SHOW: columns by name, in Doris's order; a fault may leave some out or put others before them. */
export function shown(
  columns: readonly string[],
  lines: readonly Line[],
  { columnsMissing, columnsMore }: Pick<DorisSwitches, 'columnsMissing' | 'columnsMore'>,
): ServerReply {
  const left = [...columnsMore, ...columns.filter((column) => !columnsMissing.has(column))];
  return {
    columns: left,
    rows: lines.map((line) =>
      left.map((column) => {
        const cell = line[column];
        return cell === undefined || cell === null ? null : String(cell);
      }),
    ),
  };
}

/** Does a line pass `WHERE column = 'x'`, `WHERE column LIKE 'x%'` or `LIKE 'x%'`? */
export const passes = (filter: Filter | undefined, value: string): boolean =>
  !filter || (filter.like ? pattern(filter.text).test(value) : filter.text === value);

/** `%` any run, `_` any one; a backslash makes them plain. */
function pattern(text: string): RegExp {
  const parts = text.match(/\\[\s\S]|[\s\S]/g) ?? [];
  const source = parts.map((part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    return part.replace(/^\\/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 'is');
}

export const timeIn =
  (zone: string) =>
  (at: Instant | undefined): string | null =>
    at === undefined ? null : localTime(at, zone);

const UNITS = ['', 'KB', 'MB', 'GB', 'TB'];

/** `1.204 KB`, as Doris prints sizes; zero has no unit. */
export function sized(bytes: number): string {
  let unit = 0;
  let left = bytes;
  while (left >= 1_024 && unit < UNITS.length - 1) {
    left /= 1_024;
    unit++;
  }
  return `${left.toFixed(3)} ${UNITS[unit]}`;
}
