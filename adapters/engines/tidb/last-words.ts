/** Lines of a log that an error is read from. */
const LINES_MAX = 5;

/** BR's own log lines: `[2026/06/17 10:00:00.000 +00:00] [INFO] [file.go:122] ["msg"] [k=v]`. */
const LOG_LINE = /^\[\d{4}\/\d{2}\/\d{2} [^\]]*\] \[([A-Z]+)\]/;

const levelOf = (line: string): string | undefined => LOG_LINE.exec(line)?.[1];

/** What BR prints and does not log: values that it was asked for, and its error at the end. */
export const printed = (lines: readonly string[]): string[] =>
  lines.map((line) => line.trim()).filter((line) => line !== '' && levelOf(line) === undefined);

/**
 * What BR died of. It retries much by itself and warns of it, so only what it said when it gave up counts: `Error: …` and
 * the line "br failed". Without these, whatever it logged as an error.
 * @returns nothing when the log has not arrived yet, or BR had no time to say anything
 */
export function lastWords(lines: readonly string[]): string[] {
  const final = lines.filter(
    (line) => /^\s*Error: /.test(line) || (levelOf(line) !== undefined && line.includes('["br failed"]')),
  );
  const errors = lines.filter((line) => ['ERROR', 'FATAL', 'PANIC'].includes(levelOf(line) ?? ''));
  return (final.length > 0 ? final : errors).slice(-LINES_MAX);
}
