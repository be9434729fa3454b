import { milvusAt, storedByMilvus } from '../config/milvus.ts';
import { isPrimary, type Site } from '../config/settings.ts';
import { milvusRoleArn } from '../names.ts';
import type { Confinement } from './vault-tidb.ts';

/** milvus-backup stores what it backs up. Elsewhere than in the primary nothing is captured. */
export const milvusWriters = (site: Site): readonly string[] =>
  isPrimary(site)
    ? milvusAt(site).map(({ cluster }) => milvusRoleArn(site.account, site.region, cluster.name))
    : [];

/** Keeps each tool to the folder of its own cluster, whatever other policies give it. */
export const milvusConfinements = (site: Site, bucketArn: string): readonly Confinement[] =>
  milvusWriters(site).map((role, n) => ({
    does: 'Stores',
    action: 's3:PutObject',
    role,
    except: [`${bucketArn}/${storedByMilvus(milvusAt(site)[n]!.cluster.name)}`],
  }));
