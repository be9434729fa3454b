import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Installation } from '../core/plan/installation.ts';
import { type Assembly, readAssembly } from '../embedded/cloudformation/assembly.ts';
import { buildApp } from '../lib/build-app.ts';

/**
 * The templates that `cdk synth` writes, for the embedded cloud. Handlers are not bundled and rules are not checked
 * again here: the sources are run, and the synth tests and `npx cdk synth` do the checking.
 */
export function synthesize<T>(installation: Installation, use: (assembly: Assembly) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'holdfast-'));
  try {
    buildApp(installation, { outdir, bundle: false }).synth();
    return use(readAssembly(outdir));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
