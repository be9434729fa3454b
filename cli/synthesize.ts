import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Installation } from '../core/plan/installation.ts';
import { type Assembly, readAssembly } from '../embedded/cloudformation/assembly.ts';

const PROCESS = fileURLToPath(new URL('./synth-process.ts', import.meta.url));

/**
 * Writes the templates that `cdk synth` writes, for the embedded cloud, and hands them to `use`. Handlers are not
 * bundled: their sources are run.
 */
export async function synthesize<T>(installation: Installation, use: (assembly: Assembly) => T): Promise<T> {
  const outdir = mkdtempSync(join(tmpdir(), 'holdfast-'));
  try {
    await synthInto(installation, outdir);
    return use(readAssembly(outdir));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function synthInto(installation: Installation, outdir: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`synthesizing the stacks ended with code ${code}; what it said stands above`)),
    );
    child.send({ installation, outdir });
  });
}
