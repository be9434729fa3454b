/** BR's account of itself, one line at its end. Which fields it has differs from version to version. */
export interface Summary {
  /** `Full Backup`, `DataBase Restore`, `restore log`, … */
  readonly unit: string;
  readonly succeeded: boolean;
  readonly fields: ReadonlyMap<string, string>;
}

const SUMMARY = /\["?([^"\]]+?) (success|failed) summary"?\]/;
const FIELD = /\[([^=\]]+)=("(?:[^"\\]|\\.)*"|[^\]]*)\]/g;

function summaryOf(line: string): Summary | undefined {
  const found = SUMMARY.exec(line);
  if (!found) return undefined;
  const rest = line.slice(found.index + found[0].length);
  const fields = [...rest.matchAll(FIELD)].map(
    ([, key, value]) => [key!, value!.replace(/^"(.*)"$/, '$1')] as const,
  );
  return { unit: found[1]!, succeeded: found[2] === 'success', fields: new Map(fields) };
}

/** The last summary among these lines; undefined when there is none. */
export const summaryIn = (lines: readonly string[]): Summary | undefined =>
  lines
    .map(summaryOf)
    .filter((summary) => summary !== undefined)
    .at(-1);

/** Bytes of the files that it wrote or read; undefined when this version does not say. */
export function sizeIn(summary: Summary | undefined): number | undefined {
  const text = summary?.fields.get('Size');
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** No table passed the filter. BR ends well then, and misspells it. */
export const foundNothing = (lines: readonly string[]): boolean =>
  lines.some((line) => /Nothing to (bakcup|backup)/.test(line));

/** No database and no table of a snapshot passed the filter of a restore. BR ends well then too (br/pkg/task/restore.go). */
export const restoredNothing = (lines: readonly string[]): boolean =>
  lines.some((line) => line.includes('all databases and tables are filtered out'));
