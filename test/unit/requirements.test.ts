import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const PAGE = 'docs/requirements.md';
const page = readFileSync(PAGE, 'utf8');

/** How many rows each of the five sources has. A row is never taken away. */
const ROWS = [11, 8, 12, 7, 13];
const IDS = ROWS.flatMap((count, source) =>
  Array.from({ length: count }, (_, n) => `${source + 1}.${n + 1}`),
);

interface Row {
  readonly id: string;
  readonly stands: string;
  readonly by: string;
}
const rows: Row[] = page
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => {
    const [id = '', , stands = '', by = '', ...more] = line.slice(2, -2).split(' | ');
    if (more.length > 0) throw new Error(`row ${id} has more than four columns`);
    return { id, stands, by };
  });

const code = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, inner]) => inner!);
const scripts = (text: string): string[] =>
  code(text).flatMap((each) => /^npm run (\S+)$/.exec(each)?.slice(1) ?? []);
/** A file of tests, and the title that stands right behind it. */
const tests = (text: string): [string, string][] =>
  [...text.matchAll(/`(test\/[^`]+\.ts)` `([^`]+)`/g)].map(([, file, title]) => [file!, title!]);
const links = (text: string): string[] => [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link!);

const titled = (source: string, title: string): boolean =>
  [`'${title}'`, `"${title}"`, `\`${title}\``].some(
    (quoted) => source.includes(`(${quoted},`) || source.includes(`(\n    ${quoted},`),
  );

test('every requirement has its row, once and in order', () => {
  expect(rows.map(({ id }) => id)).toEqual(IDS);
});

describe.each(rows)('row $id', ({ stands, by }) => {
  it('says how it stands', () => {
    expect(['shown', 'partly', 'not yet']).toContain(stands);
    expect(by.includes('Missing: '), 'what is partly shown says what is missing').toBe(stands === 'partly');
  });

  it('names something to run or to read, unless nothing shows it', () => {
    const named =
      scripts(by).length + tests(by).length + links(by).length + (by.includes('`npx cdk synth`') ? 1 : 0);
    if (stands !== 'not yet') expect(named).toBeGreaterThan(0);
  });

  it('names scripts, tests and documents that exist', () => {
    for (const script of scripts(by)) expect(packageJson.scripts).toHaveProperty(script);
    for (const [file, title] of tests(by))
      expect(titled(readFileSync(file, 'utf8'), title), `${file} has a test "${title}"`).toBe(true);
    for (const link of links(by)) expect(existsSync(join(dirname(PAGE), link)), link).toBe(true);
    const files = code(by).filter((each) => each.startsWith('test/'));
    expect(files, 'every file of tests is followed by a title').toHaveLength(tests(by).length);
  });
});
