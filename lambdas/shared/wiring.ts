import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { busAnnouncer } from '../../adapters/aws/bus-announcer.ts';
import { connect } from '../../adapters/aws/clients.ts';
import { dynamoApprovals } from '../../adapters/aws/dynamo-approvals.ts';
import { dynamoCatalog } from '../../adapters/aws/dynamo-catalog.ts';
import { dynamoDrills } from '../../adapters/aws/dynamo-drills.ts';
import type { Fences } from '../../adapters/aws/dynamo-fenced-table.ts';
import { dynamoGroups } from '../../adapters/aws/dynamo-groups.ts';
import { dynamoReceipts } from '../../adapters/aws/dynamo-receipts.ts';
import { installationSource } from '../../adapters/aws/installation-source.ts';
import { kmsReceiptKeys } from '../../adapters/aws/kms-receipt-keys.ts';
import { lambdaReach } from '../../adapters/aws/lambda-reach.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { sfnExecutions } from '../../adapters/aws/sfn-executions.ts';
import { sfnMachines } from '../../adapters/aws/sfn-machines.ts';
import { sfnWaiting } from '../../adapters/aws/sfn-waiting.ts';
import { type ReceiptPlace, vaultReceipts } from '../../adapters/aws/vault-receipts.ts';
import { invariant } from '../../core/errors/assert.ts';
import { fenceOf } from '../../core/groups/fence.ts';
import type { Platform } from '../../core/ports/platform.ts';
import type { Reach } from '../../core/ports/reach.ts';
import type { TaskPorts } from './ports.ts';

/**
 * From a function's environment to its ports, one small function per port, so that a task's `wire.ts` reads as the
 * list of what it touches. Clients are created here and now, while the sandbox starts: that is when Lambda has CPU to
 * spare, and the only moment at which the embedded cloud knows whose client it is.
 */
type Ports<Name extends keyof TaskPorts> = Pick<TaskPorts, Name>;
interface InRegion {
  readonly AWS_REGION: string;
}

export const s3 = (region: string): S3Client => connect(new S3Client({ region }), 's3', region);

export const region = (env: InRegion): Ports<'region'> => ({ region: env.AWS_REGION });

export const telemetry = (platform: Platform): Ports<'telemetry'> => ({ telemetry: platform.telemetry });

interface Configured {
  readonly CONFIG_BUCKET: string;
  readonly CONFIG_KEY: string;
}
const isConfigured = (env: object): env is InRegion & Configured => 'CONFIG_BUCKET' in env;

/** One per environment: whoever asks reads the same file once. */
const sources = new WeakMap<object, TaskPorts['configuration']>();
function sourceOf(env: InRegion & Configured): TaskPorts['configuration'] {
  const source =
    sources.get(env) ?? installationSource(s3(env.AWS_REGION), env.CONFIG_BUCKET, env.CONFIG_KEY);
  sources.set(env, source);
  return source;
}

export const configuration = (env: InRegion & Configured): Ports<'configuration'> => ({
  configuration: sourceOf(env),
});

/** Whoever is not told of the configuration writes ends alone, which no side refuses. */
export const catalog = (env: InRegion & { readonly CATALOG_TABLE: string }): Ports<'catalog'> => {
  const client = connect(new DynamoDBClient({ region: env.AWS_REGION }), 'dynamodb', env.AWS_REGION);
  const source = isConfigured(env) ? sourceOf(env) : undefined;
  const fences: Fences | undefined =
    source && (async (cluster) => fenceOf((await source.read()).installation, env.AWS_REGION, cluster));
  return { catalog: dynamoCatalog(client, env.CATALOG_TABLE, fences) };
};

export const drills = (env: InRegion & { readonly CATALOG_TABLE: string }): Ports<'drills'> => ({
  drills: dynamoDrills(
    connect(new DynamoDBClient({ region: env.AWS_REGION }), 'dynamodb', env.AWS_REGION),
    env.CATALOG_TABLE,
  ),
});

export const groups = (env: InRegion & { readonly CATALOG_TABLE: string }): Ports<'groups'> => ({
  groups: dynamoGroups(
    connect(new DynamoDBClient({ region: env.AWS_REGION }), 'dynamodb', env.AWS_REGION),
    env.CATALOG_TABLE,
  ),
});

const ASKED_FOR = { connectionTimeout: 1_000, requestTimeout: 2_000 };

/** Another region is asked once and briefly: it may be the one that is gone. */
export const sides = (
  env: InRegion & { readonly CATALOG_TABLE: string; readonly SIDES: readonly string[] },
): Ports<'groups' | 'groupsIn' | 'movesIn'> => {
  const others = new Map(
    env.SIDES.map((name) => {
      const client = connect(
        new DynamoDBClient({ region: name, maxAttempts: 1, requestHandler: ASKED_FOR }),
        'dynamodb',
        name,
        1,
      );
      const table = env.CATALOG_TABLE;
      return [name, { groups: dynamoGroups(client, table), approvals: dynamoApprovals(client, table) }];
    }),
  );
  return {
    ...groups(env),
    groupsIn: (name) => others.get(name)?.groups,
    movesIn: (name) => others.get(name),
  };
};

