import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HoldfastInput } from '../../core/plan/input.ts';
import config from '../../holdfast.config.ts';
import { buildApp } from '../../lib/build-app.ts';
import { installed } from '../unit/core/plan/installed.ts';
import { olap } from './doris-installation.ts';
import { vectors } from './milvus-installation.ts';
import { clusters } from './reach-installation.ts';
import { ACCOUNT } from './synthesized.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly conclusion: string;
    readonly violations: readonly { readonly ruleName: string }[];
  }[];
}

const gold = config.plans['gold']!;
/** Every engine beside the example's own, with a log and with logins: what brings resources of its own is looked at once. */
const EVERYTHING: HoldfastInput = {
  ...config,
  plans: { ...config.plans, logged: { ...gold, logBackup: true } },
  clusters: { ...config.clusters, ...clusters, shop: { ...clusters.shop, plan: 'logged' }, olap, vectors },
};

test.each([
  ['the example', config],
  ['everything', EVERYTHING],
])(
  "cdk-nag's AwsSolutions rules and CDK's own validation find nothing in %s that has no reason",
  (_, input) => {
    const outdir = mkdtempSync(join(tmpdir(), 'holdfast-checked-'));
    const exitCode = process.exitCode;
    buildApp(installed(input), { outdir, bundle: false, account: ACCOUNT }).synth();
    const { pluginReports } = JSON.parse(
      readFileSync(join(outdir, 'validation-report.json'), 'utf8'),
    ) as Report;
    expect(pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName))).toEqual([]);
    // A failed validation does not throw: it sets the exit code of the process, this one.
    expect(process.exitCode).toBe(exitCode);
  },
);
