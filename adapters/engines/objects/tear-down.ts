import { drillFolder, drillOf } from '../../../core/drills/isolation.ts';
import type { TearDownSpec, TornDown } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import type { ObjectsPorts } from './ports.ts';

/** Pages of a thousand versions that one call removes: each takes S3 about half a second. */
const PAGES_A_LAP = 200;

/** Every version below the drill's folder, in the bucket that its restore wrote into; nothing of any other folder. */
export async function tearDown(ports: ObjectsPorts, { region, restore }: TearDownSpec): Promise<TornDown> {
  const folder = drillFolder(drillOf(restore).id);
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(restore.target) ?? [];
  invariant(bucket !== undefined && prefix === folder, 'a drill restores into a folder of its own', {
    restore: restore.id,
    target: restore.target,
  });
  invariant(!Object.values(ports.vaults).includes(bucket), 'nothing of a vault is torn down', { bucket });
  const store = ports.store(region);
  for (let page = 0; page < PAGES_A_LAP; page++) {
    const { versions } = await store.versions(bucket, folder);
    if (versions.length === 0) return { gone: true };
    await store.erase(bucket, versions);
  }
  return { gone: false, doing: `removing what lies in s3://${bucket}/${folder}` };
}
