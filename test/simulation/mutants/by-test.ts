import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { MUTANT_VARIABLE } from './mutant.ts';

const CONFIG = 'test/simulation/mutants/vitest.config.ts';
const VITEST = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));

/** What the JSON reporter of vitest says, as far as it is read here. */
interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** How a test ended. `broke`: it could not be begun, which says nothing about what it looks at. */
export interface Tested {
  readonly failures: readonly string[];
  readonly broke?: string | undefined;
}

/** What a person types to see it again. */
export const testCommand = (test: string, mutant: string): string =>
  `${MUTANT_VARIABLE}=${mutant} npx vitest run --config ${CONFIG} ${test}`;

/** Runs a test file against the product with a mutant's fault in it; without a name, against the product as it is. */
export async function runTest(test: string, mutant: string | undefined): Promise<Tested> {
  const { [MUTANT_VARIABLE]: _, ...environment } = process.env;
  const child = spawn(process.execPath, [VITEST, 'run', '--config', CONFIG, '--reporter=json', test], {
    env: { ...environment, ...(mutant !== undefined && { [MUTANT_VARIABLE]: mutant }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const begin = said.indexOf('{');
  if (begin < 0) return { failures: [], broke: `vitest said nothing about ${test}: ${complained}` };
  const { testResults } = JSON.parse(said.slice(begin)) as Report;
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failures = all
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages = [] }) => `${fullName}: ${failureMessages[0]?.split('\n', 1)[0]}`);
  const passed = all.filter(({ status }) => status === 'passed').length;
  if (failures.length + passed > 0) return { failures };
  return {
    failures,
    broke: testResults.map(({ message }) => message).join('; ') || `no test ran in ${test}`,
  };
}
