import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../adapters/aws/clients.ts';
import type { Stage } from '../../cli/stage.ts';
import { Sandbox } from '../../embedded/functions/sandbox.ts';

/** The genuine clients, as a function of some role has them. */
export interface RoleClients {
  readonly s3: S3Client;
  readonly kms: KMSClient;
  readonly rds: RDSClient;
  readonly dynamodb: DynamoDBClient;
}

const KNOWN = new WeakMap<Stage, Map<string, RoleClients>>();

/** The clients of a function that has this role, made inside a sandbox of its own: its calls are the role's. */
function clientsOf(stage: Stage, role: string, region: string): RoleClients {
  const known = KNOWN.get(stage)?.get(`${role} ${region}`);
  if (known) return known;
  const { account, world, monitoring } = stage.cloud;
  const identity = { name: 'attempt', arn: `${role}/attempt`, role, account, region };
  const made: RoleClients[] = [];
  const start = () => {
    made.push({
      s3: connect(new S3Client({ region }), 's3', region),
      kms: connect(new KMSClient({ region }), 'kms', region),
      rds: connect(new RDSClient({ region }), 'rds', region),
      dynamodb: connect(new DynamoDBClient({ region }), 'dynamodb', region),
    });
    return async () => undefined;
  };
  const platform = () => ({ clock: world, telemetry: monitoring.telemetry(identity) });
  const sandbox = new Sandbox(identity, { start }, {}, platform);
  // It works on a request that never ends, so that the clients stay alive.
  sandbox.requestId = 'attempt';
  const ofStage = KNOWN.get(stage) ?? new Map<string, RoleClients>();
  KNOWN.set(stage, ofStage.set(`${role} ${region}`, made[0]!));
  return made[0]!;
}

/** One call, as somebody would make it who has got hold of a role. */
export type Attempt = (clients: RoleClients) => Promise<unknown>;

/** The roles, of those asked, that a call is not denied to: `<region> <role>`. An answer like "not found" lets in. */
export async function whoIsLetIn(
  stage: Stage,
  roles: readonly string[],
  region: string,
  attempt: Attempt,
): Promise<string[]> {
  const told = roles.map(async (role) => {
    try {
      await attempt(clientsOf(stage, role, region));
      return [role];
    } catch (error) {
      // Whatever is not an answer of AWS is a mistake of the test.
      if (!(error instanceof Error && '$fault' in error)) throw error;
      return error.name.startsWith('AccessDenied') ? [] : [role];
    }
  });
  const names = (await stage.until(Promise.all(told))).flat();
  return names.map((role) => role.replace(/^.*role\/holdfast-(\w+-\w+-\d)-/, '$1 ')).sort();
}
