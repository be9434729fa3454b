/** Lines of a log that an error is read from, and characters of each: enough for BR's longest, and a reason stays small. */
const LINES_MAX = 5;
const LINE_MAX = 400;

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

/** BR has been seen to log the credentials that it was given (pingcap/tidb issue 55273). */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g, '***'],
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, '***'],
  [
    /((?:access[-_]?key(?:[-_]?id)?|secret[-_]?access[-_]?key|session[-_]?token|security[-_]?token|password|external[-_]id)\\?["']?\s*[=:]\s*\\?["']?)[^\s&"'\\\],}]+/gi,
    '$1***',
  ],
];

export const redacted = (text: string): string =>
  SECRETS.reduce((left, [pattern, instead]) => left.replace(pattern, instead), text);

/** For a message: without secrets, and no longer than a person reads. */
export const quotedWords = (words: readonly string[]): string =>
  words.length === 0
    ? 'it said nothing'
    : `it said: ${redacted(words.join('\n'))
        .split('\n')
        .map((line) => line.trim().slice(0, LINE_MAX))
        .join(' | ')}`;
