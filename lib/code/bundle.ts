import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { InvalidConfiguration } from '../../core/errors/registry.ts';
import { TASKS, type TaskName } from '../../workflows/contracts/tasks.ts';
import { DEPLOYED_TASKS } from '../config/tasks.ts';
import { kebab } from '../names.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const OUT = join(ROOT, 'dist', 'lambdas');

/** A task's handler, relative to the repository: the file that is bundled, and that the embedded cloud runs as it is. */
export const entryOf = (task: TaskName): string =>
  `lambdas/${DEPLOYED_TASKS[task].machine}/${kebab(task)}/handler.ts`;

/** The folder that is deployed as a function's code. */
export const bundleOf = (task: TaskName): string => join(OUT, kebab(task));

let bundled = false;

/**
 * Bundles every handler with all it needs, SDK included: which SDK the runtime carries varies by region and day. All
 * in one go, once per process, because the bundles share nearly everything that has to be parsed.
 */
export function bundleOnce(): void {
  if (bundled) return;
  bundle(TASKS.map(({ name }) => name));
  bundled = true;
}

/** The same for some of them. */
export function bundle(tasks: readonly TaskName[]): void {
  const missing = tasks.map(entryOf).filter((entry) => !existsSync(join(ROOT, entry)));
  if (missing.length > 0)
    throw new InvalidConfiguration(
      `${missing.length} tasks have no handler to deploy: ${missing.join(', ')}; write each of them, or take its contract out of workflows/contracts/tasks.ts`,
    );
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: tasks.map((task) => ({ in: entryOf(task), out: join(kebab(task), 'index') })),
    outdir: relative(ROOT, OUT),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The ES module builds of the SDK can be shaken; its CommonJS builds cannot, and cost a cold start twice as much.
    mainFields: ['module', 'main'],
    // mysql2 is CommonJS and asks for Node's own modules by `require`, which an ES module has not.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
}
