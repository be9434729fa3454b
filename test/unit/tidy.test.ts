import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Rules that no compiler knows: which part may know which, which words stay out, how long a file may be. */
const ROOT = join(import.meta.dirname, '../..');
const sources = (pattern: string): string[] => globSync(pattern, { cwd: ROOT }).sort();

const PARTS = ['bin', 'core', 'workflows', 'adapters', 'lambdas', 'lib', 'embedded', 'cli', 'bench'] as const;
type Part = (typeof PARTS)[number];
const SOURCE = sources(`{${PARTS.join(',')}}/**/*.ts`);
const TESTS = sources('test/**/*.ts');
/** This file names what it looks for. */
const ALL = [...SOURCE, ...TESTS].filter((file) => file !== 'test/unit/tidy.test.ts');

const textOf = new Map(ALL.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
const read = (file: string): string => textOf.get(file) ?? '';
const partOf = (file: string): Part => file.split('/')[0] as Part;

interface Import {
  readonly from: string;
  /** A path from the root for what is ours, a package's name for what is not. */
  readonly to: string;
  readonly ours: boolean;
  readonly typeOnly: boolean;
}

const IMPORT = /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s)?'([^']+)';/gm;

const imports: readonly Import[] = SOURCE.flatMap((from) =>
  [...read(from).matchAll(IMPORT)].map(([, type, name]) => {
    const ours = name!.startsWith('.');
    return { from, to: ours ? join(dirname(from), name!) : name!, ours, typeOnly: type !== undefined };
  }),
);
const shown = (found: readonly Import[]): string[] => found.map(({ from, to }) => `${from} imports ${to}`);

/** Where ports meet AWS. Everything else in lambdas/ works over ports. */
const WIRES = /^lambdas\/(.+\/wire|shared\/(wiring|drivers|shard-drivers|handler-for))\.ts$/;

/** What each part may know of the others besides itself. */
const MAY_KNOW: Readonly<Record<Part, (to: string, from: string) => boolean>> = {
  core: () => false,
  workflows: (to) => to.startsWith('core/'),
  adapters: (to) => to.startsWith('core/'),
  lambdas: (to, from) => /^(core|workflows)\//.test(to) || (to.startsWith('adapters/') && WIRES.test(from)),
  lib: (to) => /^(core|workflows)\//.test(to) || /^lambdas\/.+\/env\.ts$/.test(to),
  embedded: (to) => to.startsWith('core/') || /^adapters\/(aws\/clients|network\/ways)\.ts$/.test(to),
  cli: (to) => /^(core|workflows|adapters|embedded|lib)\//.test(to),
  bin: (to) => /^(core|workflows|lib|cli)\//.test(to) || /^[^/]+\.config\.ts$/.test(to),
  bench: () => true,
};

describe('imports', () => {
  test('run one way', () => {
    const wrong = imports.filter(
      ({ from, to, ours }) => ours && partOf(to) !== partOf(from) && !MAY_KNOW[partOf(from)](to, from),
    );
    expect(shown(wrong)).toEqual([]);
  });

  test('of the SDK stand in adapters, in wires, in the embedded cloud and in commands only', () => {
    const wrong = imports.filter(
      ({ from, to, typeOnly }) =>
        to.startsWith('@aws-sdk/') &&
        !WIRES.test(from) &&
        !/^(adapters|cli|bench)\//.test(from) &&
        !(from.startsWith('embedded/') && typeOnly),
    );
    expect(shown(wrong)).toEqual([]);
  });

  test('that are needed to run form no circle', () => {
    const next = Map.groupBy(
      imports.filter(({ ours, typeOnly }) => ours && !typeOnly),
      ({ from }) => from,
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of SOURCE) visit(file, []);
    expect(circles).toEqual([]);
  });
});

/** Lines of code, without comments. */
const code = (text: string): string[] => text.split('\n').filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line));

describe('words', () => {
  const PURE = SOURCE.filter((file) => file.startsWith('core/') || file.startsWith('workflows/'));
  const IMPURE: readonly (readonly [string, RegExp])[] = [
    ['the clock', /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/],
    ['chance', /\bMath\.random\b|\brandomUUID\b/],
    ['the process', /\bprocess\./],
    ['timers', /\bset(Timeout|Interval|Immediate)\b/],
    ['the console', /\bconsole\./],
    ['the SDK', /@aws-sdk/],
  ];

  test.each(IMPURE)('of %s stay out of core and workflows', (_, pattern) => {
    expect(PURE.filter((file) => pattern.test(read(file)))).toEqual([]);
  });

  test('of time and chance stay out of the embedded cloud, whose log follows from its seed', () => {
    const pattern =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandomUUID\(|\bset(Timeout|Interval)\(/;
    const found = SOURCE.filter((file) => file.startsWith('embedded/') && pattern.test(read(file)));
    expect(found).toEqual([]);
  });

  test('that say nothing to the type checker do not occur', () => {
    const lines = ALL.flatMap((file) =>
      code(read(file))
        .filter((line) => /:\s*any\b|\bas any\b|<any>|\bany\[\]/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    // The SDK types its middleware per client, and one signature has to fit them all.
    expect(lines).toEqual(['adapters/aws/clients.ts: add(middleware: any, options: any): void;']);
  });

  test('that promise work carry the link to it', () => {
    const promise = /\b(TODO|FIXME|XXX)\b(?!.*https?:)/;
    expect(ALL.filter((file) => promise.test(read(file)))).toEqual([]);
  });
});

describe('files', () => {
  test('have at most 250 lines', () => {
    const long = ALL.flatMap((file) => {
      const lines = read(file).split('\n').length - 1;
      return lines > 250 ? [`${file}: ${lines} lines`] : [];
    });
    expect(long).toEqual([]);
  });

  test('are called after what they hold', () => {
    const vague = /^(utils?|helpers?|manager|misc|common|types)\.ts$/;
    expect(ALL.filter((file) => vague.test(basename(file)))).toEqual([]);
    expect(ALL.filter((file) => !/^[a-z0-9]+([-.][a-z0-9]+)*\.ts$/.test(basename(file)))).toEqual([]);
  });
});
