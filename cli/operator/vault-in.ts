import { EC2Client } from '@aws-sdk/client-ec2';
import { RDSClient } from '@aws-sdk/client-rds';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../adapters/aws/clients.ts';
import { orFault } from '../../adapters/aws/faults.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { volumesOfPoint } from '../../adapters/engines/ebs/stock.ts';
import { findSnapshot, isOurs } from '../../adapters/engines/rds/snapshots.ts';
import { keeperOf } from '../../core/engines/keepers.ts';
import { VaultNotFound } from '../../core/errors/registry.ts';
import { snapshotName } from '../../core/ids/names.ts';
import { vaultName } from '../../lib/names.ts';
import type { VaultView } from './read-vault.ts';

const ACCOUNT = String.raw`\d{12}`;

/**
 * The vault of a region in the account that the ambient credentials open. It is found by its name, because a command
 * that is needed when everything else is lost must not depend on anything else.
 */
export async function vaultIn(region: string): Promise<VaultView> {
  const s3 = connect(new S3Client({ region }), 's3', region);
  const ec2 = connect(new EC2Client({ region }), 'ec2', region);
  const rds = connect(new RDSClient({ region }), 'rds', region);
  const bucket = await bucketIn(s3, region);
  return {
    region,
    bucket,
    store: s3ObjectStore(s3, region),
    hasSnapshot: async (point) => {
      if (keeperOf(point.engine) === 'ebs')
        return (await volumesOfPoint(ec2, point.id))?.status === 'available';
      const snapshot = await findSnapshot(rds, snapshotName(point.id));
      return snapshot?.Status === 'available' && (await isOurs(rds, snapshot, point));
    },
  };
}

async function bucketIn(s3: S3Client, region: string): Promise<string> {
  const ours = new RegExp(`^${vaultName(ACCOUNT, region)}$`);
  const { Buckets = [] } = await orFault(() => s3.send(new ListBucketsCommand({})));
  const found = Buckets.flatMap(({ Name = '' }) => (ours.test(Name) ? [Name] : []));
  const [bucket, ...others] = found;
  if (bucket !== undefined && others.length === 0) return bucket;
  throw new VaultNotFound(
    `a vault of ${region} is named ${vaultName('<account>', region)}, and this account has ${found.join(', ') || 'none'}; look at the credentials and the region`,
    { region },
  );
}
