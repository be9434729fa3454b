import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { Installation } from '../../core/plan/installation.ts';
import config from '../../holdfast.config.ts';
import { buildApp } from '../../lib/build-app.ts';
import { installed } from '../unit/core/plan/installed.ts';

export const ACCOUNT = '111111111111';
export const PRIMARY = 'eu-west-1';
export const RECOVERY = 'eu-central-1';

/** By what was synthesized: the test files of a process share most of their installations. */
const known = new Map<string, CloudAssembly>();

/** The templates of the example installation, or of another, by stack name. */
export function synthesized(input: HoldfastInput = config): (stack: string) => Template {
  const installation = installed(input);
  const key = JSON.stringify(installation);
  const assembly = known.get(key) ?? assemblyOf(installation);
  known.set(key, assembly);
  return (stack) => Template.fromJSON(structuredClone(assembly.getStackByName(stack).template));
}

function assemblyOf(installation: Installation): CloudAssembly {
  const outdir = mkdtempSync(join(tmpdir(), 'holdfast-synth-'));
  return buildApp(installation, { outdir, account: ACCOUNT, bundle: false, checked: false }).synth();
}