export const announcer = (env: InRegion & { readonly BUS_NAME: string }): Ports<'announcer'> => ({
  announcer: busAnnouncer(
    connect(new EventBridgeClient({ region: env.AWS_REGION }), 'eventbridge', env.AWS_REGION),
    env.BUS_NAME,
  ),
});

export const machines = (
  env: InRegion & { readonly MACHINES: Readonly<Record<string, string>> },
): Ports<'machines'> => ({
  machines: sfnMachines(
    connect(new SFNClient({ region: env.AWS_REGION }), 'sfn', env.AWS_REGION),
    env.MACHINES,
  ),
});

export const executions = (env: InRegion): Ports<'executions'> => ({
  executions: sfnExecutions(connect(new SFNClient({ region: env.AWS_REGION }), 'sfn', env.AWS_REGION)),
});

export const approvals = (env: InRegion & { readonly CATALOG_TABLE: string }): Ports<'approvals'> => ({
  approvals: dynamoApprovals(
    connect(new DynamoDBClient({ region: env.AWS_REGION }), 'dynamodb', env.AWS_REGION),
    env.CATALOG_TABLE,
  ),
});

export const waiting = (env: InRegion): Ports<'waiting'> => ({
  waiting: sfnWaiting(connect(new SFNClient({ region: env.AWS_REGION }), 'sfn', env.AWS_REGION)),
});

export const machineArns = (env: {
  readonly MACHINES: Readonly<Record<string, string>>;
}): Ports<'machineArns'> => ({ machineArns: env.MACHINES });

/** Of this region alone: what stands in a network elsewhere is spoken to from there. */
export const reach = (env: InRegion): { readonly reach: Reach } => {
  const client = connect(
    new LambdaClient({ region: env.AWS_REGION, maxAttempts: 1 }),
    'lambda',
    env.AWS_REGION,
    1,
  );
  return {
    reach: lambdaReach((asked) => {
      invariant(asked === env.AWS_REGION, 'a place is reached from its own region', { region: asked });
      return client;
    }),
  };
};

export const vault = (
  env: InRegion & { readonly VAULTS: Readonly<Record<string, string>> },
): Ports<'vault'> => {
  const bucket = env.VAULTS[env.AWS_REGION];
  invariant(bucket, 'VAULTS names the vault of the region that the function runs in', {
    region: env.AWS_REGION,
  });
  return { vault: { store: s3ObjectStore(s3(env.AWS_REGION), env.AWS_REGION), bucket } };
};

export const receipts = (
  env: InRegion & {
    readonly CATALOG_TABLE: string;
    readonly VAULTS: Readonly<Record<string, string>>;
    readonly RECEIPTS: Omit<ReceiptPlace, 'region' | 'bucket' | 'lock'> & ReceiptPlace['lock'];
  },
): Ports<'receipts'> => {
  const { AWS_REGION: region, RECEIPTS } = env;
  const dynamodb = connect(new DynamoDBClient({ region }), 'dynamodb', region);
  const kms = connect(new KMSClient({ region }), 'kms', region);
  return {
    receipts: vaultReceipts({ s3: s3(region), kms }, dynamoReceipts(dynamodb, env.CATALOG_TABLE), {
      ...{ region, bucket: vault(env).vault.bucket, key: RECEIPTS.key, versions: RECEIPTS.versions },
      lock: { mode: RECEIPTS.mode, days: RECEIPTS.days },
    }),
  };
};

/** What a region's chain of receipts is verified with, by somebody who signs nothing. */
export const receiptChain = (
  env: InRegion & {
    readonly CATALOG_TABLE: string;
    readonly VAULTS: Readonly<Record<string, string>>;
    readonly RECEIPTS: { readonly key: string };
  },
) => {
  const { AWS_REGION: region, RECEIPTS } = env;
  const dynamodb = connect(new DynamoDBClient({ region }), 'dynamodb', region);
  const kms = connect(new KMSClient({ region }), 'kms', region);
  return {
    shelf: { store: s3ObjectStore(s3(region), region), bucket: vault(env).vault.bucket },
    ledger: dynamoReceipts(dynamodb, env.CATALOG_TABLE),
    receiptKeys: kmsReceiptKeys(kms, RECEIPTS.key),
  };
};

export const landing = (env: { readonly RESTORE_BUCKET: string }): Ports<'landing'> => ({
  landing: env.RESTORE_BUCKET,
});

export const role = (env: { readonly ROLE: TaskPorts['role'] }): Ports<'role'> => ({ role: env.ROLE });
