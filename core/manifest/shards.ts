import { ManifestAltered } from '../errors/registry.ts';
import type { ShardEntry } from './index-file.ts';
import { compareKeys, lineOf, type ManifestLine, parseLine, printLine } from './line.ts';
import { type Sha256, shardRoot } from './merkle.ts';

/**
 * Lines per shard. A Distributed Map child costs a start of its own: at a thousand copies per child that adds under
 * 3 % to the price of the copies, at one per child it multiplies it. A thousand copies also end well within the
 * 15 minutes that a function has.
 */
export const SHARD_LINES_MAX = 1_000;

/**
 * Bytes per shard: 1 TiB. Objects above 5 GB are copied in parts of 64 MiB and more (S3: CopyObject takes at most 5 GB,
 * a multipart upload at most 10,000 parts), so this bounds a child at some ten thousand requests, which run in parallel
 * well within its 15 minutes. One object may be larger (S3: 50 TB); it then has a shard of its own.
 */
export const SHARD_BYTES_MAX = 1_024 ** 4;

/**
 * Lines that a shard is filled with while nothing else says where to cut. The room that is left takes up what is
 * inserted later, so that a new key changes one shard and does not move the border of every one behind it.
 */
export const SHARD_LINES_FILL = 800;

/** A shard that has shrunk below this is joined with the next. */
export const SHARD_LINES_MIN = 250;

/** Cuts a stream of lines into shards. `add` hands back the shard that the new line no longer fits into. */
export interface ShardCutter<Line> {
  /** Lines that are in hand. */
  size(): number;
  add(line: Line): Line[] | undefined;
  /** The last shard; undefined when nothing is left. */
  rest(): Line[] | undefined;
}

export function shardCutter<Line extends { readonly bytes: number }>(): ShardCutter<Line> {
  let lines: Line[] = [];
  let bytes = 0;
  const cut = (): Line[] | undefined => {
    const shard = lines.length > 0 ? lines : undefined;
    lines = [];
    bytes = 0;
    return shard;
  };
  return {
    size: () => lines.length,
    add(line) {
      const fits = lines.length < SHARD_LINES_MAX && bytes + line.bytes <= SHARD_BYTES_MAX;
      const full = fits ? undefined : cut();
      lines.push(line);
      bytes += line.bytes;
      return full;
    },
    rest: cut,
  };
}

/** The same for lines that are at hand. */
export function* splitIntoShards<Line extends { readonly bytes: number }>(
  lines: Iterable<Line>,
): Generator<Line[]> {
  const cutter = shardCutter<Line>();
  for (const line of lines) {
    const full = cutter.add(line);
    if (full) yield full;
  }
  const rest = cutter.rest();
  if (rest) yield rest;
}

/** The text of a shard file, before compression: one line per item, no newline at the end. */
export const printShard = (lines: readonly ManifestLine[]): string => lines.map(printLine).join('\n');

/**
 * Reads a shard's text. `where` names it in the message (its vault key).
 * @throws ManifestAltered when a line cannot be read, or keys do not strictly increase: whoever merges two manifests
 *   relies on that order.
 */
export function parseShard(text: string, where: string): ManifestLine[] {
  if (text === '') return [];
  const lines = parseAtOnce(text) ?? parseOneByOne(text, where);
  for (let i = 1; i < lines.length; i++) requireOrder(lines[i - 1]!.key, lines[i]!.key, where, i + 1);
  return lines;
}

/** A whole shard in one call of the JSON parser, which is several times faster; undefined when anything is odd. */
function parseAtOnce(text: string): ManifestLine[] | undefined {
  let rows: unknown[];
  try {
    // Newlines inside a line are escaped by JSON, so each one ends a line.
    rows = JSON.parse(`[${text.replaceAll('\n', ',')}]`) as unknown[];
  } catch {
    return undefined;
  }
  const lines = rows.map(lineOf);
  const whole = lines.length === text.split('\n').length && !lines.includes(undefined);
  return whole ? (lines as ManifestLine[]) : undefined;
}

/** Finds the line that cannot be read, and names it. */
function parseOneByOne(text: string, where: string): ManifestLine[] {
  return text.split('\n').map((row, i) => {
    const line = parseLine(row);
    if (line) return line;
    throw new ManifestAltered(
      `line ${i + 1} of ${where} is not a manifest line: ${JSON.stringify(row.slice(0, 80))}; ` +
        'restore from another region or recovery point, and look at who wrote to the vault',
      { shard: where, line: i + 1 },
    );
  });
}

/** The first and last line of a shard's text, for a shard whose other lines are known already. */
export function edgesOf(text: string, where: string): readonly ManifestLine[] {
  const first = text.slice(0, text.indexOf('\n') < 0 ? text.length : text.indexOf('\n'));
  const last = text.slice(text.lastIndexOf('\n') + 1);
  return parseShard(first === last ? first : `${first}\n${last}`, where);
}

/** Where one shard ends and the next begins, the order must hold as well. `previousLast` is the last key before it. */
export function requireFollows(
  previousLast: string | undefined,
  lines: readonly ManifestLine[],
  where: string,
): void {
  const first = lines[0];
  if (previousLast !== undefined && first) requireOrder(previousLast, first.key, where, 1);
}

function requireOrder(before: string, key: string, where: string, line: number): void {
  if (compareKeys(before, key) < 0) return;
  throw new ManifestAltered(
    `line ${line} of ${where} is out of order: ${JSON.stringify(key)} follows ${JSON.stringify(before)}; ` +
      'restore from another region or recovery point, and look at who wrote to the vault',
    { shard: where, line },
  );
}

/** Counts over lines; `new…` are those that the point itself captured first. */
export interface Totals {
  readonly items: number;
  readonly bytes: number;
  readonly newItems: number;
  readonly newBytes: number;
}

export const NO_TOTALS: Totals = { items: 0, bytes: 0, newItems: 0, newBytes: 0 };

export function totalsOf(lines: Iterable<ManifestLine>, pointId: string): Totals {
  let items = 0;
  let bytes = 0;
  let newItems = 0;
  let newBytes = 0;
  for (const line of lines) {
    items += 1;
    bytes += line.bytes;
    if (line.since !== pointId) continue;
    newItems += 1;
    newBytes += line.bytes;
  }
  return { items, bytes, newItems, newBytes };
}

export const addTotals = (a: Totals, b: Totals): Totals => ({
  items: a.items + b.items,
  bytes: a.bytes + b.bytes,
  newItems: a.newItems + b.newItems,
  newBytes: a.newBytes + b.newBytes,
});

/** How the index lists a shard. */
export function shardEntry(shard: number, lines: readonly ManifestLine[], sha256: Sha256): ShardEntry {
  const { items, bytes } = totalsOf(lines, '');
  return { shard, items, bytes, root: shardRoot(lines, sha256), digest: sha256(printShard(lines)) };
}

/**
 * The text of a shard as it was read, against what the index says about it.
 * @throws ManifestAltered when it is another text
 */
export function requireEntry(entry: ShardEntry, text: string, sha256: Sha256, where: string): void {
  const digest = sha256(text);
  if (digest === entry.digest) return;
  throw new ManifestAltered(
    `${where} has digest ${digest} and the index says ${entry.digest}; ` +
      'restore from another region or recovery point, and look at who wrote to the vault',
    { shard: where, found: digest, expected: entry.digest },
  );
}
