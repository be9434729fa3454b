import {
  brDefinitionsArn,
  brLogStreamsArn,
  brRoleArn,
  milvusDefinitionsArn,
  milvusLogStreamsArn,
  milvusRoleArn,
  startBrRoleArn,
  startMilvusRoleArn,
} from '../names.ts';
import { milvusAt, storedByMilvus } from './milvus.ts';
import type { Site } from './settings.ts';
import { itemsStoredBy, tidbAt } from './tidb.ts';

type Arn = (account: string, region: string) => string;

/** A vendor's tool that runs in containers of one region for one cluster. */
export interface ContainerHere {
  readonly definitions: Arn;
  readonly logStreams: Arn;
  /** The roles that it works under and is started with. */
  readonly roles: (account: string, region: string) => readonly string[];
  /** Keys of the vault that it stores recovery points under. */
  readonly items: string;
}

export const containersAt = (site: Site): readonly ContainerHere[] => [
  ...tidbAt(site).map(({ cluster: { name } }) => ({
    definitions: (account: string, region: string) => brDefinitionsArn(account, region, name),
    logStreams: (account: string, region: string) => brLogStreamsArn(account, region, name),
    roles: (account: string, region: string) => [
      brRoleArn(account, region, name),
      startBrRoleArn(account, region, name),
    ],
    items: itemsStoredBy(name),
  })),
  ...milvusAt(site).map(({ cluster: { name } }) => ({
    definitions: (account: string, region: string) => milvusDefinitionsArn(account, region, name),
    logStreams: (account: string, region: string) => milvusLogStreamsArn(account, region, name),
    roles: (account: string, region: string) => [
      milvusRoleArn(account, region, name),
      startMilvusRoleArn(account, region, name),
    ],
    items: storedByMilvus(name),
  })),
];
