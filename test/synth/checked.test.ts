import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildApp } from '../../lib/build-app.ts';
import { installed } from '../unit/core/plan/installed.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly conclusion: string;
    readonly violations: readonly { readonly ruleName: string }[];
  }[];
}

test("cdk-nag's AwsSolutions rules and CDK's own validation find nothing that has no reason", () => {
  const outdir = mkdtempSync(join(tmpdir(), 'holdfast-checked-'));
  const exitCode = process.exitCode;
  buildApp(installed(), { outdir, bundle: false }).synth();
  const { pluginReports } = JSON.parse(
    readFileSync(join(outdir, 'validation-report.json'), 'utf8'),
  ) as Report;
  expect(pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName))).toEqual([]);
  // A failed validation does not throw: it sets the exit code of the process, this one.
  expect(process.exitCode).toBe(exitCode);
});
