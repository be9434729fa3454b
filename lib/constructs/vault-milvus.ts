import { milvusAt, storedByMilvus } from '../config/milvus.ts';
import type { Site } from '../config/settings.ts';
import { milvusRoleArn } from '../names.ts';
import type { Confinement } from './vault-tidb.ts';

/** The clusters that recovery points are taken of here, with the role of the tool that stores them. */
const storing = (site: Site): readonly { readonly role: string; readonly cluster: string }[] =>
  milvusAt(site)
    .filter(({ source }) => source)
    .map(({ cluster: { name } }) => ({
      role: milvusRoleArn(site.account, site.region, name),
      cluster: name,
    }));

/** milvus-backup stores what it backs up. Where nothing is captured it only reads. */
export const milvusWriters = (site: Site): readonly string[] => storing(site).map(({ role }) => role);

/** Keeps each tool to the folder of its own cluster, whatever other policies give it. */
export const milvusConfinements = (site: Site, bucketArn: string): readonly Confinement[] =>
  storing(site).map(({ role, cluster }) => ({
    does: 'Stores',
    action: 's3:PutObject',
    role,
    except: [`${bucketArn}/${storedByMilvus(cluster)}`],
  }));
