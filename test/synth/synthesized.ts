import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import type { HoldfastInput } from '../../core/plan/input.ts';
import config from '../../holdfast.config.ts';
import { buildApp } from '../../lib/build-app.ts';
import { installed } from '../unit/core/plan/installed.ts';

export const ACCOUNT = '111111111111';
export const PRIMARY = 'eu-west-1';
export const RECOVERY = 'eu-central-1';

/** The templates of the example installation, or of another, by stack name. */
export function synthesized(input: HoldfastInput = config): (stack: string) => Template {
  const outdir = mkdtempSync(join(tmpdir(), 'holdfast-synth-'));
  const app = buildApp(installed(input), { outdir, account: ACCOUNT, bundle: false, checked: false });
  const assembly = app.synth();
  return (stack) => Template.fromJSON(assembly.getStackByName(stack).template);
}
