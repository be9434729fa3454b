/** Characters of each line of a tool's log: enough for the longest error, and a reason stays small. */
const LINE_MAX = 400;

/** Tools log what they were given: BR its credentials (pingcap/tidb issue 55273). */
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
