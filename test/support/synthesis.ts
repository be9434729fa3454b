import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../cli/synthesize.ts';
import type { Installation } from '../../core/plan/installation.ts';
import { type Assembly, readAssembly } from '../../embedded/cloudformation/assembly.ts';

/** By what was synthesized: test files of one process share many installations, and each costs seconds. */
const known = new Map<string, Promise<Assembly>>();
let folder: string | undefined;

/**
 * What `cdk synth` makes of an installation, once per process. Its files stay until the process ends; whoever deploys
 * uploads them anew.
 */
export function assemblyOf(installation: Installation): Promise<Assembly> {
  const key = JSON.stringify(installation);
  const before = known.get(key);
  if (before) return before;
  const into = join(ownFolder(), String(known.size));
  const assembly = process.env['VITEST'] === undefined ? apart(installation, into) : here(installation, into);
  known.set(key, assembly);
  return assembly;
}

/** In a process of its own: whoever lives through seed after seed has better use for the memory that CDK holds. */
const apart = (installation: Installation, into: string): Promise<Assembly> =>
  synthesize(installation, ({ stacks, files }) => ({
    stacks,
    files: files.map((file, n) => {
      const path = `${into}-${n}`;
      copyFileSync(file.path, path);
      return { ...file, path };
    }),
  }));

/** In this process: one that lives through many test files reads CDK once, and CDK costs more than what it does. */
async function here(installation: Installation, outdir: string): Promise<Assembly> {
  const { buildApp } = await import('../../lib/build-app.ts');
  buildApp(installation, { outdir, bundle: false, checked: false }).synth();
  return readAssembly(outdir);
}

function ownFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'holdfast-world-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}
