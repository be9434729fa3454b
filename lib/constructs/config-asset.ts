import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { Installation } from '../../core/plan/installation.ts';
import { CONFIG_SUFFIX } from '../names.ts';

/**
 * The validated configuration as a file that travels with the stacks. Written from the validated object, so functions
 * read what synth has checked and printed. Its key is its hash with a suffix of its own, so that functions can be let into
 * every version of it and into nothing else that deployments leave in that bucket.
 */
export function configAsset(scope: Construct, installation: Installation, id = 'Config'): Asset {
  const { outdir } = App.of(scope) as App;
  mkdirSync(outdir, { recursive: true });
  const seenFrom = installation.turnedFrom === undefined ? '' : `-in-${installation.regions.primary}`;
  const path = join(outdir, `installation${seenFrom}${CONFIG_SUFFIX}`);
  writeFileSync(path, JSON.stringify(installation));
  return new Asset(scope, id, { path });
}
