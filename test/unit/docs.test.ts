import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')];

/** A path from the root of the repository, without placeholders: `core/plan/limits.ts`, `lib/`. */
const PATH = /^(?:adapters|bench|bin|cli|core|docs|embedded|lambdas|lib|test|workflows)\/[\w./-]*$/;

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  it('links to what exists', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link]) => link!);
    for (const link of links.filter((each) => !/^[a-z]+:/.test(each)))
      expect(existsSync(join(dirname(page), link)), link).toBe(true);
  });

  it('names files and scripts that exist', () => {
    const words = [...text.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word!);
    for (const word of words.filter((each) => PATH.test(each))) expect(existsSync(word), word).toBe(true);
    for (const [, script] of text.matchAll(/npm run ([a-z:-]+)/g))
      expect(packageJson.scripts, page).toHaveProperty(script!);
  });
});

it('every dependency has its reason, and no reason is left over', () => {
  const table = readFileSync('docs/adr/0008-dependencies.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const listed = table.flatMap((line) =>
    [...line.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  );
  const covers = (name: string, entry: string) =>
    entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry;
  const installed = Object.keys({ ...packageJson.dependencies, ...packageJson.devDependencies });
  expect(installed.filter((name) => !listed.some((entry) => covers(name, entry)))).toEqual([]);
  expect(listed.filter((entry) => !installed.some((name) => covers(name, entry)))).toEqual([]);
});
