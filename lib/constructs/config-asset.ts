import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { Installation } from '../../core/plan/installation.ts';

/**
 * The validated configuration as a file that travels with the stacks. Written from the validated object, so functions
 * read what synth has checked and printed.
 */
export function configAsset(scope: Construct, installation: Installation): Asset {
  const { outdir } = App.of(scope) as App;
  mkdirSync(outdir, { recursive: true });
  const path = join(outdir, 'holdfast.config.json');
  writeFileSync(path, JSON.stringify(installation));
  return new Asset(scope, 'Config', { path });
}
